#pragma once

#include "harness/alerts/model/series.hpp"
#include "harness/metrics/alert_record.hpp"

#include <string>

namespace firedrill::alerts {

struct Routing {
  std::string config;  ///< Path of Alertmanager's configuration, which is used untouched.
  Labels external_labels;
  std::string amtool = "amtool";
  std::string run_id;
};

/// Writes into the record whom Alertmanager would have told of each alert that fired, by asking
/// amtool with all of its labels, and which were inhibited all the time. What cannot be told makes
/// `record.unrouted`. Blocks; at most 200 sets of labels.
void route_alerts(AlertRecord& record, const Routing& routing);

}  // namespace firedrill::alerts
