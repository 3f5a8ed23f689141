#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/slo.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

// Expectations on what probes, logs and ledgers saw while the drill ran.

/// A number and what it is compared with: ">= 10".
struct NumberBound {
  Comparison comparison = Comparison::greater_equal;
  double value = 0;
};

/// A series of the system's own metrics, added up over all that the selector fits. Each member that
/// is set is one thing to hold.
struct MetricExpectation {
  /// What the growth of the series is compared with, counted by us in the same time.
  struct Equals {
    enum class Witness {
      calls,     ///< Calls that the mock `name` received.
      requests,  ///< Requests of the stream `name` that were answered.
      answers,   ///< Answers of the stream `name` that look like `when`.
    };
    Witness witness = Witness::calls;
    std::string name;
    ResponseMatch when;
    double tolerance = 0;  ///< Share of the count that the two may differ by, 0..1.
  };

  std::string selector;              ///< http_requests_total{status=~"5.."}; parses.
  std::optional<NumberBound> by;     ///< How much it grew over the window.
  std::optional<NumberBound> value;  ///< What each scrape in the window must show.
  std::optional<Equals> equals;
};

/// What a health or readiness probe was answered. Each member that is set is one thing to hold.
struct HealthExpectation {
  std::string probe;
  std::vector<StatusRange> status;  ///< Of every answer in the window; empty accepts all.
  std::vector<JsonMatch> json;      ///< What every answer in the window holds.
  /// Checks that turn in the window, and no other does; set and empty: none may turn.
  std::optional<std::vector<std::string>> turns;
  std::string to;                  ///< What they turn to; "" is anything else than before.
  std::optional<Duration> within;  ///< From the first fault in the window, else from its start.
  /// All checks are again as they were before anything broke, so long after the last healing.
  std::optional<Duration> back;
};

/// Lines of the system's log.
struct LogExpectation {
  std::optional<std::string> matches;               ///< RE2 pattern, found anywhere in the line.
  std::vector<JsonMatch> json;                      ///< What a line that is JSON holds.
  NumberBound lines{Comparison::greater_equal, 1};  ///< How many there must be; "== 0" is never.
};

/// Back to normal after the healing of a fault, and for good.
struct RecoveryExpectation {
  std::vector<SloExpression> slo;            ///< All of them; at least one.
  Duration within{0};                        ///< From the healing.
  Duration stays = std::chrono::seconds{1};  ///< How long they must hold from then on.
};

/// Attempts per logical request among those that reached a dependency, joined by correlation id.
struct AmplificationExpectation {
  std::string mock;
  std::optional<NumberBound> attempts;        ///< On average.
  std::optional<std::uint32_t> attempts_max;  ///< Of any one request.
};

/// Calls at a dependency carry the correlation id of the request that caused them.
struct CorrelationExpectation {
  std::string mock;
  Comparison comparison = Comparison::greater_equal;
  double share = 1;  ///< Of the calls, 0..1.
};

/// What the system says about a circuit breaker, by its endpoints and its metrics, is what the
/// breaker did as seen from outside.
struct TelemetryExpectation {
  std::string mock;
  Duration lag = std::chrono::milliseconds{500};  ///< How late it may be about a change.
};

}  // namespace firedrill::spec
