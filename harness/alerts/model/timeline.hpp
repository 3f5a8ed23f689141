#pragma once

#include "harness/alerts/model/answers.hpp"
#include "harness/metrics/alert_record.hpp"

#include <vector>

namespace firedrill::alerts {

/// When and how often the alerts were asked for.
struct Ticks {
  Duration lead_in{0};  ///< Answers count from its beginning, timelines from its end.
  Duration every{0};    ///< Above 0.
  Duration length{0};   ///< Of the play after the lead-in; the last tick is at or before its end.
};

/// One timeline for each set of labels, in order of name and labels.
[[nodiscard]] std::vector<AlertTimeline> timelines_of(const Answers& answers, const Ticks& ticks);

}  // namespace firedrill::alerts
