#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/slo.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::spec {

/// A circuit breaker of the system, seen from outside. Each member that is set is one thing to
/// hold.
struct BreakerExpectation {
  /// Opens on a share of failures in a window instead of on failures in a row.
  struct FailureRate {
    double share = 0.5;     ///< 0..1
    bool above = false;     ///< Only beyond the share; else at the share already.
    Duration over_time{0};  ///< The window; 0 when it is a number of calls.
    std::uint32_t over_calls = 0;
    std::uint32_t calls_min = 1;  ///< Fewer calls in the window never open it.
  };
  struct Opens {
    std::uint32_t after_failures =
        5;  ///< Consecutive; not before, and by this many plus those in flight.
    std::optional<FailureRate> rate;  ///< Instead of `after_failures`.
    std::optional<Duration> within;   ///< From the first failed answer.
  };
  struct WhileOpen {
    std::optional<std::uint32_t> upstream_calls_max;  ///< Trials do not count.
    std::optional<SloExpression> slo;                 ///< Over the time that it was open.
  };
  struct Closes {
    Duration within{0};  ///< From the healing of the fault.
  };

  std::string mock;    ///< The dependency behind the breaker.
  std::string preset;  ///< One of breaker_presets(); "" for none.
  std::optional<Opens> opens;
  std::optional<Duration> reset;  ///< How long it stays open before a trial.
  Duration reset_late{0};         ///< A trial may come so much later than that.
  std::optional<WhileOpen> while_open;
  std::optional<std::uint32_t> trials_max;  ///< Concurrent requests let through in half-open.
  std::optional<Duration> hung_trial;  ///< Another call comes this soon after an unanswered trial.
  bool reopens = false;                ///< A failed trial opens it again.
  std::optional<Closes> closes;
  std::optional<double> herd_max;  ///< Calls after closing, in times of the healthy rate.
  bool stays_closed = false;       ///< Though there are failures.
  std::optional<std::uint32_t> openings_max;  ///< Times that it opens; trials that fail apart.
  std::optional<Duration> slow;  ///< An answer that takes longer is a failure to this breaker.
  std::uint32_t instances = 1;   ///< Each instance of the system has a breaker of its own.
};

/// The defaults of a library that breakers are made with.
struct BreakerPreset {
  std::string_view name;
  std::string_view summary;
};
[[nodiscard]] const std::vector<BreakerPreset>& breaker_presets();
[[nodiscard]] std::vector<std::string> breaker_preset_names();

/// Puts in what the library does by default where the scenario says nothing else. What it demands
/// under a fault stays out of an expectation that looks at something else only (`closes`, `herd`,
/// `stays_closed`, `openings`).
void apply_preset(BreakerExpectation& breaker);

}  // namespace firedrill::spec
