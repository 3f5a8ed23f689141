#pragma once

#include "harness/base/result.hpp"
#include "harness/run/drill.hpp"
#include "harness/spec/scenario.hpp"
#include "reports/progress.hpp"
#include "reports/terminal.hpp"

#include <memory>
#include <string>

namespace firedrill {

/// Writes down what happens while a drill runs: events.jsonl and system.log as it happens, and the
/// live view on the terminal. Everything is redacted.
///
/// Thread: the drill's. Lifetime: the scenario outlives it.
class LiveOutput final : public DrillListener {
 public:
  struct Options {
    std::string out_dir;  ///< Exists already.
    std::uint64_t seed = 0;
    std::string version;
    TerminalStyle style;
    bool terminal = false;  ///< stdout can be redrawn.
  };
  /// The error names the file that could not be opened.
  [[nodiscard]] static Result<std::unique_ptr<LiveOutput>> open(const spec::Scenario& scenario,
                                                                Options options);
  ~LiveOutput() override;

  void on_started(const TimeOrigin& origin) override;
  void on_moment(const Moment& moment) override;
  void on_second(Offset end, const std::vector<StreamSecond>& streams,
                 const GeneratorSecond& generator) override;
  void on_log(const std::string& line) override;

  /// Takes the live view away and closes events.jsonl with the verdict.
  void finish(const RunResult& result);

 private:
  struct Impl;
  explicit LiveOutput(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
