#include "harness/expect/breaker.hpp"
#include "harness/expect/client_activity.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

constexpr Duration kResetSlackBelow = std::chrono::milliseconds{20};
constexpr Duration kResetSlackAbove = std::chrono::milliseconds{100};
/// Chance at most, that a breaker that lets everything through would have shown no call too many.
constexpr double kUnseenMax = 0.001;

struct Range {
  Duration low{0};
  Duration high{0};
};

/// Gaps that a breaker with that open time may show.
Range accepted(Duration reset, Duration late, const BreakerEvidence& evidence) {
  return {reset - reset / 10 - kResetSlackBelow, reset + late + reset / 10 + evidence.silence() +
                                                     evidence.instance_spread + kResetSlackAbove};
}

/// Poisson: chance of at most `count` events where `mean` are expected.
double chance_of_at_most(std::uint64_t count, double mean) {
  double term = std::exp(-mean);
  double total = term;
  for (std::uint64_t i = 1; i <= count; ++i) {
    term *= mean / static_cast<double>(i);
    total += term;
  }
  return std::min(1.0, total);
}

/// Time open without any trial that is too long already; unset when there is none.
std::optional<Duration> stuck_open(const BreakerCase& breaker, Duration longest) {
  for (const OpenStretch& stretch : breaker.evidence.timeline.open) {
    const Duration length = stretch.until - stretch.opened;
    if (!stretch.ended_by_trial && in_window(breaker, stretch.opened) && length > longest) {
      return length;
    }
  }
  return std::nullopt;
}

void explain_no_gap(Finding& finding, const BreakerCase& breaker) {
  const bool opened =
      std::any_of(breaker.evidence.timeline.open.begin(), breaker.evidence.timeline.open.end(),
                  [&](const OpenStretch& stretch) { return in_window(breaker, stretch.opened); });
  finding.observed = opened ? "no trial" : "never opened";
  make_inconclusive(finding, opened ? "the drill ended before the breaker let a trial through"
                                    : "the breaker never opened, so it never stayed open");
}

/// True when the trial was due while the machine stood still, and so came late.
bool is_excused(const OpenGap& gap, Range range, const RunResult& result) {
  constexpr Duration to_see = std::chrono::milliseconds{200};
  const Offset due = gap.latest + range.high;
  return stood_still(result, std::min(due, gap.ended - to_see), gap.ended);
}

void judge_gaps(Finding& finding, const std::vector<OpenGap>& gaps, Range range,
                const RunResult& result) {
  Duration shortest = gaps.front().longest();
  Duration longest = gaps.front().shortest();
  bool excused = false;
  for (const OpenGap& gap : gaps) {
    shortest = std::min(shortest, gap.longest());
    if (gap.shortest() < longest) continue;
    longest = gap.shortest();
    excused = longest > range.high && is_excused(gap, range, result);
  }
  finding.observed = gaps.size() == 1 ? to_text(gaps.front().shortest())
                                      : span_text(std::min(shortest, longest), longest) + " in " +
                                            counted(gaps.size(), "opening");
  if (shortest < range.low) {
    finding.verdict = Verdict::fail;
    finding.why = "a call came through only " + to_text(shortest) + " after it opened";
  } else if (excused) {
    make_inconclusive(finding, "the machine stood still when the trial was due, " +
                                   to_text(longest) + " after it opened");
  } else if (longest > range.high) {
    finding.verdict = Verdict::fail;
    finding.why = "the trial came only " + to_text(longest) + " after it opened";
  } else {
    finding.verdict = Verdict::pass;
  }
}

}  // namespace

Finding judge_reset(const BreakerCase& breaker) {
  const Duration reset = *breaker.breaker.reset;
  const Range range = accepted(reset, breaker.breaker.reset_late, breaker.evidence);
  Finding finding;
  finding.what = "stays open " + to_text(reset);
  finding.required = to_text(reset) + " until a trial (" + span_text(range.low, range.high) +
                     " as seen from outside)";
  std::vector<OpenGap> gaps;
  for (const OpenGap& gap : breaker.evidence.timeline.gaps) {
    if (in_window(breaker, gap.latest)) gaps.push_back(gap);
  }
  finding.samples = gaps.size();
  if (gaps.empty()) {
    explain_no_gap(finding, breaker);
  } else {
    judge_gaps(finding, gaps, range, breaker.result);
  }
  const auto stuck = stuck_open(breaker, range.high);
  if (finding.verdict != Verdict::fail && stuck) {
    finding.verdict = Verdict::fail;
    finding.observed = "no trial for " + to_text(*stuck);
    finding.why = "it let no trial through for " + to_text(*stuck);
  }
  return finding;
}

Finding judge_trials(const BreakerCase& breaker) {
  const std::uint64_t most = std::uint64_t{*breaker.breaker.trials_max} * breaker.breaker.instances;
  Finding finding;
  finding.what = "trials in half-open";
  finding.required = "<= " + std::to_string(most) + " at a time";
  std::uint64_t admitted = 0;
  Duration longest{0};
  double unseen = 1;
  for (const HalfOpen& half : breaker.evidence.timeline.half_open) {
    if (!in_window(breaker, half.began)) continue;
    ++finding.samples;
    admitted = std::max(admitted, half.admitted);
    const Duration length = half.decided - half.began;
    longest = std::max(longest, length);
    // The trial itself is there in any case; a further call in a time this long is up to chance.
    unseen *= chance_of_at_most(most - 1, seconds(length) * breaker.evidence.calls_per_second);
  }
  finding.observed = std::to_string(admitted) + " at most in " + counted(finding.samples, "trial");
  if (finding.samples == 0) {
    finding.observed = "no trial";
    make_inconclusive(finding, "the breaker never let a trial through in this window");
  } else if (admitted > most) {
    finding.verdict = Verdict::fail;
    finding.why = counted(admitted, "call") + " reached " + breaker.evidence.mock +
                  " before the trial was answered, not " + std::to_string(most) + " at most";
  } else if (unseen > kUnseenMax) {
    make_inconclusive(finding,
                      "the trials were answered within " + to_text(longest) +
                          ", too fast to show whether more calls would have been let "
                          "through: let the fault hold the trial (for: 1 trial, hang: 500ms)");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

}  // namespace firedrill
