#include "harness/expect/sliding.hpp"

#include "harness/base/assert.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/slo.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <optional>

namespace firedrill {
namespace {

constexpr int kStepsOfWindow = 10;
constexpr Duration kRoomTolerance = std::chrono::milliseconds{1};

/// One stretch, judged by itself.
struct Stretch {
  Offset from{0};
  Finding finding;
  bool skipped = false;  ///< Too few requests to count.
};

/// The stretches of one phase, a fixed step apart.
struct PhaseStretches {
  std::vector<Stretch> stretches;
  std::size_t steps = 1;  ///< From a stretch to the one that begins where it ends.
};

Slice total_in(const RunResult& result, const std::string& stream, Offset from, Offset to) {
  Slice total;
  for (const StreamSeries& series : result.streams) {
    if (belongs_to(series.name, stream)) total.merge(total_between(series, from, to));
  }
  return total;
}

Stretch judge_stretch(const spec::SloExpectation& slo, const RunResult& result, Offset from) {
  const Slice total = total_in(result, slo.slo.stream, from, from + *slo.window);
  Stretch stretch;
  stretch.from = from;
  stretch.skipped = total.planned < slo.requests_min;
  if (!stretch.skipped) stretch.finding = judge_slo_over(slo.slo, total, *slo.window);
  return stretch;
}

/// Slices decide where a stretch may begin.
Duration slice_of(const RunResult& result) {
  for (const StreamSeries& series : result.streams) {
    if (!series.slices.empty()) return series.slices.front().length;
  }
  return Duration{0};
}

PhaseStretches stretches_of(const spec::SloExpectation& slo, const RunResult& result,
                            const PhaseRecord& phase) {
  PhaseStretches out;
  const Duration slice = slice_of(result);
  if (slice <= Duration{0}) return out;
  const Duration width = *slo.window;
  const auto slices_of_step = std::max<Duration::rep>(1, width / slice / kStepsOfWindow);
  const Duration step = slice * slices_of_step;
  out.steps =
      static_cast<std::size_t>(std::max<Duration::rep>(1, (width + step - Duration{1}) / step));
  for (Offset at = phase.start; at + width <= phase.end + kRoomTolerance; at += step) {
    out.stretches.push_back(judge_stretch(slo, result, at));
  }
  return out;
}

/// The first row of `count` stretches, end to end, that all satisfy `bad`.
template <typename Bad>
std::optional<std::size_t> first_row(const PhaseStretches& phase, std::size_t count, Bad bad) {
  for (std::size_t i = 0; i < phase.stretches.size(); ++i) {
    std::size_t length = 0;
    for (std::size_t at = i; at < phase.stretches.size() && bad(phase.stretches[at]);
         at += phase.steps) {
      if (++length == count) return i;
    }
  }
  return std::nullopt;
}

bool surely_breaks(const Stretch& stretch) {
  return !stretch.skipped && stretch.finding.verdict == Verdict::fail;
}

bool may_break(const Stretch& stretch) {
  return !stretch.skipped && stretch.finding.verdict != Verdict::pass;
}

std::string row_text(const spec::SloExpectation& slo) {
  const std::string windows = "windows of " + to_text(*slo.window);
  if (slo.windows == 1) return " in all " + windows;
  return ", but for fewer than " + std::to_string(slo.windows) + " " + windows + " in a row";
}

void conclude(Finding& finding, const spec::SloExpectation& slo,
              const std::vector<PhaseStretches>& phases) {
  std::size_t judged = 0;
  std::size_t broken = 0;
  for (const PhaseStretches& phase : phases) {
    for (const Stretch& stretch : phase.stretches) {
      if (!stretch.skipped) ++judged;
      if (surely_breaks(stretch)) ++broken;
    }
  }
  finding.samples = judged;
  finding.observed = "broken in " + part_of(broken, judged) + " windows";
  for (const PhaseStretches& phase : phases) {
    const auto row = first_row(phase, slo.windows, surely_breaks);
    if (!row) continue;
    const Stretch& first = phase.stretches[*row];
    finding.verdict = Verdict::fail;
    finding.interval = first.finding.interval;
    finding.why =
        "from " + when_text(first.from) + " on it was " + first.finding.observed +
        (slo.windows > 1 ? ", for " + std::to_string(slo.windows) + " windows in a row" : "");
    return;
  }
  if (judged == 0) {
    return make_inconclusive(finding, slo.requests_min > 0
                                          ? "no window had " + counted(slo.requests_min, "request")
                                          : "the phases are shorter than one window");
  }
  for (const PhaseStretches& phase : phases) {
    const auto row = first_row(phase, slo.windows, may_break);
    if (!row) continue;
    return make_inconclusive(finding,
                             "the window from " + when_text(phase.stretches[*row].from) +
                                 " on cannot be judged: " + phase.stretches[*row].finding.why);
  }
  finding.verdict = Verdict::pass;
}

}  // namespace

Finding judge_whole(const spec::SloExpectation& slo, const Window& window,
                    const RunResult& result) {
  Finding finding = judge_slo(slo.slo, window, result);
  const std::uint64_t planned = traffic_in(result, window, slo.slo.stream).planned;
  if (planned < slo.requests_min && finding.verdict != Verdict::inconclusive) {
    make_inconclusive(finding, counted(planned, "request") + " in this window, and " +
                                   std::to_string(slo.requests_min) + " are required to judge it");
  }
  return finding;
}

Finding judge_sliding(const spec::SloExpectation& slo, const Window& window,
                      const RunResult& result) {
  FD_ASSERT(slo.window.has_value());
  Finding finding = finding_on(window, slo.slo.text, bound_text(slo.slo) + row_text(slo));
  const std::string reason = unusable(result, window, slo.slo.stream);
  if (!reason.empty()) {
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return finding;
  }
  std::vector<PhaseStretches> phases;
  for (const std::uint32_t index : window.phases) {
    phases.push_back(stretches_of(slo, result, result.phases[index]));
  }
  conclude(finding, slo, phases);
  if (finding.verdict == Verdict::pass && !window.cut_short.empty()) {
    make_inconclusive(finding, window.cut_short);
  }
  return finding;
}

}  // namespace firedrill
