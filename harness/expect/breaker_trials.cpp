#include "harness/expect/breaker.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Arrival of the first call at or after `at`.
std::optional<Offset> first_call_from(const BreakerEvidence& evidence, Offset at) {
  const auto found =
      std::lower_bound(evidence.calls.begin(), evidence.calls.end(), at,
                       [](const Call& call, Offset time) { return call.arrived < time; });
  if (found == evidence.calls.end()) return std::nullopt;
  return found->arrived;
}

/// How long a breaker surely stays open after a trial that failed.
Duration surely_open(const BreakerEvidence& evidence) {
  return evidence.reading.reset ? earliest_trial(*evidence.reading.reset) : evidence.silence();
}

}  // namespace

Finding judge_hung_trial(const BreakerCase& breaker) {
  const Duration within = *breaker.breaker.hung_trial;
  const BreakerEvidence& evidence = breaker.evidence;
  Finding finding;
  finding.what = "survives a hung trial";
  finding.required = "another call within " + to_text(within) + " of a trial that nobody answered";
  Duration longest{0};
  bool too_soon_to_tell = false;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (half.answered || !in_window(breaker, half.began)) continue;
    ++finding.samples;
    const auto next = first_call_from(evidence, half.decided);
    const Duration took = next.value_or(evidence.reading.until) - half.decided;
    if (!next && took <= within) {
      too_soon_to_tell = true;
      continue;
    }
    longest = std::max(longest, took);
    if (took <= within) continue;
    finding.verdict = Verdict::fail;
    finding.why = next ? "the next call came only " + to_text(took) + " after a hung trial"
                       : "a trial that hung blocks the breaker: no call came in the " +
                             to_text(took) + " after it";
  }
  finding.observed =
      finding.samples == 0 ? "no hung trial" : "the next call after " + to_text(longest);
  if (finding.verdict == Verdict::fail) return finding;
  if (finding.samples == 0) {
    make_inconclusive(finding,
                      "no trial was left without an answer: let the fault hold one (for: 1 trial, "
                      "hang: 500ms)");
  } else if (too_soon_to_tell) {
    finding.observed = "no call after it";
    make_inconclusive(finding, "the drill ended too soon after a hung trial: make it longer");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_reopens(const BreakerCase& breaker) {
  const BreakerEvidence& evidence = breaker.evidence;
  Finding finding;
  finding.what = "opens again after a failed trial";
  const Duration quiet = surely_open(evidence);
  finding.required = "no call for " + to_text(quiet) + " after a trial that failed";
  std::uint64_t calls = 0;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    // Nobody saw when the caller gave a trial up that was not answered.
    const Offset since = half.answered ? half.decided : half.began;
    const Offset from = half.decided + kSlackAgain;
    const Offset to = std::min(since + quiet, evidence.reading.until);
    if (half.ok || !in_window(breaker, half.began) || to <= from) continue;
    ++finding.samples;
    calls = std::max(calls, evidence.calls_in(from, to));
  }
  finding.observed = counted(calls, "call") + " at most after " + counted(finding.samples, "trial");
  if (calls > 0) {
    finding.verdict = Verdict::fail;
    finding.why = counted(calls, "call") + " reached " + evidence.mock + " within " +
                  to_text(quiet) + " of a trial that had failed";
  } else if (finding.samples == 0) {
    finding.observed = "no failed trial";
    make_inconclusive(finding, "no trial failed in this window");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

}  // namespace firedrill
