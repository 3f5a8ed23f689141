#pragma once

#include "faults/model/live_fault.hpp"
#include "faults/model/sql_statement.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// A fault of a PostgreSQL proxy while it is injected.
struct LivePostgresFault {
  LivePostgresFault(spec::PostgresFault fault, LiveFault living)
      : spec{std::move(fault)}, live{std::move(living)} {}
  spec::PostgresFault spec;
  LiveFault live;
};

/// What is to happen to one query or to one execution of a prepared statement.
struct PostgresDecision {
  using FaultPtr = std::shared_ptr<LivePostgresFault>;
  FaultPtr error;  ///< Told to the client in place of statement `error_at`.
  std::size_t error_at = 0;
  Duration delay{0};          ///< Before it goes to the server.
  FaultPtr rows;              ///< What happens to the rows of the statements in `rows_of`.
  std::vector<bool> rows_of;  ///< By statement.
};

/// Draws, counts and combines: latencies add up; the first error wins; the first fault of rows
/// wins; after an error there are no rows.
[[nodiscard]] PostgresDecision decide_statements(const LiveFaults<LivePostgresFault>& faults,
                                                 const std::vector<SqlStatement>& statements,
                                                 TimePoint now);
/// The fault that refuses whoever connects; nullptr for none.
[[nodiscard]] PostgresDecision::FaultPtr decide_startup(
    const LiveFaults<LivePostgresFault>& faults);

}  // namespace firedrill
