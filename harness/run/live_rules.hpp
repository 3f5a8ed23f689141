#pragma once

#include "harness/alerts/model/live_config.hpp"
#include "harness/alerts/model/rules.hpp"
#include "harness/base/result.hpp"
#include "harness/spec/scenario.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// The scenario's rules as its private Prometheus gets them. The error names a rule that cannot run
/// faster, or a file that cannot be read. @pre scenario.live_alerts is private, scenario.alerts
[[nodiscard]] Result<std::vector<alerts::RuleGroup>> live_rules(const spec::Scenario& scenario);

/// Its Alertmanager's configuration. The error names what no drill can do. @pre likewise
[[nodiscard]] Result<alerts::LiveRoutes> live_routing(const spec::Scenario& scenario,
                                                      const alerts::ReceiverUrls& urls);

/// What no run could make good, with its place each: files that are missing, rules that carry time
/// in a constant, receivers that are not there, times that cannot be kept.
[[nodiscard]] std::vector<std::string> live_alert_problems(const spec::Scenario& scenario);

}  // namespace firedrill
