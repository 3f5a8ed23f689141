#pragma once

#include "harness/alerts/model/cloudwatch_play.hpp"
#include "harness/metrics/alert_record.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::alerts {

struct AlarmInquiry {
  std::vector<CloudWatchAlarm> alarms;
  /// By the name of the metric, with its namespace or without.
  std::vector<std::pair<std::string, MetricSource>> sources;
  std::set<std::string> expected;  ///< Alarms that an expectation names.
};

/// Plays the recording and evaluates the alarms over it. What they did is added to `record`, and
/// what is wrong with them: an alarm whose metric is not mapped can never fire.
/// @pre `phases` is not empty
void evaluate_alarms(AlertRecord& record, const AlarmInquiry& inquiry, const Recording& recording,
                     const std::vector<PlayPhase>& phases);

}  // namespace firedrill::alerts
