#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/run_result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// Numbers that several reports show, computed once and the same way everywhere. Pure.

/// What one stream did in one phase, or over the whole drill.
struct TrafficSummary {
  std::string phase;    ///< "" for the whole drill.
  bool reached = true;  ///< False for a phase that never began.
  Slice total;
  Duration wall{0};  ///< Length of the phase as it really was: the denominator of rates.
  std::optional<std::uint64_t> in_flight_at_end;  ///< Unset: not recorded.

  /// Requests sent per second of wall time, by the time of sending; unset without wall time.
  [[nodiscard]] std::optional<double> throughput() const;
  /// Failed among planned; unset when nothing was planned.
  [[nodiscard]] std::optional<double> failed_share() const;
};

/// One per phase, in order.
[[nodiscard]] std::vector<TrafficSummary> by_phase(const RunResult& result,
                                                   const StreamSeries& series);
[[nodiscard]] TrafficSummary whole_drill(const RunResult& result, const StreamSeries& series);

/// Unset when the histogram has fewer samples than the quantile needs (samples_needed).
[[nodiscard]] std::optional<Duration> trusted_quantile(const LatencyHistogram& histogram, double q);

/// Slices merged to whole seconds of the drill, ascending; `start` is the second. Seconds in which
/// nothing was planned or sent are left out.
[[nodiscard]] std::vector<Slice> whole_seconds(const StreamSeries& series);

/// From the first thing that happened (usually before offset 0) to the last.
struct DrillSpan {
  Offset start{0};
  Offset end{0};
  [[nodiscard]] Duration length() const { return end - start; }
};
[[nodiscard]] DrillSpan span_of(const RunResult& result);

/// The phase that holds `at`, the last one for a time beyond; nullptr before the first.
[[nodiscard]] const PhaseRecord* phase_at(const RunResult& result, Offset at);

}  // namespace firedrill
