#pragma once

#include "harness/expect/breaker_calls.hpp"
#include "harness/expect/breaker_timeline.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Everything that is known about the breaker in front of one mock: what its ledger shows, and how
/// fine it can be read. Borrows from the run result.
struct BreakerEvidence {
  std::string mock;
  std::string
      unusable;  ///< Why nothing can be said about the breaker, as a sentence; "" when it can.
  std::vector<const FaultRecord*> faults;  ///< Of this mock, injected, in order of time.
  std::vector<Call> calls;
  CallEnds ends{calls};
  double calls_per_second = 0;   ///< Expected while the breaker is closed; the lowest of any phase.
  double healthy_rate = 0;       ///< Calls a second before the first fault.
  double calls_per_request = 0;  ///< Of a request that clients had planned, before the first fault.
  Duration slack{0};             ///< How long after an opening a call may still be under way.
  Duration instance_spread{0};   ///< How far apart the instances may open; 0 for one instance.
  BreakerReading reading;
  BreakerTimeline timeline;
  /// Silences in which the whole machine stood still: nobody knows what the breaker did then.
  std::vector<Silence> stalls;

  [[nodiscard]] Duration silence() const { return reading.silence; }
  [[nodiscard]] std::uint64_t calls_in(Offset after, Offset until) const;  ///< Both excluded.
  /// The first of `stalls` that touches [from, to], or nullptr.
  [[nodiscard]] const Silence* stall_in(Offset from, Offset to) const;
};

/// Reads the ledger of `mock`. The numbers that the scenario states about its breaker (failures,
/// open time, instances) are gathered from all expectations on it, so that each expectation sees
/// the same timeline.
[[nodiscard]] BreakerEvidence gather_evidence(const spec::Scenario& scenario,
                                              const RunResult& result, std::string_view mock);

/// Every breaker expectation on `mock`, in scenario order.
[[nodiscard]] std::vector<const spec::BreakerExpectation*> breakers_of(
    const spec::Scenario& scenario, std::string_view mock);

}  // namespace firedrill
