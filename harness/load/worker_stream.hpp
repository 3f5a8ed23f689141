#pragma once

#include "harness/load/recorder.hpp"
#include "harness/load/release_plan.hpp"

#include <cstdint>
#include <vector>

namespace firedrill {

/// A stream of a scenario at work on one thread. Thread: the worker's.
class WorkerStream {
 public:
  virtual ~WorkerStream() = default;

  /// The drill begins; offset 0 may lie ahead. Streams that need no schedule start by themselves.
  virtual void start() {}
  /// Release `index` of the schedule, due at `due`, has come; `at` is now. False when it was
  /// dropped.
  virtual bool release(Offset due, std::uint64_t index, Offset at,
                       const GeneratorHealth& health) = 0;
  /// The last phase is over: what is under way may end, nothing else begins.
  virtual void end() {}
  /// Ends what is under way as cancelled; nothing begins any more.
  virtual void cancel_all() = 0;
  /// True when nothing is under way, and nothing will begin without a release.
  [[nodiscard]] virtual bool idle() const = 0;
  /// Of all its series, always in the same order.
  [[nodiscard]] virtual std::vector<StreamRecorder*> recorders() = 0;
};

}  // namespace firedrill
