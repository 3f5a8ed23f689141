#pragma once

#include "harness/text/metric_selector.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace firedrill {

struct MetricSample {
  SeriesName series;
  double value = 0;
};

/// What a `/metrics` endpoint answered.
struct Scrape {
  std::vector<MetricSample> samples;  ///< In the order written.
  std::uint64_t not_read = 0;         ///< Lines that are neither a sample nor a comment.
  std::uint64_t not_kept = 0;         ///< Samples beyond the bound.
};

/// Reads Prometheus text, version 0.0.4 (of OpenMetrics, its samples: exemplars are left out). Time
/// stamps are ignored: what counts is when it was asked. Keeps `samples_max` samples.
[[nodiscard]] Scrape read_prometheus_text(std::string_view text, std::size_t samples_max);

}  // namespace firedrill
