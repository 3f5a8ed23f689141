#include "harness/expect/breaker.hpp"

#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

/// A fault is healed at the end of its phase or a moment later: that little is no overlap.
constexpr Duration kOverlapMin = std::chrono::milliseconds{50};

std::string hit_nothing(const BreakerCase& breaker) {
  for (const FaultRecord* fault : faults_in(breaker)) {
    if (fault->hits == 0 && !fault->hits_optional) {
      return "fault " + fault->name + " hit no call, so the breaker had no reason to open";
    }
  }
  return "";
}

std::vector<Finding> every_member(const BreakerCase& breaker) {
  const spec::BreakerExpectation& wanted = breaker.breaker;
  std::vector<Finding> findings;
  if (wanted.opens) findings.push_back(judge_opens(breaker));
  if (wanted.reset) findings.push_back(judge_reset(breaker));
  if (wanted.while_open && wanted.while_open->upstream_calls_max) {
    findings.push_back(judge_upstream_calls(breaker));
  }
  if (wanted.while_open && wanted.while_open->slo) findings.push_back(judge_open_slo(breaker));
  if (wanted.trials_max) findings.push_back(judge_trials(breaker));
  if (wanted.hung_trial) findings.push_back(judge_hung_trial(breaker));
  if (wanted.reopens) findings.push_back(judge_reopens(breaker));
  if (wanted.closes) findings.push_back(judge_closes(breaker));
  if (wanted.herd_max) findings.push_back(judge_herd(breaker));
  if (wanted.stays_closed) findings.push_back(judge_stays_closed(breaker));
  if (wanted.openings_max) findings.push_back(judge_openings(breaker));
  return findings;
}

/// Beginning of the time, up to `at`, in which the breaker was closed under fault.
Offset closed_since(const BreakerEvidence& evidence, Offset at) {
  Offset since = evidence.reading.from;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (half.closed && half.decided < at) since = half.decided;
  }
  return since;
}

/// Why nothing at all can be concluded in this window; "" when something can.
std::string nothing_to_judge(const BreakerCase& breaker) {
  std::string reason = unusable(breaker.result, breaker.window, "");
  if (reason.empty()) reason = breaker.evidence.unusable;
  if (reason.empty()) reason = hit_nothing(breaker);
  return reason;
}

}  // namespace

bool in_window(const BreakerCase& breaker, Offset at) {
  return breaker.window.from <= at && at <= breaker.window.to;
}

std::vector<const FaultRecord*> faults_in(const BreakerCase& breaker) {
  std::vector<const FaultRecord*> faults;
  for (const FaultRecord* fault : breaker.evidence.faults) {
    const Offset from = std::max(*fault->injected_at, breaker.window.from);
    const Offset to = std::min(end_of(*fault, breaker), breaker.window.to);
    if (to - from >= kOverlapMin) faults.push_back(fault);
  }
  return faults;
}

Offset end_of(const FaultRecord& fault, const BreakerCase& breaker) {
  return fault.healed_at.value_or(breaker.evidence.reading.until);
}

const OpenStretch* opening_under(const BreakerCase& breaker, const FaultRecord& fault) {
  for (const OpenStretch& stretch : breaker.evidence.timeline.open) {
    const bool under =
        stretch.opened >= *fault.injected_at && stretch.opened <= end_of(fault, breaker);
    if (under && !stretch.again) return &stretch;
  }
  return nullptr;
}

NeverOpened explain_never_opened(const BreakerCase& breaker, const FaultRecord& fault) {
  const BreakerEvidence& evidence = breaker.evidence;
  const Offset from = *fault.injected_at;
  const Offset to = end_of(fault, breaker);
  if (!breaker.breaker.opens) {
    return {Verdict::inconclusive, "the breaker never opened, so there is no time to judge"};
  }
  const auto due = certain_due(breaker, from, to);
  if (!due) {
    return {Verdict::inconclusive,
            "the breaker never opened, but need not have: fault " + fault.name + " caused " +
                counted(evidence.ends.failures_between(from, to), "failed answer") +
                ", at no time clearly " + failures_text(breaker.breaker)};
  }
  const Offset last_chance = *due + evidence.slack + evidence.instance_spread;
  if (to - last_chance <= evidence.silence()) {
    return {Verdict::inconclusive, "the fault ended " + to_text(to - *due) + " after " +
                                       failures_text(breaker.breaker) +
                                       ", too soon to see the breaker open: that takes " +
                                       to_text(last_chance - *due + evidence.silence())};
  }
  const std::uint64_t calls = evidence.calls_in(last_chance, to);
  const double expected = seconds(to - last_chance) * evidence.calls_per_second;
  const Silence* const stall = evidence.stall_in(from, to);
  if (stall != nullptr && 2 * static_cast<double>(calls) < expected) {
    return {Verdict::inconclusive, "the machine stood still at " +
                                       span_text(stall->from, stall->to) +
                                       ": the breaker may have opened then"};
  }
  return {calls > 0 ? Verdict::fail : Verdict::inconclusive,
          "never opened: " + counted(calls, "call") + " reached " + evidence.mock + " later than " +
              to_text(last_chance - *due) + " after " + failures_text(breaker.breaker) +
              " (about " + number_text(std::round(expected)) +
              " were to be expected without a breaker)"};
}

std::vector<QuietSpan> quiet_spans(const BreakerCase& breaker) {
  const BreakerEvidence& evidence = breaker.evidence;
  std::vector<QuietSpan> spans;
  for (const OpenStretch& stretch : evidence.timeline.open) {
    Offset opened = stretch.opened;
    if (!stretch.again && breaker.breaker.opens) {
      // It had to be open from here on; calls after that count whether it was or not.
      const auto due = certain_due(breaker, closed_since(evidence, stretch.opened), stretch.opened);
      if (due) opened = std::min(opened, *due);
    }
    // Nothing but the trial was under way when a breaker opens again.
    const Duration slack = stretch.again ? kSlackAgain : evidence.slack;
    const Offset from = std::max(opened + slack + evidence.instance_spread, breaker.window.from);
    const Offset to = std::min(stretch.until, breaker.window.to);
    if (from < to) spans.push_back({from, to});
  }
  return spans;
}

std::vector<Finding> judge_breaker(const BreakerCase& breaker) {
  const std::string reason = nothing_to_judge(breaker);
  std::vector<Finding> findings = every_member(breaker);
  for (Finding& finding : findings) {
    finding.window = breaker.window.text;
    if (!reason.empty()) {
      finding.observed = "nothing that counts";
      finding.interval.clear();
      make_inconclusive(finding, reason);
    } else if (!breaker.window.cut_short.empty() && finding.verdict == Verdict::pass) {
      make_inconclusive(finding, breaker.window.cut_short);
    }
  }
  return findings;
}

}  // namespace firedrill
