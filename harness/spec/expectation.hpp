#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::spec {

enum class Comparison { less, less_equal, greater, greater_equal, equal, not_equal };

/// One measured quantity of a stream and the bound it is held to: "score.response.p95 < 500ms".
struct SloExpression {
  enum class Metric {
    response,     ///< Done minus due: what a user would have felt.
    service,      ///< Done minus sent: what the server did.
    send_lag,     ///< Sent minus due: how late the generator was.
    first_event,  ///< First server-sent event minus due.
    per_event,    ///< From one server-sent event to the next.
    failed,   ///< Not answered, answered wrongly, or not sent because the system held every slot.
    dropped,  ///< Due but never sent, whoever is to blame.
    planned,
    sent,
    status,  ///< Answers with a status in `status`.
  };
  enum class Aggregate {
    quantile,  ///< `quantile` of a time.
    mean,
    min,
    max,
    share,  ///< Of planned requests.
    count,
    per_second,
  };

  std::string text;    ///< As written.
  std::string stream;  ///< Or "stream.step"; "" is all streams together.
  Metric metric = Metric::response;
  StatusRange status;  ///< For Metric::status.
  Aggregate aggregate = Aggregate::quantile;
  double quantile = 0;  ///< 0 < q < 1 for Aggregate::quantile: 0.95.
  Comparison comparison = Comparison::less;
  double threshold =
      0;  ///< Seconds for times, 0..1 for shares, a number for counts and per_second.

  [[nodiscard]] bool is_time() const {
    return metric == Metric::response || metric == Metric::service || metric == Metric::send_lag ||
           metric == Metric::first_event || metric == Metric::per_event;
  }
};

struct SloExpectation {
  SloExpression slo;
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
  std::variant<SloExpectation, BreakerExpectation, FallbackExpectation, KneeExpectation> what;
  Place place;
};

}  // namespace firedrill::spec
