#pragma once

#include <cstdint>

#include "harness/base/time.hpp"
#include "harness/metrics/histogram.hpp"

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

/// 95 % distribution-free interval of quantile `q` from order statistics (ranks by the normal
/// approximation of the binomial, outward-rounded; Conover, Practical Nonparametric Statistics, 3.2).
/// @pre 0 < q < 1
[[nodiscard]] QuantileInterval quantile_interval(const LatencyHistogram& histogram, double q);

/// Samples that a quantile needs before it means anything: 10/(1-q) for upper, 10/q for lower ones.
[[nodiscard]] std::uint64_t samples_needed(double q);

}  // namespace firedrill
