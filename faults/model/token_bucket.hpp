#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"

#include <algorithm>
#include <optional>

namespace firedrill {

/// Lets so many things a second through, and at first, or after a rest, a tenth of a second's at
/// once (at least one). The rate may differ from call to call.
class TokenBucket {
 public:
  /// False when the rate is exceeded. @pre `now` never goes back
  [[nodiscard]] bool take(Rate rate, TimePoint now) {
    if (rate.per_second <= 0) return false;
    const double burst = std::max(1.0, rate.per_second / 10);
    const double refill = filled_ ? seconds(now - *filled_) * rate.per_second : burst;
    tokens_ = std::min(burst, (filled_ ? tokens_ : 0) + refill);
    filled_ = now;
    if (tokens_ < 1 - 1e-9) return false;  // what is exactly on time is not over the rate
    tokens_ -= 1;
    return true;
  }

 private:
  double tokens_ = 0;
  std::optional<TimePoint> filled_;  // unset: not used yet
};

}  // namespace firedrill
