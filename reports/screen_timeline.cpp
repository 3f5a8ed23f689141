#include "reports/headline.hpp"
#include "reports/screen.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace firedrill {
namespace {

/// Columns of the bar per phase: room for the name first, the rest by length. Sums up to `room`
/// unless there are more phases than that.
std::vector<std::size_t> share_out(const RunResult& result, const Clean& clean, std::size_t room) {
  const std::size_t fair = std::max<std::size_t>(3, room / result.phases.size());
  std::vector<std::size_t> columns;
  double lengths = 0;
  for (const PhaseRecord& phase : result.phases) {
    columns.push_back(std::min(fair, display_width(clean.line(phase.name)) + 2));
    lengths += seconds(phase.planned);
  }
  const std::size_t taken = std::accumulate(columns.begin(), columns.end(), std::size_t{0});
  if (taken >= room || lengths <= 0) return columns;
  const auto spare = static_cast<double>(room - taken);
  double sum = 0;
  std::size_t given = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    sum += seconds(result.phases[i].planned);
    const auto upto = static_cast<std::size_t>(std::lround(spare * sum / lengths));
    columns[i] += upto - given;
    given = upto;
  }
  return columns;
}

struct Marker {
  MomentKind kind;
  const char* glyph;
  const char* meaning;
  Ink ink;
};
constexpr std::array<Marker, 6> kMarkers{{
    {MomentKind::fault_injected, "▼", "fault", Ink::fault},
    {MomentKind::breaker_open, "○", "breaker opens", Ink::doubt},
    {MomentKind::breaker_half_open, "◐", "trial", Ink::doubt},
    {MomentKind::fault_healed, "▲", "healed", Ink::calm},
    {MomentKind::breaker_closed, "●", "breaker closes", Ink::good},
    {MomentKind::interrupted, "✗", "interrupted", Ink::bad},
}};

bool has_fault(const RunResult& result, const std::string& phase) {
  return std::any_of(result.faults.begin(), result.faults.end(), [&](const FaultRecord& fault) {
    return fault.phase == phase && fault.injected_at;
  });
}

/// Colour says what a phase is for: a fault, life after a fault, or life as usual.
Ink ink_of_phase(const RunResult& result, std::size_t index) {
  if (!result.phases[index].reached) return Ink::dim;
  if (has_fault(result, result.phases[index].name)) return Ink::fault;
  for (std::size_t i = 0; i < index; ++i) {
    if (has_fault(result, result.phases[i].name)) return Ink::after;
  }
  return Ink::calm;
}

/// Column of the bar at which `at` lies.
std::size_t column_of(const RunResult& result, const std::vector<std::size_t>& columns, Offset at) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const PhaseRecord& phase = result.phases[i];
    const Offset end = phase.start + phase.planned;
    if (at < end || i + 1 == columns.size()) {
      const double whole = std::max(1e-9, seconds(phase.planned));
      const double share = std::clamp(seconds(at - phase.start) / whole, 0.0, 1.0);
      const auto last = static_cast<double>(columns[i] - 1);
      return start + static_cast<std::size_t>(std::lround(share * last));
    }
    start += columns[i];
  }
  return start;
}

std::string marker_row(const Screen& screen, const RunResult& result,
                       const std::vector<std::size_t>& columns) {
  const std::size_t width = std::accumulate(columns.begin(), columns.end(), std::size_t{0});
  std::vector<const Marker*> row(width, nullptr);
  for (const Marker& marker : kMarkers) {
    for (const Moment& moment : result.moments) {
      if (moment.kind != marker.kind) continue;
      std::size_t column = column_of(result, columns, moment.at);
      while (column < width && row[column] && row[column] != &marker) ++column;
      if (column < width) row[column] = &marker;
    }
  }
  std::string text;
  for (const Marker* marker : row) text += marker ? screen.ink(marker->ink, marker->glyph) : " ";
  return text;
}

/// What the markers mean and when each came first.
std::vector<Screen::Part> legend(const RunResult& result) {
  std::vector<std::pair<Offset, Screen::Part>> entries;
  for (const Marker& marker : kMarkers) {
    std::size_t times = 0;
    Offset first{0};
    for (const Moment& moment : result.moments) {
      if (moment.kind == marker.kind && times++ == 0) first = moment.at;
    }
    if (times == 0) continue;
    std::string text = std::string{marker.glyph} + ' ' + marker.meaning + ' ' +
                       fmt::format("{:.2f} s", seconds(first));
    if (times > 1) text += " (" + std::to_string(times) + " times)";
    entries.emplace_back(first, Screen::Part{marker.ink, std::move(text)});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Screen::Part> parts;
  for (auto& entry : entries) parts.push_back(std::move(entry.second));
  return parts;
}

std::string length_of(const PhaseRecord& phase) {
  if (!phase.reached) return "not reached";
  const Duration length = phase.end - phase.start;
  // Phases end within a scheduler tick of their plan; that is not worth a digit here.
  const Duration off = length > phase.planned ? length - phase.planned : phase.planned - length;
  return length_text(off < std::chrono::milliseconds{50} ? phase.planned : length);
}

}  // namespace

std::string moment_row(const Moment& moment, const Clean& clean) {
  constexpr std::size_t longest_kind = 17;  // "breaker half open"
  return pad_left(at_text(moment.at), 9) + "  " +
         pad_right(in_words(name_of(moment.kind)), longest_kind) + "  " +
         moment_detail(moment, clean);
}

void draw_timeline(Screen& screen, const RunResult& result) {
  if (result.phases.empty() || !result.phases.front().reached) return;
  const std::size_t room = screen.width() - 2 * Screen::kMargin;
  const std::vector<std::size_t> columns = share_out(result, screen.clean(), room);
  std::string names;
  std::string bar;
  std::string lengths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Ink ink = ink_of_phase(result, i);
    const std::size_t label = columns[i] - 1;
    const std::string name = fit(screen.clean().line(result.phases[i].name), label);
    names += pad_right(screen.ink(ink, name), columns[i]);
    bar += screen.ink(ink, repeat(result.phases[i].reached ? "━" : "·", label)) + ' ';
    const std::string length = fit(length_of(result.phases[i]), label);
    lengths += pad_right(screen.ink(Ink::dim, length), columns[i]);
  }
  screen.gap();
  screen.line(names, Screen::kMargin);
  screen.line(bar, Screen::kMargin);
  const std::vector<Screen::Part> meanings = legend(result);
  if (!meanings.empty()) screen.line(marker_row(screen, result, columns), Screen::kMargin);
  screen.line(lengths, Screen::kMargin);
  screen.flow(meanings, Screen::kMargin, "", "  ");
}

void draw_moments(Screen& screen, const RunResult& result) {
  if (result.moments.empty()) return;
  screen.section("MOMENTS", "zero is " + to_rfc3339(result.origin.wall));
  for (const Moment& moment : result.moments) {
    const std::string text = moment_row(moment, screen.clean());
    screen.line(fit(text, screen.width() - Screen::kMargin), Screen::kMargin);
  }
}

}  // namespace firedrill
