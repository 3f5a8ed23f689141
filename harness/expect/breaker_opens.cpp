#include "harness/expect/breaker.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

/// What one fault showed about the opening.
struct Opening {
  Verdict verdict = Verdict::inconclusive;
  std::string observed;
  std::string why;
};

/// "" unless it opened before it had reason to.
std::string too_early(const BreakerCase& breaker, const FaultRecord& fault,
                      const OpenStretch& stretch) {
  // The failure that opened it may have ended up to one silence after the last call.
  const Offset latest = stretch.opened + breaker.evidence.silence();
  const std::string seen = too_few_failures(breaker, *fault.injected_at, latest);
  if (seen.empty()) return "";
  return "opened early: after at most " + seen + ", not " + failures_text(breaker.breaker);
}

/// Calls that went on after it should have opened fail it, unless it may have opened unseen before.
void look_for_late_calls(Opening& opening, const BreakerCase& breaker, const FaultRecord& fault,
                         const OpenStretch& stretch) {
  const BreakerEvidence& evidence = breaker.evidence;
  const auto due = certain_due(breaker, *fault.injected_at, stretch.opened);
  if (!due) return;
  const Duration allowed = evidence.slack + evidence.instance_spread;
  const std::uint64_t calls = evidence.calls_in(*due + allowed, stretch.opened + Duration{1});
  if (calls == 0) return;
  const Silence* const stall = evidence.stall_in(*due, stretch.earliest);
  opening.verdict = stall == nullptr ? Verdict::fail : Verdict::inconclusive;
  opening.why = stall == nullptr
                    ? "opened late: " + counted(calls, "call") + " reached " + evidence.mock +
                          " later than " + to_text(allowed) + " after " +
                          failures_text(breaker.breaker)
                    : "the machine stood still at " + span_text(stall->from, stall->to) +
                          ": it may have opened then already";
}

Opening judge_opening(const BreakerCase& breaker, const FaultRecord& fault,
                      const OpenStretch& stretch, Offset first_failure) {
  const Duration took = std::max(Duration{0}, stretch.opened - first_failure);
  const std::uint64_t failures =
      breaker.evidence.ends.failures_between(*fault.injected_at, stretch.opened);
  Opening opening;
  opening.observed = "opened " + to_text(took) + " after the first failed answer, after " +
                     counted(failures, "failed answer");
  opening.why = too_early(breaker, fault, stretch);
  opening.verdict = opening.why.empty() ? Verdict::pass : Verdict::fail;
  if (opening.verdict == Verdict::pass) look_for_late_calls(opening, breaker, fault, stretch);
  const std::optional<Duration>& within = breaker.breaker.opens->within;
  if (opening.verdict == Verdict::pass && within && took > *within) {
    const Silence* const stall = breaker.evidence.stall_in(first_failure, stretch.earliest);
    const bool excused = stall != nullptr && took - *within <= stall->to - stall->from;
    opening.verdict = excused ? Verdict::inconclusive : Verdict::fail;
    opening.why = excused
                      ? "the machine stood still before it opened, and so it may be late for no "
                        "fault of its own"
                      : "opened " + to_text(took) + " after the first failed answer, not within " +
                            to_text(*within);
  }
  return opening;
}

Opening judge_fault(const BreakerCase& breaker, const FaultRecord& fault) {
  const BreakerEvidence& evidence = breaker.evidence;
  const Offset from = *fault.injected_at;
  if (evidence.timeline.open_at(from)) {
    return {Verdict::inconclusive, "open already",
            "the breaker was open already when fault " + fault.name + " was injected"};
  }
  const auto first_failure = evidence.ends.first_failure(from, end_of(fault, breaker));
  if (!first_failure) {
    return {Verdict::inconclusive, "no failed answer",
            "no call to " + evidence.mock + " failed under fault " + fault.name};
  }
  if (const OpenStretch* stretch = opening_under(breaker, fault)) {
    return judge_opening(breaker, fault, *stretch, *first_failure);
  }
  const NeverOpened never = explain_never_opened(breaker, fault);
  return {never.verdict, "never opened", never.why};
}

std::string required_text(const spec::BreakerExpectation& breaker) {
  std::string text = "after " + failures_text(breaker);
  if (breaker.opens->within) text += ", within " + to_text(*breaker.opens->within);
  return text;
}

}  // namespace

Finding judge_opens(const BreakerCase& breaker) {
  Finding finding;
  const auto& opens = *breaker.breaker.opens;
  finding.what = "opens after " + (opens.rate ? failures_text(breaker.breaker)
                                              : counted(opens.after_failures, "failure"));
  finding.required = required_text(breaker.breaker);
  make_inconclusive(finding, "no fault of " + breaker.breaker.mock + " hit a call in this window");
  finding.observed = "no fault";
  bool first = true;
  for (const FaultRecord* fault : faults_in(breaker)) {
    const bool open_already = breaker.evidence.timeline.open_at(*fault->injected_at);
    if (fault->hits == 0 && !open_already) continue;
    const Opening opening = judge_fault(breaker, *fault);
    finding.samples +=
        breaker.evidence.ends.failures_between(*fault->injected_at, end_of(*fault, breaker));
    // The worst fault decides: failed before inconclusive before passed, the earlier one first.
    static constexpr std::array kBadness{0, 2, 1};  // pass, fail, inconclusive
    const auto badness = [](Verdict verdict) {
      return kBadness[static_cast<std::size_t>(verdict)];
    };
    if (!first && badness(opening.verdict) <= badness(finding.verdict)) continue;
    finding.verdict = opening.verdict;
    finding.observed = opening.observed;
    finding.why = opening.why;
    first = false;
  }
  return finding;
}

}  // namespace firedrill
