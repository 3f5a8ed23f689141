#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill::testing {

/// A caller with a circuit breaker in front of a mock, in virtual time: healthy, then an outage,
/// then recovery. What is wrong with the breaker is set by the knobs; the defaults are a correct
/// one.
struct BreakerSim {
  std::uint64_t seed = 1;
  double rate = 200;
  bool poisson = true;
  Duration steady = std::chrono::seconds{3};
  Duration outage = std::chrono::seconds{4};
  Duration recovery = std::chrono::seconds{3};
  /// After recovery: nobody sends anything, then everybody does again.
  Duration relief{0};
  Duration again{0};

  // The dependency.
  spec::Delay healthy_latency{spec::Delay::Kind::lognormal, std::chrono::milliseconds{40},
                              std::chrono::milliseconds{10}};
  Duration failing_latency = std::chrono::milliseconds{1};
  /// Unset: 503 until the breaker opens, hang one trial for 500 ms, then 503.
  std::optional<std::vector<spec::FaultStep>> steps;
  std::optional<Ratio> fault_share;

  // What the scenario says about the breaker.
  std::uint32_t failures = 5;
  Duration reset = std::chrono::seconds{1};
  std::uint32_t trials = 1;
  std::uint32_t instances = 1;
  /// Opens on a share of the last so many calls, not on failures in a row.
  std::optional<spec::BreakerExpectation::FailureRate> failure_rate;
  std::optional<Duration> slow;  ///< Answers that take longer are failures.

  // What the breaker really does.
  std::optional<std::uint32_t> real_failures;  ///< Opens early or late.
  bool counts_all_failures = false;            ///< A success does not end the run of failures.
  std::optional<Duration> real_reset;
  std::optional<std::uint32_t> real_trials;  ///< A large number is a stampede.
  bool never_opens = false;
  bool never_closes = false;            ///< A good trial does not close it.
  bool never_tries = false;             ///< Stays open without any trial.
  double leaks = 0;                     ///< Share of calls let through while open.
  bool stuck_half_open = false;         ///< A trial that hangs is waited for, for ever.
  bool closes_on_failed_trial = false;  ///< Whatever the trial brings, it closes.
  bool keeps_count = false;             ///< Closing does not end the count of failures.
  bool refusals_postpone = false;       ///< A refused call starts the open time anew.
  std::uint32_t herd = 0;               ///< Calls that are made up for at once after closing.
  std::optional<double> real_share;     ///< Of failure_rate: opens sooner or later.
  Duration close_delay{0};              ///< Ignores good trials until this long after healing.
  // The whole system stands still for a while, breaker or not.
  Offset stall_at{0};
  Duration stall{0};
  double no_fallback = 0;  ///< Share of failed calls answered with a 503.
};

struct SimulatedDrill {
  spec::Scenario scenario;  ///< Without expectations.
  RunResult result;
};

/// Runs the simulation. Deterministic in its argument.
[[nodiscard]] SimulatedDrill simulate(const BreakerSim& sim);

// Expectations on the simulated drill, as its scenario would state them.

[[nodiscard]] spec::BreakerExpectation healthy_breaker(const BreakerSim& sim);
[[nodiscard]] spec::Expectation expectation(std::string name, std::vector<std::string> during,
                                            spec::BreakerExpectation breaker);
[[nodiscard]] spec::Expectation expectation(std::string name, std::vector<std::string> during,
                                            spec::SloExpression slo);
[[nodiscard]] spec::Expectation expectation(std::string name, std::vector<std::string> during,
                                            spec::FallbackExpectation fallback);

/// "score.response.p95 < 500ms" and its like.
[[nodiscard]] spec::SloExpression quantile_slo(spec::SloExpression::Metric metric, double q,
                                               spec::Comparison comparison, Duration bound);
[[nodiscard]] spec::SloExpression share_slo(spec::SloExpression::Metric metric,
                                            spec::Comparison comparison, double share);
[[nodiscard]] spec::SloExpression slo(spec::SloExpression::Metric metric,
                                      spec::SloExpression::Aggregate aggregate,
                                      spec::Comparison comparison, double threshold);

}  // namespace firedrill::testing
