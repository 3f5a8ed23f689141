#include "harness/load/arrival_schedule.hpp"

#include "harness/base/assert.hpp"

#include <utility>

namespace firedrill {

ArrivalSchedule::ArrivalSchedule(spec::RateShape rate, spec::Arrivals arrivals, Offset end, Rng rng,
                                 Share share)
    : rate_{std::move(rate)},
      arrivals_{arrivals},
      end_{end},
      rng_{rng},
      share_{share},
      index_{share.index} {
  FD_ASSERT(share.index < share.count);
}

std::optional<Arrival> ArrivalSchedule::next() {
  double position = static_cast<double>(index_) + 0.5;
  if (arrivals_ == spec::Arrivals::poisson) {
    // Each share draws every gap: the due times of the whole do not depend on how it is shared.
    for (; drawn_ <= index_; ++drawn_) position_ += rng_.exponential();
    position = position_;
  }
  const auto due = spec::time_of_arrival(rate_, position);
  if (!due || *due >= end_) return std::nullopt;
  return Arrival{*due, std::exchange(index_, index_ + share_.count)};
}

}  // namespace firedrill
