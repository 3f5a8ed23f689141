#include "mocks/rate_limiter.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {
constexpr TimePoint kStart{1s};
}

TEST_CASE("rate limit: a caller that keeps the rate is never refused", "[mocks][rate]") {
  RateLimiter limiter{Rate{3}};
  const Duration gap = from_seconds(1.0 / 3);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(limiter.take(kStart + i * gap).refused);
}

TEST_CASE("rate limit: beyond the rate, requests are refused and told when to come back",
          "[mocks][rate]") {
  RateLimiter limiter{Rate{2}};
  CHECK_FALSE(limiter.take(kStart).refused);
  const RateStatus refused = limiter.take(kStart);
  CHECK(refused.refused);
  CHECK(refused.retry_in == 500ms);
  CHECK(refused.left == 0);
  CHECK(limiter.take(kStart + 499ms).refused);
  CHECK_FALSE(limiter.take(kStart + 500ms).refused);
}

TEST_CASE("rate limit: twice the rate lets half through", "[mocks][rate]") {
  RateLimiter limiter{Rate{100}};
  int passed = 0;
  for (int i = 0; i < 2000; ++i) passed += limiter.take(kStart + i * 5ms).refused ? 0 : 1;
  CHECK(passed >= 1000);
  CHECK(passed <= 1010);  // and the burst
}

TEST_CASE("rate limit: a rate of zero refuses everything", "[mocks][rate]") {
  RateLimiter limiter{Rate{0}};
  CHECK(limiter.take(kStart).refused);
  const RateStatus later = limiter.take(kStart + 1h);
  CHECK(later.refused);
  CHECK(later.retry_in == 1min);
}

TEST_CASE("rate limit: a limit kept by somebody else is reported the same way", "[mocks][rate]") {
  const RateStatus status = refused_at(Rate{4});
  CHECK(status.refused);
  CHECK(status.retry_in == 250ms);
  CHECK(status.rate == Rate{4});
}
