#include "harness/load/arrival_schedule.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::expected_arrivals;
using spec::peak_rate;
using spec::RateShape;
using spec::time_of_arrival;

namespace {

const RateShape kSteps{spec::StretchedRate{
    {{{10}, {10}, 5s}, {{50}, {50}, 4s}, {{50}, {0}, 2s}, {{0}, {0}, 3s}}, {20}}};
const RateShape kSine{spec::SineRate{{100}, {80}, 8s}};
const RateShape kReplay{spec::ReplayedRate{{0ms, 100ms, 100ms, 900ms, 1s, 5s}}};

std::vector<Arrival> all(const RateShape& rate, spec::Arrivals arrivals, Offset end, Share share) {
  ArrivalSchedule schedule{rate, arrivals, end, Rng{5}, share};
  std::vector<Arrival> out;
  while (const auto due = schedule.next()) out.push_back(*due);
  return out;
}

std::vector<Offset> even(const RateShape& rate, Offset end) {
  std::vector<Offset> times;
  for (const Arrival& arrival : all(rate, spec::Arrivals::even, end, {})) {
    times.push_back(arrival.at);
  }
  return times;
}

std::size_t count_between(const std::vector<Offset>& times, Offset from, Offset to) {
  return static_cast<std::size_t>(
      std::count_if(times.begin(), times.end(), [&](Offset at) { return at >= from && at < to; }));
}

}  // namespace

TEST_CASE("rate: steps are due by their own rates, and the gaps are even", "[load][schedule]") {
  CHECK(expected_arrivals(kSteps, 5s) == Approx(50));
  CHECK(expected_arrivals(kSteps, 9s) == Approx(250));
  CHECK(expected_arrivals(kSteps, 11s) == Approx(300));
  CHECK(expected_arrivals(kSteps, 14s) == Approx(300));
  CHECK(expected_arrivals(kSteps, 15s) == Approx(320));
  const auto times = even(kSteps, 15s);
  CHECK(times.size() == 320);
  CHECK(count_between(times, 0s, 5s) == 50);
  CHECK(count_between(times, 5s, 9s) == 200);
  CHECK(count_between(times, 9s, 11s) == 50);
  CHECK(count_between(times, 11s, 14s) == 0);
  for (std::size_t i = 1; i < times.size(); ++i) {
    REQUIRE(times[i] >= times[i - 1]);
    // Nowhere closer than the highest rate allows: a way down does not flood.
    REQUIRE(times[i] - times[i - 1] > from_seconds(1.0 / 50) - 1us);
  }
}

TEST_CASE("rate: the peak of steps is that of the stretch asked for", "[load][schedule]") {
  CHECK(peak_rate(kSteps, 0s, 5s).per_second == 10);  // the step at 5 s is not part of it
  CHECK(peak_rate(kSteps, 0s, 6s).per_second == 50);
  CHECK(peak_rate(kSteps, 10s, 14s).per_second == Approx(25));
  CHECK(peak_rate(kSteps, 11s, 14s).per_second == 0);
  CHECK(peak_rate(kSteps, 12s, 30s).per_second == 20);
  CHECK(peak_rate(kSteps, 7s, 7s).per_second == 50);
  CHECK(peak_rate(kSteps, 20s, 20s).per_second == 20);
}

TEST_CASE("rate: a sine is due by its integral, and a whole period by its mean",
          "[load][schedule]") {
  CHECK(expected_arrivals(kSine, 8s) == Approx(800));
  CHECK(expected_arrivals(kSine, 4s) == Approx(400 + 80 * 8 / std::numbers::pi));
  for (double n = 0.5; n < 3000; n += 7.3) {
    const auto at = time_of_arrival(kSine, n);
    REQUIRE(at);
    REQUIRE(expected_arrivals(kSine, *at) == Approx(n).margin(1e-6));
  }
  const auto times = even(kSine, 80s);
  CHECK(times.size() == 8000);
  CHECK(std::is_sorted(times.begin(), times.end()));
  const double crest = expected_arrivals(kSine, 4s);
  CHECK(static_cast<double>(count_between(times, 0s, 4s)) == Approx(crest).margin(1));
}

TEST_CASE("rate: a sine that touches zero has no arrival that cannot be found",
          "[load][schedule]") {
  const RateShape touching{spec::SineRate{{10}, {10}, 4s}};
  const auto times = even(touching, 40s);
  CHECK(times.size() == 400);
  CHECK(std::is_sorted(times.begin(), times.end()));
}

TEST_CASE("rate: the peak of a sine is its crest where there is one", "[load][schedule]") {
  CHECK(peak_rate(kSine, 0s, 8s).per_second == Approx(180));
  CHECK(peak_rate(kSine, 4s, 8s).per_second == Approx(100));
  CHECK(peak_rate(kSine, 0s, 1s).per_second == Approx(100 + 80 * std::sin(std::numbers::pi / 4)));
  CHECK(peak_rate(kSine, 10s, 10s).per_second == Approx(180));
}

TEST_CASE("rate: recorded arrivals come when they were recorded", "[load][schedule]") {
  CHECK(even(kReplay, 1h) == std::vector<Offset>{0ms, 100ms, 100ms, 900ms, 1s, 5s});
  CHECK(even(kReplay, 5s).size() == 5);
  CHECK(expected_arrivals(kReplay, 1s) == 4);
  CHECK(peak_rate(kReplay, 0s, 10s).per_second == 4);
  CHECK(peak_rate(kReplay, 100ms, 10s).per_second == 4);
  CHECK(peak_rate(kReplay, 2s, 3s).per_second == 0);
}

TEST_CASE("shares: any number of them is disjoint and adds up to the whole", "[load][schedule]") {
  const std::vector<RateShape> shapes{
      {{300}, {300}, 0s}, {{0}, {500}, 2s}, {{500}, {0}, 2s}, kSteps, kSine, kReplay};
  for (const auto arrivals : {spec::Arrivals::even, spec::Arrivals::poisson}) {
    for (const RateShape& rate : shapes) {
      const auto whole = all(rate, arrivals, 3s, {});
      for (const std::uint64_t machines : {1U, 2U, 3U}) {
        for (const std::uint64_t threads : {1U, 2U, 5U}) {
          std::vector<Arrival> joined;
          for (std::uint64_t machine = 0; machine < machines; ++machine) {
            for (std::uint64_t thread = 0; thread < threads; ++thread) {
              const Share share = Share{machine, machines}.split({thread, threads});
              const auto part = all(rate, arrivals, 3s, share);
              joined.insert(joined.end(), part.begin(), part.end());
            }
          }
          std::sort(joined.begin(), joined.end(),
                    [](const Arrival& a, const Arrival& b) { return a.index < b.index; });
          REQUIRE(joined == whole);
        }
      }
    }
  }
}
