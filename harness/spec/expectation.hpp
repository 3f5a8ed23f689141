#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/alert.hpp"
#include "harness/spec/breaker_expectation.hpp"
#include "harness/spec/calls_expectation.hpp"
#include "harness/spec/happens.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/observed.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/privacy.hpp"
#include "harness/spec/resources.hpp"
#include "harness/spec/slo.hpp"
#include "harness/spec/state_expectation.hpp"

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
               CallsExpectation, MetricExpectation, HealthExpectation, LogExpectation,
               RecoveryExpectation, AmplificationExpectation, CorrelationExpectation,
               TelemetryExpectation, AlertExpectation, LedgerExpectation, UniqueExpectation,
               OrderExpectation, CostExpectation, AuditExpectation, PrivacyExpectation,
               ResourcesExpectation, HappensExpectation>
      what;
  std::string runbook;  ///< What to read when it fails; "" is the scenario's.
  /// Judged all the time; the first failure this long into its window ends the drill (99).
  std::optional<Duration> abort_after;
  Place place;
};

}  // namespace firedrill::spec
