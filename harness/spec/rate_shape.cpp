#include "harness/spec/rate_shape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace firedrill::spec {
namespace {

// Straight lines.

double arrivals_in(const RateStretch& stretch) {
  return (stretch.from.per_second + stretch.to.per_second) / 2 * seconds(stretch.length);
}

double arrivals_before(const RateStretch& stretch, double t) {
  const double slope = (stretch.to.per_second - stretch.from.per_second) / seconds(stretch.length);
  return stretch.from.per_second * t + slope * t * t / 2;
}

/// Seconds into the stretch. @pre 0 <= arrivals < arrivals_in(stretch)
double time_within(const RateStretch& stretch, double arrivals) {
  const double from = stretch.from.per_second;
  const double slope = (stretch.to.per_second - from) / seconds(stretch.length);
  // The root of slope/2·t² + from·t = arrivals in the form that loses no digits and needs no case
  // for slope 0 or from 0. Rounding may take the radicand just below 0 at the end of a fall to 0.
  const double radicand = std::max(0.0, from * from + 2 * slope * arrivals);
  const double divisor = from + std::sqrt(radicand);
  return divisor > 0 ? std::min(2 * arrivals / divisor, seconds(stretch.length)) : 0;
}

double expected(const StretchedRate& rate, Offset at) {
  double total = 0;
  for (const RateStretch& stretch : rate.stretches) {
    if (at < stretch.length) return total + arrivals_before(stretch, seconds(at));
    total += arrivals_in(stretch);
    at -= stretch.length;
  }
  return total + rate.then.per_second * seconds(at);
}

std::optional<Offset> time_of(const StretchedRate& rate, double arrivals) {
  Offset start{0};
  for (const RateStretch& stretch : rate.stretches) {
    const double inside = arrivals_in(stretch);
    if (arrivals < inside) return start + from_seconds(time_within(stretch, arrivals));
    arrivals -= inside;
    start += stretch.length;
  }
  if (rate.then.per_second <= 0) return std::nullopt;
  return start + from_seconds(arrivals / rate.then.per_second);
}

double peak(const StretchedRate& rate, Offset from, Offset to) {
  const bool instant = from == to;  // otherwise `to` is not part of it
  double highest = 0;
  Offset start{0};
  for (const RateStretch& stretch : rate.stretches) {
    if (start >= to && !instant) return highest;
    const Offset low = std::max(from, start);
    const Offset high = std::min(to, start + stretch.length);
    for (const Offset at : {low, high}) {  // linear: the peak is at an end
      if (low > high || stretch.length <= Duration{0} || at >= start + stretch.length) continue;
      const double share = seconds(at - start) / seconds(stretch.length);
      highest = std::max(highest, std::lerp(stretch.from.per_second, stretch.to.per_second, share));
    }
    // Up to the end, but not at it: the next stretch may begin lower.
    if (from < start + stretch.length && to >= start + stretch.length) {
      highest = std::max(highest, stretch.to.per_second);
    }
    start += stretch.length;
  }
  const bool reaches_then = instant ? to >= start : to > start;
  return reaches_then ? std::max(highest, rate.then.per_second) : highest;
}

// The sine.

double expected(const SineRate& rate, double t) {
  const double turn = 2 * std::numbers::pi / seconds(rate.period);
  return rate.mean.per_second * t + rate.swing.per_second / turn * (1 - std::cos(turn * t));
}

double rate_at(const SineRate& rate, double t) {
  const double turn = 2 * std::numbers::pi / seconds(rate.period);
  return rate.mean.per_second + rate.swing.per_second * std::sin(turn * t);
}

/// There is no closed form: Newton's method, kept inside a bracket that halves when a step leaves
/// it.
std::optional<Offset> time_of(const SineRate& rate, double arrivals) {
  const double mean = rate.mean.per_second;
  if (mean <= 0) return std::nullopt;
  const double most_ahead = rate.swing.per_second * seconds(rate.period) / std::numbers::pi;
  double low = std::max(0.0, (arrivals - most_ahead) / mean);
  double high = arrivals / mean;
  double t = (low + high) / 2;
  for (int i = 0; i < 64 && high - low > 1e-10; ++i) {
    const double error = expected(rate, t) - arrivals;
    (error > 0 ? high : low) = t;
    const double slope = rate_at(rate, t);
    const double next = slope > 0 ? t - error / slope : low;
    if (next > low && next < high && std::abs(next - t) < 1e-10) break;
    t = next > low && next < high ? next : (low + high) / 2;
  }
  return from_seconds(t);
}

double peak(const SineRate& rate, Offset from, Offset to) {
  // Crests lie a quarter into each period.
  const double period = seconds(rate.period);
  const double crest = (std::ceil(seconds(from) / period - 0.25) + 0.25) * period;
  if (crest <= seconds(to)) return rate.mean.per_second + rate.swing.per_second;
  return std::max(rate_at(rate, seconds(from)), rate_at(rate, seconds(to)));
}

// Recorded arrivals.

double peak(const ReplayedRate& rate, Offset from, Offset to) {
  constexpr Duration second = std::chrono::seconds{1};
  auto first = std::lower_bound(rate.times.begin(), rate.times.end(), from);
  const auto end = std::lower_bound(first, rate.times.end(), std::max(to, from + second));
  std::ptrdiff_t most = 0;
  for (auto last = first; last != end; ++last) {
    while (*last - *first >= second) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<double>(most);
}

}  // namespace

RateShape::RateShape(Rate from, Rate to, Duration over) : form{StretchedRate{{}, to}} {
  if (over > Duration{0}) std::get<StretchedRate>(form).stretches.push_back({from, to, over});
}

double expected_arrivals(const RateShape& rate, Offset at) {
  if (at <= Offset{0}) return 0;
  if (const auto* lines = std::get_if<StretchedRate>(&rate.form)) return expected(*lines, at);
  if (const auto* sine = std::get_if<SineRate>(&rate.form)) return expected(*sine, seconds(at));
  const auto& times = std::get<ReplayedRate>(rate.form).times;
  return static_cast<double>(std::lower_bound(times.begin(), times.end(), at) - times.begin());
}

std::optional<Offset> time_of_arrival(const RateShape& rate, double arrivals) {
  if (const auto* lines = std::get_if<StretchedRate>(&rate.form)) return time_of(*lines, arrivals);
  if (const auto* sine = std::get_if<SineRate>(&rate.form)) return time_of(*sine, arrivals);
  const auto& times = std::get<ReplayedRate>(rate.form).times;
  const auto index = static_cast<std::uint64_t>(std::max(0.0, std::floor(arrivals)));
  if (index >= times.size()) return std::nullopt;
  return times[index];
}

Rate peak_rate(const RateShape& rate, Offset from, Offset to) {
  return Rate{std::visit([&](const auto& form) { return peak(form, from, to); }, rate.form)};
}

}  // namespace firedrill::spec
