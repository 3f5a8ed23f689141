#include "harness/load/arrival_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {

double expected_arrivals(const spec::RateShape& rate, Offset at) {
  if (at <= Offset{0}) return 0;
  const double t = seconds(at);
  const double ramp = seconds(rate.over);
  const double from = rate.from.per_second;
  const double to = rate.to.per_second;
  if (t < ramp) return from * t + (to - from) * t * t / (2 * ramp);
  return (from + to) / 2 * ramp + to * (t - ramp);
}

std::optional<Offset> time_of_arrival(const spec::RateShape& rate, double arrivals) {
  const double ramp = seconds(rate.over);
  const double from = rate.from.per_second;
  const double to = rate.to.per_second;
  const double in_ramp = (from + to) / 2 * ramp;
  if (arrivals < in_ramp) {
    const double slope = (to - from) / ramp;
    // The root of slope/2·t² + from·t = arrivals in the form that loses no digits and needs no case
    // for slope 0 or from 0. Rounding may take the radicand just below 0 at the end of a fall to 0.
    const double radicand = std::max(0.0, from * from + 2 * slope * arrivals);
    return from_seconds(2 * arrivals / (from + std::sqrt(radicand)));
  }
  if (to <= 0) return std::nullopt;
  return from_seconds(ramp + (arrivals - in_ramp) / to);
}

Rate peak_rate(const spec::RateShape& rate, Offset from, Offset to) {
  const auto rate_at = [&](Offset at) {
    if (at >= rate.over) return rate.to.per_second;
    const double share = seconds(at) / seconds(rate.over);
    return rate.from.per_second + (rate.to.per_second - rate.from.per_second) * share;
  };
  return Rate{std::max(rate_at(from), rate_at(to))};  // linear, then flat: the peak is at an end
}

ArrivalSchedule::ArrivalSchedule(spec::RateShape rate, spec::Arrivals arrivals, Offset end, Rng rng)
    : rate_{rate}, arrivals_{arrivals}, end_{end}, rng_{rng} {}

std::optional<Offset> ArrivalSchedule::next() {
  if (arrivals_ == spec::Arrivals::poisson) {
    position_ += rng_.exponential();
  } else {
    position_ = static_cast<double>(index_) + 0.5;
  }
  ++index_;
  const auto due = time_of_arrival(rate_, position_);
  if (!due || *due >= end_) return std::nullopt;
  return due;
}

}  // namespace firedrill
