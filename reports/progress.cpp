#include "reports/progress.hpp"

#include "reports/clean.hpp"
#include "reports/headline.hpp"
#include "reports/screen.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kBarColumns = 30;

std::string seconds_text(Duration duration) { return fmt::format("{:.1f} s", seconds(duration)); }

std::string p95_text(const StreamProgress& stream) {
  return "p95 " + (stream.p95 ? to_text(*stream.p95) : std::string{"–"});
}

std::string failed_text(const StreamProgress& stream) {
  return "failed " + (stream.failed_share ? percent(*stream.failed_share) : std::string{"–"});
}

Ink ink_of_failures(const StreamProgress& stream) {
  return stream.failed_share && *stream.failed_share > 0 ? Ink::bad : Ink::plain;
}

Ink ink_of_moment(MomentKind kind) {
  switch (kind) {
    case MomentKind::fault_injected:
    case MomentKind::fault_first_hit:
    case MomentKind::system_exited:
    case MomentKind::interrupted:
    case MomentKind::aborted:
      return Ink::fault;
    case MomentKind::breaker_open:
    case MomentKind::breaker_half_open:
    case MomentKind::gate_unmet:
    case MomentKind::check_turned:
      return Ink::doubt;
    case MomentKind::breaker_closed:
    case MomentKind::fault_healed:
    case MomentKind::system_ready:
      return Ink::good;
    case MomentKind::system_started:
    case MomentKind::phase_started:
    case MomentKind::phase_ended:
    case MomentKind::finished:
      return Ink::dim;
  }
  return Ink::plain;
}

/// How the generator does: its lag and load are doubts about every number above.
std::string generator_text(const GeneratorSecond& generator) {
  return fmt::format("generator: {} of a core, send lag p99 {}, longest stall {}, {} connections",
                     percent(generator.cpu_share),
                     generator.lag_p99 ? to_text(*generator.lag_p99) : "–",
                     to_text(generator.longest_stall), with_thousands(generator.connections));
}

Ink ink_of(const GeneratorSecond& generator) {
  const bool doubtful = generator.cpu_share > 0.9 || generator.longest_stall > kStallLimit;
  return doubtful ? Ink::doubt : Ink::dim;
}

}  // namespace

Progress::Progress(Mode mode, TerminalStyle style, Redactor redactor)
    : mode_{mode}, style_{style}, redactor_{std::move(redactor)} {}

std::string Progress::update(const ProgressSnapshot& snapshot) {
  if (style_.verbosity == Verbosity::quiet) return "";
  std::string text = mode_ == Mode::redraw ? redraw(snapshot) : plain(snapshot);
  return style_.unicode ? text : to_ascii(text);
}

std::string Progress::clear() {
  if (drawn_ == 0) return "";
  return fmt::format("\x1b[{}A\r\x1b[J", std::exchange(drawn_, 0));
}

std::string Progress::moment_line(const Moment& moment) const {
  return pad_left(at_text(moment.at), 9) + "  " + moment_text(moment, Clean{redactor_});
}

std::string Progress::bar_line(const ProgressSnapshot& snapshot, std::size_t width) const {
  const double whole = std::max(1e-9, seconds(snapshot.length));
  const double share = std::clamp(seconds(snapshot.at) / whole, 0.0, 1.0);
  const auto done = static_cast<std::size_t>(std::lround(share * static_cast<double>(kBarColumns)));
  const std::string time =
      seconds_text(std::max(Duration{0}, snapshot.at)) + " of " + length_text(snapshot.length);
  const std::size_t room = width - kBarColumns - display_width(time) - 4;
  const std::string phase = fit(fmt::format("{} ({} of {})", Clean{redactor_}.line(snapshot.phase),
                                            snapshot.phase_index + 1, snapshot.phases),
                                std::min<std::size_t>(room, 28));
  return inked(style_.colour, Ink::calm, repeat("━", done)) +
         inked(style_.colour, Ink::dim, repeat("─", kBarColumns - done)) + "  " + time + "  " +
         inked(style_.colour, Ink::bold, phase);
}

