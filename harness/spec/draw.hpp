#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/delay.hpp"

namespace firedrill::spec {

/// A delay drawn from its distribution; never negative.
[[nodiscard]] Duration draw(const Delay& delay, Rng& rng);
/// A number drawn from its distribution; a normal one may be negative.
[[nodiscard]] double draw(const Spread& spread, Rng& rng);

}  // namespace firedrill::spec
