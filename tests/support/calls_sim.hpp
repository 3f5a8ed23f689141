#pragma once

#include "tests/support/breaker_sim.hpp"

#include <cstdint>
#include <optional>

namespace firedrill::testing {

/// A caller that tries again, in front of a mock that fails, in virtual time: one phase, "shaky".
/// The defaults are a correct one: three tries, 50..100 ms and 100..200 ms apart.
struct CallsSim {
  std::uint64_t seed = 1;
  double rate = 100;
  Duration length = std::chrono::seconds{4};

  // The dependency.
  double fails = 0.5;  ///< Share of calls.
  int status = 503;    ///< Of failed calls; 0 hangs them.
  std::optional<Duration> retry_after;

  // The caller.
  std::uint32_t tries = 3;
  Duration backoff = std::chrono::milliseconds{100};
  double jitter = 0.5;
  bool doubles = true;
  bool honours_retry_after = true;
  bool repeats_refusals = false;
  bool keeps_key = true;
  Duration timeout = std::chrono::seconds{1};
  Duration budget = std::chrono::seconds{3};
  std::uint32_t in_flight_max = 1000;
  double loses_id = 0;  ///< Share of calls.
};

[[nodiscard]] SimulatedDrill simulate(const CallsSim& sim);

}  // namespace firedrill::testing
