#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "mocks/provider.hpp"

#include <optional>

namespace firedrill {

/// A mock's own limit: a bucket that holds a tenth of a second's worth of requests (at least one),
/// as a fault's rate limit does, refilled steadily. Pure; not thread-safe.
class RateLimiter {
 public:
  /// @pre rate.per_second >= 0; 0 refuses everything.
  explicit RateLimiter(Rate rate);

  /// Judges one request and charges it when it is let through. @pre `now` never goes back
  RateStatus take(TimePoint now);

 private:
  Rate rate_;
  double capacity_;
  double tokens_;
  std::optional<TimePoint> refilled_;
};

/// The state that a request beyond `rate` is in, for a limit that somebody else keeps.
[[nodiscard]] RateStatus refused_at(Rate rate);

}  // namespace firedrill
