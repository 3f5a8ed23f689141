#include "harness/metrics/slope.hpp"

#include "harness/base/rng.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <vector>

using namespace firedrill;

namespace {

std::vector<SlopePoint> course(std::size_t count, const std::function<double(double)>& value) {
  std::vector<SlopePoint> points;
  for (std::size_t i = 0; i < count; ++i) {
    const double at = 0.25 * static_cast<double>(i);
    points.push_back({at, value(at)});
  }
  return points;
}

}  // namespace

TEST_CASE("slope: quantiles of the normal distribution", "[metrics][slope]") {
  CHECK(normal_quantile(0.5) == Approx(0).margin(1e-9));
  CHECK(normal_quantile(0.975) == Approx(1.959963985).epsilon(1e-8));
  CHECK(normal_quantile(0.995) == Approx(2.575829304).epsilon(1e-8));
  CHECK(normal_quantile(0.01) == Approx(-2.326347874).epsilon(1e-8));
}

TEST_CASE("slope: what stays the same has none, for sure", "[metrics][slope]") {
  const Slope slope = slope_of(course(60, [](double) { return 5e7; }), 0.95);
  CHECK(slope.per_second == 0);
  CHECK(slope.low == 0);
  CHECK(slope.high == 0);
}

TEST_CASE("slope: a line is found, and so is a line with outliers", "[metrics][slope]") {
  const Slope line = slope_of(course(60, [](double at) { return 100 + 3 * at; }), 0.95);
  CHECK(line.per_second == Approx(3));
  CHECK(line.low == Approx(3));
  CHECK(line.high == Approx(3));
  const Slope spiked = slope_of(
      course(60, [](double at) { return 3 * at + (std::fmod(at, 5.0) == 0 ? 1000 : 0); }), 0.95);
  CHECK(spiked.per_second == Approx(3).epsilon(0.01));
}

TEST_CASE("slope: the interval holds the true slope in about its share of cases",
          "[metrics][slope]") {
  // Independent noise, and noise that resembles its past: an interval that took that for
  // independent would hold the slope in two thirds of the cases.
  for (const double resemblance : {0.0, 0.6}) {
    int held = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Rng rng{seed};
      double noise = 0;
      const Slope slope = slope_of(course(80,
                                          [&](double at) {
                                            noise = resemblance * noise + rng.normal();
                                            return 0.5 * at + noise;
                                          }),
                                   0.95);
      CHECK(slope.low <= slope.per_second);
      CHECK(slope.per_second <= slope.high);
      held += slope.low <= 0.5 && 0.5 <= slope.high ? 1 : 0;
    }
    CAPTURE(resemblance);
    CHECK(held >= 170);
  }
}

TEST_CASE("slope: points that resemble each other are worth fewer, and the interval is wider",
          "[metrics][slope]") {
  Rng rng{3};
  const Slope independent = slope_of(course(100, [&](double) { return rng.normal(); }), 0.95);
  double walk = 0;
  Rng other{3};
  const Slope wandering =
      slope_of(course(100, [&](double) { return walk = 0.9 * walk + other.normal(); }), 0.95);
  CHECK(wandering.effective < 50);
  CHECK(wandering.effective < independent.effective);
  CHECK(wandering.high - wandering.low > independent.high - independent.low);
}

TEST_CASE("slope: one step is bounded by its height", "[metrics][slope]") {
  const Slope slope = slope_of(course(61, [](double at) { return at < 7.5 ? 0.0 : 30.0; }), 0.95);
  CHECK(slope.high <= 1.5 * 30 / 15);
  CHECK(slope.low >= -1.5 * 30 / 15);
}

TEST_CASE("slope: more confidence is a wider interval", "[metrics][slope]") {
  Rng rng{5};
  const auto points = course(80, [&](double at) { return at + rng.normal(); });
  const Slope narrow = slope_of(points, 0.8);
  const Slope wide = slope_of(points, 0.99);
  CHECK(wide.low < narrow.low);
  CHECK(wide.high > narrow.high);
}

TEST_CASE("slope: many points are joined to few, and say the same", "[metrics][slope]") {
  const Slope slope = slope_of(course(5000, [](double at) { return 2 * at; }), 0.95);
  CHECK(slope.points == 5000);
  CHECK(slope.effective <= static_cast<double>(kSlopePointsMax));
  CHECK(slope.per_second == Approx(2));
}

TEST_CASE("slope: three points bound next to nothing", "[metrics][slope]") {
  const Slope slope = slope_of({{0, 1}, {1, 5}, {2, 2}}, 0.95);
  CHECK(slope.low < 0);
  CHECK(slope.high > 0);
}
