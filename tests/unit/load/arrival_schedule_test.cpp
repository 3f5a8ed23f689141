#include "harness/load/arrival_schedule.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

using namespace firedrill;
using spec::expected_arrivals;
using spec::peak_rate;
using namespace std::chrono_literals;

namespace {

spec::RateShape constant(double rate) { return {{rate}, {rate}, 0ns}; }

std::vector<Offset> all(ArrivalSchedule schedule) {
  std::vector<Offset> times;
  while (const auto due = schedule.next()) times.push_back(due->at);
  return times;
}

std::vector<Offset> even(const spec::RateShape& rate, Offset end) {
  return all(ArrivalSchedule{rate, spec::Arrivals::even, end, Rng{1}});
}

std::vector<Offset> poisson(const spec::RateShape& rate, Offset end, std::uint64_t seed) {
  return all(ArrivalSchedule{rate, spec::Arrivals::poisson, end, Rng{seed}});
}

}  // namespace

TEST_CASE("schedule: even arrivals lie half a gap in and never drift", "[load][schedule]") {
  const auto times = even(constant(300), 10s);
  REQUIRE(times.size() == 3000);
  for (std::size_t i = 0; i < times.size(); ++i) {
    REQUIRE(std::abs(seconds(times[i]) - (static_cast<double>(i) + 0.5) / 300) < 2e-9);
  }
}

TEST_CASE("schedule: an hour at a rate that is no whole number of nanoseconds keeps its count",
          "[load][schedule]") {
  CHECK(even(constant(333.0), 1h).size() == 333 * 3600);
}

TEST_CASE("schedule: a ramp is due by the integral of its rate", "[load][schedule]") {
  const spec::RateShape ramp{{10}, {200}, 10s};
  CHECK(expected_arrivals(ramp, 10s) == Approx(1050));
  CHECK(expected_arrivals(ramp, 12s) == Approx(1450));
  const auto times = even(ramp, 12s);
  REQUIRE(times.size() == 1450);
  for (std::size_t i = 0; i < times.size(); ++i) {
    REQUIRE(expected_arrivals(ramp, times[i]) == Approx(static_cast<double>(i) + 0.5).margin(1e-5));
  }
}

TEST_CASE("schedule: a ramp down to zero ends, and never floods", "[load][schedule]") {
  const spec::RateShape down{{100}, {0}, 10s};
  const auto times = even(down, 1h);
  CHECK(times.size() == 500);
  CHECK(times.back() < 10s);
  for (std::size_t i = 1; i < times.size(); ++i) REQUIRE(times[i] - times[i - 1] > 9ms);
}

TEST_CASE("schedule: a ramp up from zero begins at once and has no gap of length zero",
          "[load][schedule]") {
  const auto times = even({{0}, {100}, 10s}, 10s);
  REQUIRE(times.size() == 500);
  CHECK(times.front() > 0ns);
  for (std::size_t i = 1; i < times.size(); ++i) REQUIRE(times[i] > times[i - 1]);
}

TEST_CASE("schedule: rate zero plans nothing", "[load][schedule]") {
  CHECK(even(constant(0), 1h).empty());
}

TEST_CASE("schedule: Poisson counts and gaps are those of theory", "[load][schedule]") {
  const auto times = poisson(constant(200), 500s, 7);
  const double expected = 100'000;
  CHECK(static_cast<double>(times.size()) == Approx(expected).margin(5 * std::sqrt(expected)));
  double sum = 0;
  double squares = 0;
  std::size_t longer_than_mean = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double gap = seconds(times[i] - times[i - 1]) * 200;
    REQUIRE(gap >= 0);
    sum += gap;
    squares += gap * gap;
    if (gap > 1) ++longer_than_mean;
  }
  const auto n = static_cast<double>(times.size() - 1);
  CHECK(sum / n == Approx(1).margin(5 / std::sqrt(n)));
  CHECK(squares / n == Approx(2).margin(5 * std::sqrt(20 / n)));  // E[X²]=2, Var[X²]=20
  const double share = std::exp(-1);
  CHECK(static_cast<double>(longer_than_mean) / n ==
        Approx(share).margin(5 * std::sqrt(share * (1 - share) / n)));
}

TEST_CASE("schedule: a Poisson ramp follows the integral too", "[load][schedule]") {
  const spec::RateShape ramp{{0}, {1000}, 100s};
  const auto times = poisson(ramp, 100s, 3);
  std::size_t first_half = 0;
  for (const Offset time : times) {
    if (time < 50s) ++first_half;
  }
  CHECK(static_cast<double>(times.size()) == Approx(50'000).margin(5 * std::sqrt(50'000)));
  CHECK(static_cast<double>(first_half) == Approx(12'500).margin(5 * std::sqrt(12'500)));
}

TEST_CASE("schedule: the seed decides, and nothing else", "[load][schedule]") {
  CHECK(poisson(constant(50), 10s, 9) == poisson(constant(50), 10s, 9));
  CHECK(poisson(constant(50), 10s, 9) != poisson(constant(50), 10s, 10));
}

TEST_CASE("peak_rate: the higher end of a stretch", "[load][schedule]") {
  const spec::RateShape ramp{{10}, {110}, 10s};
  CHECK(peak_rate(ramp, 0s, 5s).per_second == Approx(60));
  CHECK(peak_rate(ramp, 5s, 20s).per_second == Approx(110));
  CHECK(peak_rate({{100}, {0}, 10s}, 5s, 20s).per_second == Approx(50));
}
