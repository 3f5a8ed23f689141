#pragma once

#include "harness/alerts/model/series.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::alerts {

/// Where a live drill's Alertmanager sends instead: without a slash at the end; "" for none.
struct ReceiverUrls {
  std::string pagerduty;
  std::string slack;
  std::string webhook;
};

/// The configuration of production's Alertmanager, made to fit a drill.
struct LiveRoutes {
  std::string text;                    ///< A configuration file.
  std::vector<std::string> receivers;  ///< Their names.
};

/// Every address becomes that of a mock, and says which receiver it is for in its query; every time
/// is divided by `factor`, those that production leaves out included. What has no mock (mail, say)
/// is refused by name, and so are times of day at a factor above 1: nothing is ever sent to a real
/// receiver. Routes, grouping, inhibition, templates and texts stay. `folder` is where the paths of
/// templates begin.
[[nodiscard]] Result<LiveRoutes> live_routes(std::string_view config, const ReceiverUrls& urls,
                                             std::uint32_t factor, const std::string& folder);

/// What the drill's own Prometheus reads and whom it tells.
struct LivePrometheus {
  struct Target {
    std::string job;
    std::string address;  ///< "127.0.0.1:8080"
    std::string path;     ///< "/metrics"
    Labels labels;
  };
  std::vector<Target> targets;
  Labels external_labels;
  Duration scrape{0};  ///< Also how often rules are evaluated.
  std::string rule_file;
  std::string alertmanager;  ///< "127.0.0.1:9093"
};

/// A configuration file.
[[nodiscard]] std::string prometheus_text(const LivePrometheus& what);

}  // namespace firedrill::alerts
