#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/wire_fault.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace firedrill {

/// One fault of a proxy while it is injected: which of the requests that fit are hit, and how many
/// were. Shared by all conversations of the proxy; not thread-safe.
class LiveFault {
 public:
  using FirstHit = std::function<void(TimePoint at)>;

  /// `only_slows`: it is weaker by delaying less, and not by hitting less; see strength.hpp.
  LiveFault(spec::Picks picks, bool only_slows, Rng rng, FirstHit first_hit)
      : picks_{picks}, only_slows_{only_slows}, rng_{rng}, first_hit_{std::move(first_hit)} {}

  /// A request that fits has come: whether the script and the dice pick it.
  [[nodiscard]] bool picks_next();
  /// How strong it is from now on, 0 to 1. What was picked before stays picked.
  void set_strength(double strength);
  /// How long it makes a request wait, drawn anew; less while it is weak.
  [[nodiscard]] Duration draw_delay(const spec::Delay& delay);
  /// `whole`, or less of it while it is weak.
  [[nodiscard]] Duration slowed(Duration whole) const;
  /// It was changed indeed.
  void hit(TimePoint now);
  /// From now on nothing is changed, not even what was picked before.
  void heal() { healed_ = true; }

  [[nodiscard]] bool healed() const { return healed_; }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::uint64_t hits() const { return hits_; }

 private:
  spec::Picks picks_;
  bool only_slows_;
  Rng rng_;
  FirstHit first_hit_;
  double share_ = 1;     // of what the picks pick
  double slowness_ = 1;  // of every delay
  std::uint64_t seen_ = 0;
  std::uint64_t hits_ = 0;
  bool healed_ = false;
};

/// The faults of one kind that a proxy's conversations look at, in the order of their injection.
/// Conversations keep those that still have something to do with a request under way.
template <typename Fault>
using LiveFaults = std::vector<std::shared_ptr<Fault>>;

}  // namespace firedrill
