#pragma once

#include "harness/aio/task_group.hpp"
#include "harness/load/breakpoint_finder.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/metrics/breakpoint.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace firedrill {

/// What one window of a search showed.
struct JudgedWindow {
  WindowVerdict verdict = WindowVerdict::held;
  std::string why;  ///< "" when it held.
};

/// Judges `total`, the requests of one window. A rate holds only when that is shown: too few
/// samples are no proof. Pure.
[[nodiscard]] JudgedWindow judge_window(const spec::BreakpointSearch& search, const Slice& total);

/// What a search needs; all of it outlives the search.
struct BreakpointDrive {
  const spec::Stream* stream;  ///< With a breakpoint.
  PhaseSpan phase;             ///< In which it searches.
  Duration slice;              ///< Of the series: windows begin and end with slices.
  TimePoint origin;
  LoadGenerator* generator;
  const bool* interrupted;
  BreakpointRecord* record;  ///< Kept up to date while it searches.
};

/// What the searches of a drill share; all of it outlives them.
struct BreakpointSetting {
  std::vector<PhaseSpan> phases;
  TimePoint origin;
  LoadGenerator* generator;
  const bool* interrupted;
};

/// Begins a search for each stream that has one, with a record each in `records`, which must not
/// grow meanwhile.
void search_breakpoints(TaskGroup& tasks, const spec::Scenario& scenario,
                        const BreakpointSetting& setting, std::vector<BreakpointRecord>& records);

/// Searches window by window until the finder is satisfied or the phase is over.
boost::asio::awaitable<void> search_breakpoint(BreakpointDrive drive);

}  // namespace firedrill
