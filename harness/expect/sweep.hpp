#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/metrics/sweep.hpp"
#include "harness/spec/scenario.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// The drill of a sweep at one level: its stream at a constant rate, and a name of its own.
/// @pre scenario.sweep
[[nodiscard]] spec::Scenario drill_at(const spec::Scenario& scenario, Ratio level, Rate capacity);

/// The drill that measures the capacity: nothing breaks, and no other stream is sent.
/// @pre scenario.sweep->measure
[[nodiscard]] spec::Scenario capacity_drill(const spec::Scenario& scenario);

/// Whether the system recovered, and why not: what the expectations about the phase `recovered`
/// came to, in a drill whose fault is proved to have happened.
[[nodiscard]] std::pair<Recovery, std::string> judge_recovery(const spec::Scenario& drill,
                                                              const RunResult& result);

}  // namespace firedrill
