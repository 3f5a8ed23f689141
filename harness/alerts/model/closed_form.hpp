#pragma once

#include "harness/alerts/model/rules.hpp"

#include <optional>
#include <string>

namespace firedrill::alerts {

/// When arithmetic says that a rule fires after a step: from the plateau of one phase to that of
/// another.
struct Prediction {
  std::optional<Duration> fires;  ///< From the step; `for` included, scraping and ticks not.
  std::string never;  ///< Why it never does; "" when it does or there is no closed form.
};

/// A stretch of the recording in which everything went on evenly.
struct Plateau {
  Offset from{0};
  Offset to{0};
};

/// For rates, increases and ratios of them against a constant, alone or joined by `and` and `or`
/// (research: time to fire = window × (bound − before) / (after − before), traffic weighted).
/// Recording rules are looked through.
[[nodiscard]] Prediction predict(const Rule& rule, const std::vector<RuleGroup>& groups,
                                 const Recording& recording, Plateau before, Plateau after);

}  // namespace firedrill::alerts
