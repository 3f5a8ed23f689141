#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// What the scenario's rules and alarms make of what was measured. Blocks for as long as promtool
/// takes. `asked` is false for a scenario without alerts, and for a live drill that expects nothing
/// of the play; what was seen live stays.
[[nodiscard]] AlertRecord evaluate_alerts(const spec::Scenario& scenario, const RunResult& result,
                                          const std::string& run_id);

/// What no run could make good: rule files that cannot be read, alerts that they do not define,
/// times that are too short for an alert's `for`. With its place each.
[[nodiscard]] std::vector<std::string> alert_problems(const spec::Scenario& scenario);

/// The rules that are made for the scenario's objectives, as files for Prometheus; "" for none.
[[nodiscard]] std::string made_rules_text(const spec::Scenario& scenario);

}  // namespace firedrill
