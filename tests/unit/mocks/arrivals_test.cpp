#include "mocks/arrivals.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

/// `count` arrivals, `gap` apart, the last one at `now`.
Arrivals steady(int count, Duration gap, TimePoint now) {
  Arrivals arrivals;
  for (int i = count - 1; i >= 0; --i) arrivals.add(now - i * gap);
  return arrivals;
}

constexpr TimePoint kNow{100s};

}  // namespace

TEST_CASE("arrivals: silence is 14 mean gaps of the last five seconds", "[mocks][arrivals]") {
  const Duration silence = steady(1000, 20ms, kNow).silence(kNow);
  CHECK(silence > 278ms);
  CHECK(silence < 282ms);
}

TEST_CASE("arrivals: a mock that has been busy for less is judged by the time it was",
          "[mocks][arrivals]") {
  const Duration silence = steady(51, 20ms, kNow).silence(kNow);  // one second's worth
  CHECK(silence > 274ms);
  CHECK(silence < 282ms);
}

TEST_CASE("arrivals: silence is never shorter than 200 ms", "[mocks][arrivals]") {
  CHECK(steady(5000, 1ms, kNow).silence(kNow) == 200ms);
  CHECK(steady(50, 0ns, kNow).silence(kNow) == 200ms);
}

TEST_CASE("arrivals: fewer than 20 say nothing about the rate", "[mocks][arrivals]") {
  CHECK(Arrivals{}.silence(kNow) == 500ms);
  CHECK(steady(19, 10ms, kNow).silence(kNow) == 500ms);
  CHECK(steady(20, 10ms, kNow).silence(kNow) != 500ms);
  CHECK(steady(1000, 10ms, kNow).silence(kNow + 4900ms) == 500ms);  // most are too old by now
}
