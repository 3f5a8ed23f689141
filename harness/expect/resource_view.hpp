#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/probe_record.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/resources.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What a resource was at one poll. Of CPU: the seconds used up so far.
struct ResourceSample {
  Offset at{0};
  double value = 0;
};

/// One resource as a probe of resources, or one of metrics that shows process_*, saw it.
struct ResourceSeries {
  std::vector<ResourceSample> samples;  ///< In order.
  std::string missing;  ///< Why they prove nothing, as a sentence; "" when they can be used.
};

/// The samples in the window's phases from `from` on.
[[nodiscard]] ResourceSeries resource_in(const RunResult& result, const std::string& probe,
                                         spec::Resource resource, const Window& window,
                                         Offset from);

/// Share of one core, from first to last sample; unset when it cannot be told.
[[nodiscard]] std::optional<double> cpu_share(const std::vector<ResourceSample>& samples);

/// "12.5 MiB", "40 %", "17"
[[nodiscard]] std::string amount_text(spec::Resource resource, double amount);
/// "1.50 MiB/min"
[[nodiscard]] std::string growth_text(double bytes_per_second);

}  // namespace firedrill
