#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/histogram.hpp"

#include <cstdint>

namespace firedrill {

struct ShareInterval {
  double low = 0;
  double high = 1;
};

/// 95 % Wilson score interval of a share (E. B. Wilson, JASA 22, 1927). [0, 1] for total == 0.
/// @pre hits <= total
[[nodiscard]] ShareInterval wilson(std::uint64_t hits, std::uint64_t total);

struct QuantileInterval {
  Duration low{0};
  Duration high{0};
};

/// Ranks (1-based) of order statistics.
struct RankInterval {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// Ranks that enclose quantile `q` of `count` values with 95 % confidence whatever the distribution
/// (normal approximation of the binomial, outward-rounded; Conover, Practical Nonparametric
/// Statistics, 3.2), clamped to 1..count; {0, 0} for count == 0. With fewer than samples_needed(q)
/// values an end may be clamped and then promises nothing. @pre 0 < q < 1
[[nodiscard]] RankInterval quantile_ranks(std::uint64_t count, double q);

/// 95 % distribution-free interval of quantile `q`: the values at quantile_ranks(), rounded outward
/// inside their buckets. {0, 0} for an empty histogram. @pre 0 < q < 1
[[nodiscard]] QuantileInterval quantile_interval(const LatencyHistogram& histogram, double q);

/// Samples that a quantile needs before it means anything: 10/(1-q) for upper, 10/q for lower ones.
[[nodiscard]] std::uint64_t samples_needed(double q);

}  // namespace firedrill
