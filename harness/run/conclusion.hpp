#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <string>

namespace firedrill {

/// Judges what a drill measured: moments that only the whole shows, alerts played, expectations,
/// problems of the drill itself, and the outcome of it all. Needs everything else in `result`.
///
/// Blocks for as long as the alerts are played, in processes that belong to `run_id`.
void conclude_drill(const spec::Scenario& scenario, RunResult& result, const std::string& run_id);

}  // namespace firedrill
