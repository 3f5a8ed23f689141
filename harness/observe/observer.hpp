#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/metrics/probe_record.hpp"
#include "harness/spec/probe.hpp"

#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// Polls a system's own endpoints while a drill runs, on a thread of its own.
///
/// Thread: use from one thread, which is not its own. Lifetime: the guard outlives it.
class Observer final {
 public:
  struct Options {
    std::vector<spec::Probe> probes;
    std::string base_url;             ///< Of the system, without a slash at the end.
    std::vector<std::string> series;  ///< Selectors that expectations name.
    TimePoint origin;                 ///< Offset 0.
  };

  Observer(Options options, const EgressGuard& guard);
  /// Ends what is under way.
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  /// Every probe is polled once now, and then at its own pace.
  void start();

  /// What was seen so far. Blocks for a moment.
  [[nodiscard]] std::vector<ProbeRecord> snapshot();

  /// Polls each probe one last time, and ends. Blocks for as long as the slowest answer takes, at
  /// most two time-outs. Call once.
  [[nodiscard]] std::vector<ProbeRecord> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
