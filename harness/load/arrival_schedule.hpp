#pragma once

#include "harness/base/result.hpp"
#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/traffic.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

/// Which requests of a schedule are one's own: those whose index leaves `index` when divided by
/// `count`. Shares of the same count are disjoint and add up to the whole, with the same due times,
/// so that threads and machines can split a schedule without talking to each other.
struct Share {
  std::uint64_t index = 0;
  std::uint64_t count = 1;

  /// Share `inner` of this share.
  [[nodiscard]] Share split(Share inner) const {
    return {index + count * inner.index, count * inner.count};
  }
  friend bool operator==(const Share&, const Share&) = default;
};

/// "2/8" is the second of eight shares; "" is all of it. 1 <= K <= N <= 10,000.
[[nodiscard]] Result<Share> parse_shard(std::string_view text);

/// One planned request.
struct Arrival {
  Offset at{0};
  std::uint64_t index = 0;  ///< Within the stream, over all shares.
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

/// The due times of one stream, one after the other, from the plan alone: no clock, and no sleeping
/// that could drift. A late generator is seen as `sent - due`.
///
/// Even arrivals are due half a gap in, so that a count taken at a whole second is stable. Poisson
/// arrivals come from a unit-rate Poisson process through the inverse of the rate's integral (time
/// change; Cinlar, Introduction to Stochastic Processes, 1975), which is exact for ramps too.
/// Deterministic in (rate, arrivals, rng, share).
class ArrivalSchedule {
 public:
  /// Requests due at or after `end` are not planned.
  ArrivalSchedule(spec::RateShape rate, spec::Arrivals arrivals, Offset end, Rng rng,
                  Share share = {});

  /// The next arrival of the share, never before the one that came before; unset when no more are
  /// planned.
  std::optional<Arrival> next();

  /// More of a rate in stretches: after those it has, in place of what came after them.
  /// @pre the rate is a spec::StretchedRate that falls to 0
  void extend(const std::vector<spec::RateStretch>& stretches);

 private:
  spec::RateShape rate_;
  spec::Arrivals arrivals_;
  Offset end_;
  Rng rng_;
  Share share_;
  std::uint64_t index_;      // of the next own request
  std::uint64_t drawn_ = 0;  // Poisson steps taken
  double position_ = 0;      // in expected arrivals, after those
};

}  // namespace firedrill
