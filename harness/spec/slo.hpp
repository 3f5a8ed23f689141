#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/match.hpp"

#include <string>

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
    within,  ///< Share of planned requests that were done within `limit`: exact, and it adds up.
    apdex,   ///< Satisfied within `limit`, tolerating up to four times that: 0..1 of planned.
  };

  std::string text;    ///< As written.
  std::string stream;  ///< Or "stream.step"; "" is all streams together.
  Metric metric = Metric::response;
  StatusRange status;  ///< For Metric::status.
  Aggregate aggregate = Aggregate::quantile;
  double quantile = 0;  ///< 0 < q < 1 for Aggregate::quantile: 0.95.
  Duration limit{0};    ///< For Aggregate::within and Aggregate::apdex.
  Comparison comparison = Comparison::less;
  double threshold =
      0;  ///< Seconds for times, 0..1 for shares and apdex, a number for counts and per_second.

  [[nodiscard]] bool is_time() const {
    return metric == Metric::response || metric == Metric::service || metric == Metric::send_lag ||
           metric == Metric::first_event || metric == Metric::per_event;
  }
};

}  // namespace firedrill::spec
