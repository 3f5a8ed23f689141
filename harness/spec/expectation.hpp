#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/alert.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/observed.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/slo.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::spec {

struct SloExpectation {
  SloExpression slo;
  /// Judged over each stretch of this length, sliding; unset: over all of its phases together.
  std::optional<Duration> window;
  std::uint32_t windows = 1;       ///< So many windows in a row, end to end, must break it to fail.
  std::uint64_t requests_min = 0;  ///< Fewer requests in a window than this prove nothing.
};

/// A circuit breaker of the system, seen from outside. Each member that is set is one thing to
/// hold.
struct BreakerExpectation {
  struct Opens {
    std::uint32_t after_failures =
        5;  ///< Consecutive; not before, and by this many plus those in flight.
    std::optional<Duration> within;  ///< From the first failed answer.
  };
  struct WhileOpen {
    std::optional<std::uint32_t> upstream_calls_max;  ///< Trials do not count.
    std::optional<SloExpression> slo;                 ///< Over the time that it was open.
  };
  struct Closes {
    Duration within{0};  ///< From the healing of the fault.
  };

  std::string mock;  ///< The dependency behind the breaker.
  std::optional<Opens> opens;
  std::optional<Duration> reset;  ///< How long it stays open before a trial.
  std::optional<WhileOpen> while_open;
  std::optional<std::uint32_t> trials_max;  ///< Concurrent requests let through in half-open.
  std::optional<Closes> closes;
  std::uint32_t instances = 1;  ///< Each instance of the system has a breaker of its own.
};

/// Answers that show the fallback at work, and their share of all that were due.
struct FallbackExpectation {
  enum class From { phase_start, breaker_open };
  std::string stream;
  ResponseMatch when;
  Comparison comparison = Comparison::greater_equal;
  double share = 1;  ///< 0..1.
  From from = From::phase_start;
  std::string breaker;  ///< Mock whose breaker `from: breaker.open` means.
};

/// The search for a stream's breaking point shows that it stands this rate.
struct KneeExpectation {
  std::string stream;
  Rate at_least;
};

struct Expectation {
  std::string name;                 ///< Unique; made from the text unless the scenario names it.
  std::vector<std::string> during;  ///< Phases; empty is the whole drill.
  bool gate = false;  ///< Judged before the first injection; unmet stops the drill (111).
  std::variant<SloExpectation, BreakerExpectation, FallbackExpectation, KneeExpectation,
               MetricExpectation, HealthExpectation, LogExpectation, RecoveryExpectation,
               AmplificationExpectation, CorrelationExpectation, TelemetryExpectation,
               AlertExpectation>
      what;
  std::string runbook;  ///< What to read when it fails; "" is the scenario's.
  /// Judged all the time; the first failure this long into its window ends the drill (99).
  std::optional<Duration> abort_after;
  Place place;
};

}  // namespace firedrill::spec
