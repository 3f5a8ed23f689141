#include "harness/expect/breaker_evidence.hpp"

#include "harness/expect/client_activity.hpp"
#include "harness/expect/ledger_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/metrics/histogram.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

/// With Poisson arrivals, a gap of 14 mean gaps happens by chance less than once in 10^6.
constexpr double kSilenceMeanGaps = 14;
/// A busy machine stalls a caller for tens of milliseconds without any breaker. Where the open time
/// is known, a silence that counts is a quarter of it, within these.
constexpr Duration kSilenceMin = 30ms;
constexpr Duration kSilenceMax = 200ms;
constexpr Duration kSilenceUnknownReset = 100ms;
constexpr Duration kSlackMin = 50ms;
constexpr std::uint64_t kHealthyCallsMin = 20;
constexpr Duration kPhaseMin = 500ms;

Offset end_of_observation(const RunResult& result) {
  Offset end{0};
  for (const PhaseRecord& phase : result.phases) {
    if (phase.reached) end = std::max(end, phase.end);
  }
  return end;
}

std::vector<const FaultRecord*> faults_of(const spec::Scenario& scenario, const RunResult& result,
                                          std::string_view mock) {
  std::vector<const FaultRecord*> faults;
  for (const FaultRecord& record : result.faults) {
    const bool on_mock =
        std::any_of(scenario.faults.begin(), scenario.faults.end(), [&](const spec::Fault& fault) {
          return fault.name == record.name && spec::mock_fault_of(fault, mock);
        });
    if (on_mock && record.injected_at) faults.push_back(&record);
  }
  std::stable_sort(faults.begin(), faults.end(), [](const FaultRecord* a, const FaultRecord* b) {
    return *a->injected_at < *b->injected_at;
  });
  return faults;
}

/// What counts as too slow for this breaker.
std::optional<Duration> slow_of(const spec::Scenario& scenario, std::string_view mock) {
  for (const spec::BreakerExpectation* breaker : breakers_of(scenario, mock)) {
    if (breaker->slow) return breaker->slow;
  }
  return std::nullopt;
}

/// What the scenario states about the breaker, over all expectations on it; returns the instances.
std::uint32_t take_statements(BreakerReading& reading, const spec::Scenario& scenario,
                              std::string_view mock) {
  std::uint32_t instances = 1;
  for (const spec::BreakerExpectation* breaker : breakers_of(scenario, mock)) {
    if (reading.failures == 0 && breaker->opens && !breaker->opens->rate) {
      reading.failures = std::uint64_t{breaker->opens->after_failures} * breaker->instances;
    }
    if (!reading.reset) reading.reset = breaker->reset;
    instances = std::max(instances, breaker->instances);
  }
  return instances;
}

/// What the mock saw before the first fault.
struct Healthy {
  std::uint64_t calls = 0;
  double rate = 0;          // calls a second
  double planned_rate = 0;  // requests a second that clients had planned
  LatencyHistogram answers;
};

Healthy healthy_time(const RunResult& result, const std::vector<Call>& calls, Offset fault) {
  Healthy healthy;
  Duration length{0};
  std::uint64_t planned = 0;
  for (const PhaseRecord& phase : result.phases) {
    const bool usable = phase.reached && phase.end - phase.start >= kPhaseMin && phase.end <= fault;
    if (!usable) continue;
    length += phase.end - phase.start;
    planned += planned_between(result, phase.start, phase.end);
    for (const Call& call : calls) {
      if (call.arrived < phase.start || call.arrived >= phase.end) continue;
      ++healthy.calls;
      if (call.ok && call.done <= fault) healthy.answers.record(call.done - call.arrived);
    }
  }
  if (length > Duration{0}) {
    healthy.rate = static_cast<double>(healthy.calls) / seconds(length);
    healthy.planned_rate = static_cast<double>(planned) / seconds(length);
  }
  return healthy;
}

/// Calls a second to expect from the fault on, were there no breaker: the healthy rate, scaled to
/// the weakest phase that follows.
double expected_rate(const RunResult& result, const Healthy& healthy, Offset fault) {
  double rate = healthy.rate;
  if (healthy.planned_rate <= 0) return rate;
  for (const PhaseRecord& phase : result.phases) {
    const Duration length = phase.end - phase.start;
    if (!phase.reached || phase.end <= fault || length < kPhaseMin) continue;
    const double planned =
        static_cast<double>(planned_between(result, phase.start, phase.end)) / seconds(length);
    if (planned > 0) rate = std::min(rate, healthy.rate * planned / healthy.planned_rate);
  }
  return rate;
}

Duration silence_for(double rate, const std::optional<Duration>& reset) {
  const Duration least =
      reset ? std::clamp<Duration>(*reset / 4, kSilenceMin, kSilenceMax) : kSilenceUnknownReset;
  return std::max(least, from_seconds(kSilenceMeanGaps / rate));
}

