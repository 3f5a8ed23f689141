#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/composition.hpp"

namespace firedrill {

// How a fault changes while it lasts, as pure functions of the time since it was due to begin. They
// are the same for every kind of fault: the director asks, and has the kind do it.

/// How strong it is: 0 is not at all, 1 is as the scenario says.
/// @pre ramp.over > 0
[[nodiscard]] double strength_at(const spec::Ramp& ramp, Duration since);

/// Whether it is on just now: on first, then off, in turn. @pre flap.on > 0, flap.off > 0
[[nodiscard]] bool is_on(const spec::Flap& flap, Duration since);

/// When it turns on or off next, after `since`.
[[nodiscard]] Duration next_turn(const spec::Flap& flap, Duration since);

}  // namespace firedrill
