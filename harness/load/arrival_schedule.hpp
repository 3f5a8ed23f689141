#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/traffic.hpp"

#include <cstdint>
#include <optional>

namespace firedrill {

/// How many requests are due before `at`: the closed-form integral of the rate. 0 for at <= 0.
[[nodiscard]] double expected_arrivals(const spec::RateShape& rate, Offset at);

/// When `arrivals` requests have become due: the inverse of expected_arrivals(). Unset when the
/// rate falls to 0 before.
[[nodiscard]] std::optional<Offset> time_of_arrival(const spec::RateShape& rate, double arrivals);

/// Highest rate between two offsets.
[[nodiscard]] Rate peak_rate(const spec::RateShape& rate, Offset from, Offset to);

/// The due times of one stream, one after the other, from the plan alone: no clock, and no sleeping
/// that could drift. A late generator is seen as `sent - due`.
///
/// Even arrivals are due half a gap in, so that a count taken at a whole second is stable. Poisson
/// arrivals come from a unit-rate Poisson process through the inverse of the rate's integral (time
/// change; Cinlar, Introduction to Stochastic Processes, 1975), which is exact for ramps too.
/// Deterministic in (rate, arrivals, rng).
class ArrivalSchedule {
 public:
  /// Requests due at or after `end` are not planned.
  ArrivalSchedule(spec::RateShape rate, spec::Arrivals arrivals, Offset end, Rng rng);

  /// The next due time, never before the one that came before; unset when no more are planned.
  std::optional<Offset> next();

 private:
  spec::RateShape rate_;
  spec::Arrivals arrivals_;
  Offset end_;
  Rng rng_;
  std::uint64_t index_ = 0;
  double position_ = 0;  // in expected arrivals
};

}  // namespace firedrill
