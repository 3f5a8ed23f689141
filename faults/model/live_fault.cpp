#include "faults/model/live_fault.hpp"

#include "faults/model/strength.hpp"
#include "harness/base/assert.hpp"
#include "harness/spec/draw.hpp"

namespace firedrill {

bool LiveFault::picks_next() {
  if (healed_) return false;
  const std::uint64_t cycle = std::uint64_t{picks_.fail_count} + picks_.pass_count;
  const bool scripted = cycle == 0 || seen_ % cycle < picks_.fail_count;
  ++seen_;
  if (!scripted) return false;
  const double share = (picks_.share ? picks_.share->value : 1) * share_;
  return share >= 1 || rng_.chance(share);
}

void LiveFault::set_strength(double strength) {
  FD_ASSERT(strength >= 0 && strength <= 1);
  slowness_ = only_slows_ ? strength : 1;
  share_ = only_slows_ ? 1 : strength;
}

Duration LiveFault::slowed(Duration whole) const { return weakened(whole, slowness_); }

Duration LiveFault::draw_delay(const spec::Delay& delay) { return slowed(spec::draw(delay, rng_)); }

void LiveFault::hit(TimePoint now) {
  if (hits_++ == 0 && first_hit_) first_hit_(now);
}

}  // namespace firedrill
