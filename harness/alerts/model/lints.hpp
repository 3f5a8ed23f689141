#pragma once

#include "harness/alerts/model/play.hpp"
#include "harness/alerts/model/rules.hpp"
#include "harness/metrics/verdict.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace firedrill::alerts {

struct LintInput {
  const std::vector<RuleGroup>& groups;
  const Recording& recording;
  const PlayPlan& plan;
  std::set<std::string> expected;  ///< Alerts that an expectation names.
  bool strict = false;             ///< Every rule is held to what is expected of the named ones.
};

struct Lints {
  /// Failed for what makes a rule useless; passed for what one should know.
  std::vector<Finding> findings;
  /// Why the silence of an alert proves nothing, by alert.
  std::map<std::string, std::string> blind;
};

/// What is wrong with rules, or with what they read, whatever they answered: a rule that no input
/// could make fire, a metric that was never exposed, a counter born above zero, a histogram without
/// the bound that a rule asks for, ranges that hold too few samples, plateaus that are none, time
/// that is hidden in a constant.
[[nodiscard]] Lints lint(const LintInput& input);

}  // namespace firedrill::alerts
