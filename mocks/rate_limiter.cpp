#include "mocks/rate_limiter.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// What a caller is told to wait for a limit that lets nothing through.
constexpr Duration kClosed = std::chrono::minutes{1};

Duration time_for(double tokens, Rate rate) {
  if (rate.per_second <= 0) return kClosed;
  return std::min<Duration>(from_seconds(std::min(tokens / rate.per_second, 86400.0)),
                            std::chrono::hours{24});
}

}  // namespace

RateLimiter::RateLimiter(Rate rate)
    : rate_{rate},
      capacity_{rate.per_second > 0 ? std::max(1.0, rate.per_second / 10) : 0},
      tokens_{capacity_} {
  FD_ASSERT(rate.per_second >= 0);
}

RateStatus RateLimiter::take(TimePoint now) {
  if (refilled_) {
    tokens_ = std::min(capacity_, tokens_ + seconds(now - *refilled_) * rate_.per_second);
  }
  refilled_ = now;
  RateStatus status;
  status.rate = rate_;
  // The sum of many small refills may miss a whole token by a rounding error.
  constexpr double nearly_one = 1 - 1e-9;
  status.refused = tokens_ < nearly_one;
  if (!status.refused) tokens_ = std::max(0.0, tokens_ - 1);
  status.left = capacity_ > 0 ? tokens_ / capacity_ : 0;
  status.full_in = time_for(capacity_ - tokens_, rate_);
  if (status.refused) status.retry_in = time_for(1 - tokens_, rate_);
  return status;
}

RateStatus refused_at(Rate rate) {
  return {.rate = rate,
          .left = 0,
          .full_in = time_for(std::max(1.0, rate.per_second / 10), rate),
          .retry_in = time_for(1, rate),
          .refused = true};
}

}  // namespace firedrill
