#pragma once

#include "harness/aio/steady_now.hpp"

#include <string>

namespace firedrill {

// Where the runner reads the clocks of the machine.

/// Both clocks `ahead` from now.
[[nodiscard]] TimeOrigin origin_in(Duration ahead);

/// Why times of day from a drill that began at `origin` cannot be trusted, as a sentence; "" when
/// the clock of the wall kept up with the steady one. A clock that is merely being slewed stays
/// below this.
[[nodiscard]] std::string clock_jump(const TimeOrigin& origin);

}  // namespace firedrill
