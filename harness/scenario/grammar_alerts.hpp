#pragma once

#include "harness/scenario/shape.hpp"

#include <vector>

namespace firedrill::scenario {

/// `alerts` of a scenario.
[[nodiscard]] ShapePtr alerts_shape();

/// `services.prometheus` and `services.alertmanager`: grammar_live_alerts.cpp
[[nodiscard]] ShapePtr prometheus_shape();
[[nodiscard]] ShapePtr alertmanager_shape();
/// `notifies` of an expectation about an alert: grammar_live_alerts.cpp
[[nodiscard]] ShapePtr notifies_shape();

/// The keys of an expectation about an alert, and how they go together.
[[nodiscard]] std::vector<Field> alert_fields();
[[nodiscard]] std::vector<Rule> alert_rules();

}  // namespace firedrill::scenario
