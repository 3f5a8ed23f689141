#pragma once

#include "harness/spec/observed.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

// Expectations on the system's own state, judged once the drill is over and the state has settled.

/// Which field of which reading tells which thing a row is about.
struct RowsById {
  std::string reading;
  std::string id = "id";
  std::string times;  ///< Field that says how often it was processed; "" counts rows.
};

/// What a request of a stream must be answered with to count as acknowledged, and what it is then
/// known by.
struct Acknowledged {
  std::vector<StatusRange> status;  ///< Empty: 2xx.
  std::string id;                   ///< JSON Pointer into the answer; "" is the correlation id.
};

/// Conservation: whatever was acknowledged was processed exactly once, or is a dead letter; nothing
/// is lost, nothing is processed twice, and nothing is there that nobody sent.
struct LedgerExpectation {
  std::vector<std::string> of;  ///< Streams, of requests or webhooks, and mocks that send webhooks.
  Acknowledged acknowledged;    ///< Of streams of requests; webhooks: 2xx and the event's id.
  RowsById processed;
  std::optional<RowsById> dead_letters;  ///< Set: processed once or in there.
};

/// No two rows have the same values: no double booking.
struct UniqueExpectation {
  std::string reading;
  std::vector<std::string> by;
  NumberBound rows{Comparison::greater_equal, 1};  ///< How many rows there must be.
};

/// Rows come in an order.
struct OrderExpectation {
  std::string reading;
  std::string by;   ///< This field never goes back; "" does not look at it.
  std::string key;  ///< Among rows with the same value here; "" is all rows.
  std::string as;   ///< And in the order in which this stream or mock was acknowledged; "" is none.
  std::string id = "id";  ///< For `as`: the field with the id of what was acknowledged.
  NumberBound rows{Comparison::greater_equal, 2};
};

/// What the system counted of its use of a language model is what its provider billed.
struct CostExpectation {
  /// What a million tokens cost, in US dollars.
  struct Price {
    double prompt = 0;
    double completion = 0;
  };
  std::string mock;
  // Selectors of the system's own metrics; at least one is set.
  std::optional<std::string> prompt;
  std::optional<std::string> completion;
  std::optional<std::string> total;     ///< Prompt and completion together.
  std::optional<std::string> spend;     ///< US dollars.
  std::map<std::string, Price> prices;  ///< By model; for spend.
  double tolerance = 0;                 ///< Share of the bill, 0..1.
};

/// Every acknowledged request left its entry in the audit trail.
struct AuditExpectation {
  std::vector<std::string> of;      ///< Streams.
  std::vector<StatusRange> status;  ///< Of requests that must be audited; empty: 2xx.
  std::string reading;
  std::string by = "correlation_id";  ///< Field with the correlation id of the request.
  std::vector<std::string> with;      ///< Fields that no entry may leave empty.
  NumberBound entries{Comparison::greater_equal, 1};  ///< Of each request.
};

}  // namespace firedrill::spec
