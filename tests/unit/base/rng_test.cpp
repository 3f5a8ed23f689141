#include "harness/base/rng.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <vector>

using namespace firedrill;

namespace {

std::vector<std::uint32_t> draws(Rng rng) {
  std::vector<std::uint32_t> values(8);
  for (auto& value : values) value = rng.next();
  return values;
}

}  // namespace

TEST_CASE("rng: equal seeds give equal sequences, other seeds, names and indices others",
          "[base][rng]") {
  CHECK(draws(Rng{7}) == draws(Rng{7}));
  CHECK(draws(Rng{7}) != draws(Rng{8}));
  CHECK(draws(Rng::derive(7, "load", 0)) == draws(Rng::derive(7, "load", 0)));
  CHECK(draws(Rng::derive(7, "load", 0)) != draws(Rng::derive(7, "load", 1)));
  CHECK(draws(Rng::derive(7, "load", 0)) != draws(Rng::derive(7, "faults", 0)));
}

TEST_CASE("rng: the sequence of a seed is part of the contract", "[base][rng]") {
  // A change here changes every drill that somebody wants to repeat by its seed.
  Rng rng{42};
  const std::array<std::uint32_t, 3> first{rng.next(), rng.next(), rng.next()};
  CHECK(first == std::array<std::uint32_t, 3>{4290342428U, 2751083524U, 3644094711U});
}

TEST_CASE("rng: means and spreads are those of the distributions", "[base][rng]") {
  Rng rng{1};
  constexpr int count = 200'000;
  double uniform = 0;
  double exponential = 0;
  double normal = 0;
  double normal_squares = 0;
  std::array<int, 7> below{};
  for (int i = 0; i < count; ++i) {
    const double u = rng.uniform();
    REQUIRE((u >= 0 && u < 1));
    uniform += u;
    exponential += rng.exponential();
    const double z = rng.normal();
    normal += z;
    normal_squares += z * z;
    ++below[rng.below(7)];
  }
  // Five standard errors each.
  CHECK(uniform / count == Approx(0.5).margin(5 * std::sqrt(1.0 / 12 / count)));
  CHECK(exponential / count == Approx(1).margin(5 / std::sqrt(count)));
  CHECK(normal / count == Approx(0).margin(5 / std::sqrt(count)));
  CHECK(normal_squares / count == Approx(1).margin(5 * std::sqrt(2.0 / count)));
  for (const int hits : below)
    CHECK(hits == Approx(count / 7.0).margin(5 * std::sqrt(count / 7.0)));
}
