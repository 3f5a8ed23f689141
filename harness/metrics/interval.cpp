#include "harness/metrics/interval.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

constexpr double kZ = 1.959963984540054;  // 97.5 % point of the standard normal distribution

}  // namespace

ShareInterval wilson(std::uint64_t hits, std::uint64_t total) {
  FD_ASSERT(hits <= total);
  if (total == 0) return {};
  const auto n = static_cast<double>(total);
  const double share = static_cast<double>(hits) / n;
  const double spread = kZ * kZ / n;
  const double centre = (share + spread / 2) / (1 + spread);
  const double half = kZ / (1 + spread) * std::sqrt(share * (1 - share) / n + spread / (4 * n));
  // The two ends that are exact must not suffer from rounding: bounds such as "< 100 %" see them.
  return {.low = hits == 0 ? 0 : std::max(0.0, centre - half),
          .high = hits == total ? 1 : std::min(1.0, centre + half)};
}

RankInterval quantile_ranks(std::uint64_t count, double q) {
  FD_ASSERT(q > 0 && q < 1);
  if (count == 0) return {};
  const auto n = static_cast<double>(count);
  const double half = kZ * std::sqrt(n * q * (1 - q));
  const double low = std::max(1.0, std::floor(n * q - half));
  const double high = std::max(1.0, std::ceil(n * q + half));
  return {.low = std::min(count, static_cast<std::uint64_t>(low)),
          .high = std::min(count, static_cast<std::uint64_t>(high))};
}

QuantileInterval quantile_interval(const LatencyHistogram& histogram, double q) {
  const RankInterval ranks = quantile_ranks(histogram.count(), q);
  return {.low = histogram.floor_at_rank(ranks.low), .high = histogram.value_at_rank(ranks.high)};
}

std::uint64_t samples_needed(double q) {
  FD_ASSERT(q > 0 && q < 1);
  const double exact = 10 / (q >= 0.5 ? 1 - q : q);
  // 1 - 0.9 is a hair below 0.1 in binary: p90 needs 100 samples, not 101.
  return static_cast<std::uint64_t>(std::ceil(exact * (1 - 1e-9)));
}

}  // namespace firedrill
