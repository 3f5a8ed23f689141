#include "harness/expect/moments.hpp"

#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

void sort_by_time(std::vector<Moment>& moments) {
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at < b.at; });
}

std::string opened_text(const BreakerEvidence& evidence, const OpenStretch& stretch) {
  if (stretch.again) return evidence.mock + ": the breaker opened again";
  const std::uint64_t failures =
      evidence.ends.failures_between(evidence.reading.from, stretch.opened);
  return evidence.mock + ": calls stopped after " + counted(failures, "failed answer");
}

std::string trial_text(const BreakerEvidence& evidence, const HalfOpen& half) {
  const std::string fate = half.ok ? "was answered" : "failed";
  return evidence.mock + ": a trial came through and " + fate + " after " +
         to_text(half.decided - half.began);
}

/// The faults that were active at some time in [from, to], both included.
std::vector<const FaultRecord*> faults_touching(const RunResult& result, Offset from, Offset to) {
  std::vector<const FaultRecord*> faults;
  for (const FaultRecord& fault : result.faults) {
    if (!fault.injected_at || *fault.injected_at > to) continue;
    if (!fault.healed_at || *fault.healed_at >= from) faults.push_back(&fault);
  }
  return faults;
}

}  // namespace

std::vector<Moment> moments_of(const BreakerEvidence& evidence) {
  std::vector<Moment> moments;
  for (const OpenStretch& stretch : evidence.timeline.open) {
    moments.push_back(
        {stretch.opened, MomentKind::breaker_open, evidence.mock, opened_text(evidence, stretch)});
  }
  for (const HalfOpen& half : evidence.timeline.half_open) {
    moments.push_back(
        {half.began, MomentKind::breaker_half_open, evidence.mock, trial_text(evidence, half)});
    if (!half.closed) continue;
    moments.push_back({half.decided, MomentKind::breaker_closed, evidence.mock,
                       evidence.mock + ": the trial succeeded and calls flow again"});
  }
  sort_by_time(moments);
  return moments;
}

std::vector<Moment> explaining_moments(const Window& window, const RunResult& result,
                                       const BreakerEvidence* evidence) {
  std::vector<Moment> moments;
  if (window.phases.empty()) return moments;
  for (const std::uint32_t index : window.phases) {
    const PhaseRecord& phase = result.phases[index];
    moments.push_back(
        {phase.start, MomentKind::phase_started, phase.name, "phase " + phase.name + " began"});
  }
  Offset from = window.from;
  for (const FaultRecord* fault : faults_touching(result, window.from, window.to)) {
    from = std::min(from, *fault->injected_at);
    moments.push_back({*fault->injected_at, MomentKind::fault_injected, fault->name,
                       "fault " + fault->name + " injected into " + fault->target});
    if (!fault->healed_at) continue;
    moments.push_back({*fault->healed_at, MomentKind::fault_healed, fault->name,
                       "fault " + fault->name + " healed"});
  }
  if (evidence != nullptr && evidence->unusable.empty()) {
    for (const Moment& moment : moments_of(*evidence)) {
      if (moment.at >= from && moment.at <= window.to) moments.push_back(moment);
    }
  }
  sort_by_time(moments);
  return moments;
}

}  // namespace firedrill