/// Instances do not share the calls evenly: allow each failure of each of them twice its mean wait.
Duration spread_of(std::uint32_t instances, const BreakerReading& reading, double rate) {
  if (instances <= 1) return Duration{0};
  const auto failures = static_cast<double>(std::max<std::uint64_t>(reading.failures, instances));
  return from_seconds(2 * failures / rate);
}

/// The ledger shows silence; the clients must show that it was the system's choice.
std::string doubt_of(const BreakerEvidence& evidence, const std::vector<Silence>& silences,
                     const RunResult& result) {
  for (const Silence& silence : silences) {
    if (silence.stood_still) continue;                     // taken for no opening
    if (silence.from >= evidence.reading.until) continue;  // what is left of the traffic runs out
    const auto from =
        may_open_from(silence, evidence.ends, evidence.reading.from, evidence.silence());
    if (!from) continue;
    std::string doubt = doubt_about_silence(result, *from, silence.to, evidence.slack);
    if (!doubt.empty()) return doubt;
  }
  return "";
}

std::string missing_evidence(const spec::Scenario& scenario, const RunResult& result,
                             std::string_view mock) {
  std::string reason = unusable_ledger(result, mock);
  if (!reason.empty()) return reason;
  if (faults_of(scenario, result, mock).empty()) {
    return "no fault was injected into " + std::string{mock};
  }
  return "";
}

}  // namespace

std::uint64_t BreakerEvidence::calls_in(Offset after, Offset until) const {
  const auto first =
      std::upper_bound(calls.begin(), calls.end(), after,
                       [](Offset at, const Call& call) { return at < call.arrived; });
  const auto last = std::lower_bound(calls.begin(), calls.end(), until,
                                     [](const Call& call, Offset at) { return call.arrived < at; });
  return first < last ? static_cast<std::uint64_t>(last - first) : 0;
}

const Silence* BreakerEvidence::stall_in(Offset from, Offset to) const {
  const auto found = std::find_if(stalls.begin(), stalls.end(), [&](const Silence& stall) {
    return stall.from <= to && stall.to >= from;
  });
  return found == stalls.end() ? nullptr : &*found;
}

std::vector<const spec::BreakerExpectation*> breakers_of(const spec::Scenario& scenario,
                                                         std::string_view mock) {
  std::vector<const spec::BreakerExpectation*> breakers;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* breaker = std::get_if<spec::BreakerExpectation>(&expectation.what);
    if (breaker != nullptr && breaker->mock == mock) breakers.push_back(breaker);
  }
  return breakers;
}

BreakerEvidence gather_evidence(const spec::Scenario& scenario, const RunResult& result,
                                std::string_view mock) {
  BreakerEvidence evidence;
  evidence.mock = mock;
  evidence.unusable = missing_evidence(scenario, result, mock);
  if (!evidence.unusable.empty()) return evidence;
  evidence.faults = faults_of(scenario, result, mock);
  evidence.calls = calls_of(*find_ledger(result, mock), slow_of(scenario, mock));
  evidence.ends = CallEnds{evidence.calls};
  const Offset fault = *evidence.faults.front()->injected_at;
  const Healthy healthy = healthy_time(result, evidence.calls, fault);
  if (healthy.calls == 0 && healthy.planned_rate > 0) {
    evidence.unusable = "no call reached " + evidence.mock +
                        " before the fault though there was traffic: the breaker was open already, "
                        "or nothing calls it";
    return evidence;
  }
  if (healthy.calls < kHealthyCallsMin) {
    evidence.unusable = "cannot see the breaker: only " + counted(healthy.calls, "call") + " to " +
                        evidence.mock + " before the fault, and it takes " +
                        std::to_string(kHealthyCallsMin) + " to know how often they come";
    return evidence;
  }
  evidence.calls_per_second = expected_rate(result, healthy, fault);
  evidence.healthy_rate = healthy.rate;
  if (healthy.planned_rate > 0) evidence.calls_per_request = healthy.rate / healthy.planned_rate;
  evidence.slack = std::max<Duration>(kSlackMin, 3 * healthy.answers.quantile(0.99));
  evidence.reading.from = fault;
  evidence.reading.until = end_of_observation(result);
  const std::uint32_t instances = take_statements(evidence.reading, scenario, mock);
  evidence.reading.silence = silence_for(evidence.calls_per_second, evidence.reading.reset);
  evidence.instance_spread = spread_of(instances, evidence.reading, evidence.calls_per_second);
  evidence.reading.several_instances = instances > 1;
  std::vector<Silence> silences = silences_of(evidence.calls, evidence.reading);
  for (Silence& silence : silences) {
    silence.stood_still = stood_still(result, silence.from, silence.to);
    if (silence.stood_still) evidence.stalls.push_back(silence);
  }
  evidence.timeline = read_breaker(evidence.calls, silences, evidence.reading);
  evidence.unusable = doubt_of(evidence, silences, result);
  return evidence;
}

}  // namespace firedrill