std::string Progress::stream_line(const StreamProgress& stream, std::size_t name_width,
                                  std::size_t width) const {
  struct Part {
    std::string text;
    std::size_t columns;
    Ink ink = Ink::plain;
  };
  const std::vector<Part> parts{
      {per_second(stream.rate) + " of " + per_second(stream.rate_planned), 18},
      {p95_text(stream), 12},
      {failed_text(stream), 16, ink_of_failures(stream)},
      {with_thousands(stream.in_flight) + " in flight", 15},
      {stream.dropped > 0 ? with_thousands(stream.dropped) + " dropped" : "", 15, Ink::doubt},
  };
  const std::string name = fit(Clean{redactor_}.line(stream.name), name_width);
  std::string text = pad_right(inked(style_.colour, Ink::bold, name), name_width);
  std::size_t used = name_width;
  for (const Part& part : parts) {
    const std::size_t columns = std::max(part.columns, display_width(part.text));
    if (used + 2 + columns > width) break;
    text += "  " + pad_right(inked(style_.colour, part.ink, part.text), part.columns);
    used += 2 + columns;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::vector<std::string> Progress::lines(const ProgressSnapshot& snapshot) const {
  // The last column stays free: some terminals wrap as soon as it is written.
  const std::size_t width =
      std::clamp(style_.width, TerminalStyle::kNarrowest, TerminalStyle::kWidest) - 1;
  std::vector<std::string> lines{bar_line(snapshot, width)};
  std::size_t name_width = 0;
  for (const StreamProgress& stream : snapshot.streams) {
    name_width = std::max(name_width, display_width(Clean{redactor_}.line(stream.name)));
  }
  name_width = std::min(name_width, width / 4);
  for (const StreamProgress& stream : snapshot.streams) {
    lines.push_back(stream_line(stream, name_width, width));
  }
  if (snapshot.generator) {
    lines.push_back(inked(style_.colour, ink_of(*snapshot.generator),
                          fit(generator_text(*snapshot.generator), width)));
  }
  for (const Moment& moment : latest_) {
    lines.push_back(
        inked(style_.colour, ink_of_moment(moment.kind), fit(moment_line(moment), width)));
  }
  return lines;
}

std::string Progress::redraw(const ProgressSnapshot& snapshot) {
  for (const Moment& moment : snapshot.moments) {
    // The bar shows the phase already.
    const bool of_phase =
        moment.kind == MomentKind::phase_started || moment.kind == MomentKind::phase_ended;
    if (!of_phase) latest_.push_back(moment);
  }
  if (latest_.size() > kMomentsShown) {
    latest_.erase(latest_.begin(), latest_.end() - static_cast<std::ptrdiff_t>(kMomentsShown));
  }
  const std::vector<std::string> fresh = lines(snapshot);
  std::string text = drawn_ > 0 ? fmt::format("\x1b[{}A\r", drawn_) : "";
  for (const std::string& line : fresh) text += line + "\x1b[K\n";
  if (fresh.size() < drawn_) text += "\x1b[J";
  drawn_ = fresh.size();
  return text;
}

std::string Progress::plain(const ProgressSnapshot& snapshot) {
  std::string text;
  for (const Moment& moment : snapshot.moments) text += moment_line(moment) + '\n';
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(snapshot.at).count();
  if (last_second_ && *last_second_ == second) return text;
  last_second_ = second;
  const Clean clean{redactor_};
  text +=
      pad_left(at_text(snapshot.at), 9) + fmt::format("  {} ({} of {})", clean.line(snapshot.phase),
                                                      snapshot.phase_index + 1, snapshot.phases);
  for (const StreamProgress& stream : snapshot.streams) {
    text += fmt::format(" | {} {} of {}, {}, {}, {} in flight", clean.line(stream.name),
                        per_second(stream.rate), per_second(stream.rate_planned), p95_text(stream),
                        failed_text(stream), with_thousands(stream.in_flight));
    if (stream.dropped > 0) text += ", " + with_thousands(stream.dropped) + " dropped";
  }
  if (snapshot.generator) text += " | " + generator_text(*snapshot.generator);
  return text + '\n';
}

}  // namespace firedrill
