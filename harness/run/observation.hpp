#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/observe/log_watcher.hpp"
#include "harness/observe/observer.hpp"
#include "harness/spec/scenario.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// What is read from the system while a drill runs: its endpoints and its log.
///
/// Thread: the drill's. Lifetime: scenario and guard outlive it.
class Observation final {
 public:
  Observation(const spec::Scenario& scenario, const EgressGuard& guard);

  /// The system's process, each time that it was started. On any thread.
  void launched(std::int64_t pid) { process_ = pid; }
  /// From here on endpoints are polled and lines of the log count.
  void start(const std::string& system_url, TimeOrigin origin);
  /// A line of the system's log; before start() it counts for nothing.
  void log_line(const std::string& line);

  /// Puts what was seen so far into `result`.
  void fill(RunResult& result);
  /// Looks one last time, puts all that was seen into `result`, and ends.
  void finish(RunResult& result);
  /// The canaries in the log and in what probes were answered; after finish(), once. Empty unless
  /// an expectation is about privacy.
  [[nodiscard]] std::vector<CanaryNotes> take_canaries() { return std::move(canaries_); }

 private:
  const spec::Scenario& scenario_;
  const EgressGuard& guard_;
  LogWatcher log_;
  std::optional<Observer> observer_;
  const bool watch_canaries_;
  std::optional<CanaryNotes> log_canaries_;  // of a log that we see
  std::vector<CanaryNotes> canaries_;        // of all, in the end
  std::atomic<std::int64_t> process_{0};
  TimePoint origin_{};
};

}  // namespace firedrill
