#pragma once

#include "harness/alerts/model/rules.hpp"

#include <string>
#include <vector>

namespace firedrill::alerts {

/// A rule with one bug, to see whether any expectation notices.
struct Mutant {
  std::string name;  ///< "HighErrorRate critical: threshold 0.05 x 10"
  std::vector<RuleGroup> groups;
};

/// Of every alert called one of `alerts`: each number that something is compared with ten times as
/// large, `for` ten times as long (a minute where there was none), and another severity.
[[nodiscard]] std::vector<Mutant> mutants_of(const std::vector<RuleGroup>& groups,
                                             const std::vector<std::string>& alerts);

}  // namespace firedrill::alerts
