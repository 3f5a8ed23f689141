#pragma once

#include "harness/alerts/model/objective.hpp"
#include "harness/alerts/model/play.hpp"
#include "harness/metrics/verdict.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace firedrill::alerts {

/// What the phases from `broken` to the end took of the objective's budget, as played, and how many
/// such incidents use it up. Held to `spends_max` (a share of the budget) if there is one.
/// Inconclusive when the objective's events cannot be counted.
[[nodiscard]] Finding judge_spending(const Objective& objective, std::optional<double> spends_max,
                                     const Recording& recording,
                                     const std::vector<PlayPhase>& phases,
                                     std::optional<std::size_t> broken);

}  // namespace firedrill::alerts
