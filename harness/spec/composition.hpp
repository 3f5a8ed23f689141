#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"

namespace firedrill::spec {

/// A fault that grows, or fades, in a straight line from its injection on, and then stays.
struct Ramp {
  Ratio from{0};
  Ratio to{1};
  Duration over{0};  ///< Above 0.
};

/// A fault that comes and goes.
struct Flap {
  Duration on{0};  ///< Above 0 both.
  Duration off{0};
};

}  // namespace firedrill::spec
