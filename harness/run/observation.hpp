#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/observe/log_watcher.hpp"
#include "harness/observe/observer.hpp"
#include "harness/spec/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What is read from the system while a drill runs: its endpoints and its log.
///
/// Thread: the drill's. Lifetime: scenario and guard outlive it.
class Observation final {
 public:
  Observation(const spec::Scenario& scenario, const EgressGuard& guard);

  /// From here on endpoints are polled and lines of the log count.
  void start(const std::string& system_url, TimeOrigin origin);
  /// A line of the system's log; before start() it counts for nothing.
  void log_line(const std::string& line);

  /// Puts what was seen so far into `result`.
  void fill(RunResult& result);
  /// Looks one last time, puts all that was seen into `result`, and ends.
  void finish(RunResult& result);

 private:
  const spec::Scenario& scenario_;
  const EgressGuard& guard_;
  LogWatcher log_;
  std::optional<Observer> observer_;
  TimePoint origin_{};
};

}  // namespace firedrill
