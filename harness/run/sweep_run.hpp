#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <functional>
#include <string>

namespace firedrill {

/// One drill that is over.
struct DrillRun {
  int exit_code = 0;
  RunResult result;  ///< Empty when it could not even begin.
};

/// How one drill of a sweep is run: what `firedrill run` does with any scenario.
using RunDrill = std::function<DrillRun(const spec::Scenario& drill, const std::string& out_dir)>;

/// Runs the drills of a sweep, the one that measures the capacity first, each in a folder below
/// `out_dir`, and says up to which level the system recovers: on the terminal and in `sweep.json`.
/// Returns the exit code: that of the sweep's verdict, unless a drill up to the level that is
/// required, or the state of the machine after any, says worse. @pre scenario.sweep
[[nodiscard]] int run_sweep(const spec::Scenario& scenario, const std::string& out_dir,
                            const RunDrill& run);

}  // namespace firedrill
