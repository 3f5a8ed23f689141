#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/run/system_under_drill.hpp"
#include "harness/spec/scenario.hpp"

#include <string>
#include <sys/types.h>
#include <utility>

namespace firedrill {

/// True when some fault of the scenario sets the clock of the system.
[[nodiscard]] bool wants_clock(const spec::Scenario& scenario);

/// A clock that a system is started with, so that it can be set wrong while it runs. It is
/// libfaketime's: a library before all others, that reads the skew from a file. Only the time of
/// day is skewed; clocks that measure durations are not.
///
/// Thread: the drill's. Lifetime: the journal outlives it.
class SkewedClock final {
 public:
  /// Makes the file in `folder`, which is the run's and goes with it. The error says how to get
  /// libfaketime when it is missing.
  [[nodiscard]] static Result<SkewedClock> create(const std::string& folder, LeaseJournal& journal);

  /// Has a system started with it. It outlives the system.
  void give_to(SystemUnderDrill::Options& system);
  /// The system has ended: what libfaketime left behind goes.
  [[nodiscard]] Result<void> ended() { return leases_.keep(); }

  [[nodiscard]] Result<void> set(Duration skew);
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  SkewedClock(std::string library, std::string file, LeaseJournal& journal)
      : library_{std::move(library)}, file_{std::move(file)}, leases_{journal} {}
  void started(pid_t process);

  std::string library_;
  std::string file_;
  Leases leases_;
};

}  // namespace firedrill
