#pragma once

#include "harness/alerts/model/rules.hpp"

#include <string>
#include <vector>

namespace firedrill::alerts {

/// Groups of rules that one run of promtool can evaluate: it knows one interval for all groups, and
/// no query of its may load 10,000 samples of a series, so that long ranges need wider spacing.
struct RunClass {
  Duration spacing{0};
  Duration eval{0};
  Duration reach{0};                ///< How far back its rules look: the lead-in that they need.
  std::vector<std::string> alerts;  ///< Whose answers count; other runs answer for the rest.
  std::vector<const RuleGroup*> groups;  ///< These, and those with the recording rules behind them.
  bool whole = true;                     ///< All groups of all files: they can be used as they are.
};

[[nodiscard]] std::vector<RunClass> classes_of(const std::vector<RuleGroup>& groups,
                                               Duration scrape, Duration eval);

}  // namespace firedrill::alerts
