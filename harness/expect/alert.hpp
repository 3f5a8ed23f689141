#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/alert.hpp"

#include <set>
#include <string>
#include <vector>

namespace firedrill {

/// One finding for each thing that is demanded of an alert: that it fires, each label and
/// annotation, that it resolves, how often it flaps, that it never fires. `during` are the phases
/// in which it must never fire; empty is the whole play.
[[nodiscard]] std::vector<Finding> judge_alert(const spec::AlertExpectation& expectation,
                                               const std::vector<std::string>& during,
                                               const AlertRecord& record);

/// Alerts that fired although nothing expects them to.
/// `expected`: the alerts that an expectation has firing.
[[nodiscard]] Finding judge_strict(const AlertRecord& record,
                                   const std::set<std::string>& expected);

}  // namespace firedrill
