#pragma once

#include "harness/base/redact.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/generator.hpp"
#include "harness/metrics/moment.hpp"
#include "reports/terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// One stream, now.
struct StreamProgress {
  std::string name;
  double rate = 0;          ///< Sent per second, over the last second.
  double rate_planned = 0;  ///< What the schedule asks for now.
  std::uint64_t in_flight = 0;
  std::optional<Duration> p95;         ///< Response time in the last second; unset without answers.
  std::optional<double> failed_share;  ///< 0..1, of the last second; unset when nothing was due.
  std::uint64_t sent = 0;              ///< Totals of the drill so far.
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
};

/// A running drill, as its live view needs it.
struct ProgressSnapshot {
  Offset at{0};
  Duration length{0};  ///< Planned, of all phases.
  std::string phase;
  std::size_t phase_index = 0;  ///< 0-based.
  std::size_t phases = 0;
  std::vector<StreamProgress> streams;
  std::optional<GeneratorSecond> generator;
  std::vector<Moment> moments;  ///< New since the last snapshot, in order.
};

/// The live view: turns snapshots into text to write at once. No I/O, no clock.
///
/// Thread: one. Holds a copy of the redactor.
class Progress {
 public:
  enum class Mode : std::uint8_t {
    redraw,  ///< For a terminal: a few lines that are redrawn in place and go away at the end.
    plain,   ///< For a log: one line a second, one per moment.
  };

  /// Moments that stay in view in Mode::redraw. Those of phases do not: the bar shows them.
  static constexpr std::size_t kMomentsShown = 4;

  Progress(Mode mode, TerminalStyle style, Redactor redactor);

  /// What to write for `snapshot`; "" when there is nothing new. With Verbosity::quiet always "".
  [[nodiscard]] std::string update(const ProgressSnapshot& snapshot);

  /// What to write before anything else may be written to the terminal: takes the view away. The
  /// next update draws it anew.
  [[nodiscard]] std::string clear();

 private:
  [[nodiscard]] std::string redraw(const ProgressSnapshot& snapshot);
  [[nodiscard]] std::string plain(const ProgressSnapshot& snapshot);
  [[nodiscard]] std::vector<std::string> lines(const ProgressSnapshot& snapshot) const;
  [[nodiscard]] std::string bar_line(const ProgressSnapshot& snapshot, std::size_t width) const;
  [[nodiscard]] std::string stream_line(const StreamProgress& stream, std::size_t name_width,
                                        std::size_t width) const;
  [[nodiscard]] std::string moment_line(const Moment& moment) const;

  Mode mode_;
  TerminalStyle style_;
  Redactor redactor_;
  std::vector<Moment> latest_;
  std::size_t drawn_ = 0;  // lines of the view that are on the terminal
  std::optional<std::int64_t> last_second_;
};

}  // namespace firedrill
