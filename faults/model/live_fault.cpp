#include "faults/model/live_fault.hpp"

namespace firedrill {

bool LiveFault::picks_next() {
  if (healed_) return false;
  const std::uint64_t cycle = std::uint64_t{picks_.fail_count} + picks_.pass_count;
  const bool scripted = cycle == 0 || seen_ % cycle < picks_.fail_count;
  ++seen_;
  if (!scripted) return false;
  return !picks_.share || rng_.chance(picks_.share->value);
}

void LiveFault::hit(TimePoint now) {
  if (hits_++ == 0 && first_hit_) first_hit_(now);
}

}  // namespace firedrill
