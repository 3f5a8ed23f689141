#include "faults/model/fault_schedule.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill {

double strength_at(const spec::Ramp& ramp, Duration since) {
  FD_ASSERT(ramp.over > Duration{0});
  const double done = std::clamp(seconds(since) / seconds(ramp.over), 0.0, 1.0);
  return ramp.from.value + (ramp.to.value - ramp.from.value) * done;
}

bool is_on(const spec::Flap& flap, Duration since) {
  FD_ASSERT(flap.on > Duration{0} && flap.off > Duration{0});
  return since >= Duration{0} && since % (flap.on + flap.off) < flap.on;
}

Duration next_turn(const spec::Flap& flap, Duration since) {
  if (since < Duration{0}) return Duration{0};
  const Duration begun = since - since % (flap.on + flap.off);
  return is_on(flap, since) ? begun + flap.on : begun + flap.on + flap.off;
}

}  // namespace firedrill
