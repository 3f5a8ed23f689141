#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The stretch of a drill that an expectation looks at: its phases, or all of them.
struct Window {
  std::vector<std::uint32_t> phases;  ///< Indexes into RunResult::phases: those that were reached.
  Offset from{0};                     ///< Start of the first phase reached.
  Offset to{0};                       ///< End of the last phase reached.
  Duration length{0};       ///< Sum of the phases' own lengths: what rates are divided by.
  std::string text;         ///< "steady, 1.00 s .. 5.00 s"
  std::string not_reached;  ///< Which phase never happened, as a sentence; "" when all did.
  std::string cut_short;    ///< Which phase ended early, as a sentence; "" when none did.

  /// True when `at` lies in one of the phases, start included and end excluded.
  [[nodiscard]] bool contains(const RunResult& result, Offset at) const;
};

[[nodiscard]] Window window_of(const spec::Expectation& expectation, const spec::Scenario& scenario,
                               const RunResult& result);

/// True when the phase ended before its planned end.
[[nodiscard]] bool was_cut_short(const PhaseRecord& phase);

/// The stream of that name, or nullptr.
[[nodiscard]] const StreamSeries* find_stream(const RunResult& result, std::string_view name);

/// Sum over the window's phases of one stream, or of all for stream "".
[[nodiscard]] Slice traffic_in(const RunResult& result, const Window& window,
                               std::string_view stream);

/// Requests that a share is taken of: all that were due, but not those that we cut off ourselves.
[[nodiscard]] std::uint64_t accountable(const Slice& total);

/// Requests that were sent and have not ended: none once a drill is over, some when a gate is
/// judged.
[[nodiscard]] std::uint64_t under_way(const Slice& total);

/// A sentence when our generator, and not the system, lost more than 0.1 % of the requests in the
/// window, of `stream` or of all streams together; otherwise "".
[[nodiscard]] std::string generator_blame(const RunResult& result, const Window& window,
                                          std::string_view stream);

}  // namespace firedrill
