#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/metrics/probe_record.hpp"
#include "harness/spec/probe.hpp"
#include "harness/text/canary_notes.hpp"

#include <cstdint>
#include <functional>
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
    /// The process that probes of resources look at, 0 for none; called on the observer's thread.
    std::function<std::int64_t()> process{};
    bool watch_canaries = false;  ///< Answers are searched for the data of made-up people.
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

  /// What was read of each probe, and the canaries in it; empty unless they are watched. After
  /// finish().
  [[nodiscard]] std::vector<CanaryNotes> canaries();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
