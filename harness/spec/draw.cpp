#include "harness/spec/draw.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/units.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill::spec {
namespace {

/// Nanoseconds as a delay: never negative, never longer than a scenario could ask for.
Duration bounded(double nanoseconds) {
  const auto longest = static_cast<double>(kDurationMax.count());
  return Duration{std::llround(std::clamp(nanoseconds, 0.0, longest))};
}

double lognormal(double mean, double deviation, Rng& rng) {
  if (mean <= 0) return 0;
  const double ratio = deviation / mean;
  const double variance = std::log1p(ratio * ratio);
  return std::exp(std::log(mean) - variance / 2 + std::sqrt(variance) * rng.normal());
}

}  // namespace

double draw(const Spread& spread, Rng& rng) {
  switch (spread.kind) {
    case Delay::Kind::fixed:
      return spread.a;
    case Delay::Kind::uniform:
      return spread.a + (spread.b - spread.a) * rng.uniform();
    case Delay::Kind::normal:
      return spread.a + spread.b * rng.normal();
    case Delay::Kind::lognormal:
      return lognormal(spread.a, spread.b, rng);
  }
  detail::assert_failed("a kind of spread", __FILE__, __LINE__);
}

Duration draw(const Delay& delay, Rng& rng) {
  const auto a = static_cast<double>(delay.a.count());
  const auto b = static_cast<double>(delay.b.count());
  return bounded(draw(Spread{delay.kind, a, b}, rng));
}

}  // namespace firedrill::spec
