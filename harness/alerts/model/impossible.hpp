#pragma once

#include "harness/alerts/model/rules.hpp"

#include <string>

namespace firedrill::alerts {

/// Why no input could make the rule fire, or "" when one might. Only what is certain: a share that
/// would have to exceed 1, a burn rate beyond what the objective allows, a quantile beyond the
/// highest bound of its histogram, a rate below zero, bounds that exclude each other.
[[nodiscard]] std::string impossible(const Rule& rule, const std::vector<RuleGroup>& groups,
                                     const Recording& recording);

}  // namespace firedrill::alerts
