#pragma once

#include "harness/load/load_generator.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// Told of what happens while it happens. All calls on the thread of Drill::run().
class DrillListener {
 public:
  virtual ~DrillListener() = default;

  /// Offset 0 is known from here on; moments before it follow at once.
  virtual void on_started(const TimeOrigin& origin) = 0;
  virtual void on_moment(const Moment& moment) = 0;
  /// What each stream did in the second that ends at `end`.
  virtual void on_second(Offset end, const std::vector<StreamSecond>& streams,
                         const GeneratorSecond& generator) = 0;
  /// A line of the system's log, not yet redacted.
  virtual void on_log(const std::string& line) = 0;
};

struct DrillOptions {
  std::uint64_t seed = 0;
  std::string executable;  ///< Path of firedrill itself, for the guardian and the clinic.
  Environment environment;
  Share share;           ///< Of every schedule: `--shard`.
  unsigned workers = 0;  ///< Threads that send; 0 chooses.
};

/// One run of a scenario, from starting its mocks to healing its faults. This is where everything
/// is put together; it decides nothing about verdicts itself.
///
/// Ctrl-C (SIGINT, SIGTERM) ends it early: faults are healed, the result is partial.
class Drill final {
 public:
  /// `scenario` and `listener` outlive the drill.
  Drill(const spec::Scenario& scenario, DrillOptions options, DrillListener& listener);
  ~Drill();
  Drill(const Drill&) = delete;
  Drill& operator=(const Drill&) = delete;

  /// Blocks until all is over and judged. Call once.
  [[nodiscard]] RunResult run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
