#include "faults/model/postgres_faults.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using Kind = spec::PostgresFault::Kind;
using spec::StatementKind;

bool is_of_startup(Kind kind) {
  return kind == Kind::too_many_connections || kind == Kind::starting_up;
}

bool only_hits_writes(Kind kind) { return kind == Kind::disk_full || kind == Kind::read_only; }

bool writes(StatementKind kind) {
  return kind != StatementKind::select && kind != StatementKind::other;
}

bool fits(const spec::PostgresFault& fault, const SqlStatement& statement) {
  const auto& kinds = fault.statements;
  if (kinds.empty() && only_hits_writes(fault.kind) && !writes(statement.kind)) return false;
  if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), statement.kind) == kinds.end())
    return false;
  return fault.table.empty() || touches_table(statement, fault.table);
}

void apply(const PostgresDecision::FaultPtr& fault, const std::vector<bool>& fitting, TimePoint now,
           PostgresDecision& decision) {
  const Kind kind = fault->spec.kind;
  if (kind == Kind::latency) {
    const Duration delay = fault->live.draw_delay(fault->spec.time);
    if (delay > Duration{0}) fault->live.hit(now);
    decision.delay += delay;
  } else if (kind == Kind::slow_rows || kind == Kind::cut_rows) {
    if (decision.rows) return;
    decision.rows = fault;
    decision.rows_of = fitting;
  } else if (!decision.error) {
    decision.error = fault;
    decision.error_at =
        static_cast<std::size_t>(std::find(fitting.begin(), fitting.end(), true) - fitting.begin());
    if (kind == Kind::statement_timeout) decision.delay += fault->live.draw_delay(fault->spec.time);
  }
}

}  // namespace

PostgresDecision decide_statements(const LiveFaults<LivePostgresFault>& faults,
                                   const std::vector<SqlStatement>& statements, TimePoint now) {
  PostgresDecision decision;
  for (const auto& fault : faults) {
    if (is_of_startup(fault->spec.kind)) continue;
    std::vector<bool> fitting(statements.size());
    std::transform(statements.begin(), statements.end(), fitting.begin(),
                   [&](const SqlStatement& statement) { return fits(fault->spec, statement); });
    const bool any = std::find(fitting.begin(), fitting.end(), true) != fitting.end();
    if (any && fault->live.picks_next()) apply(fault, fitting, now, decision);
  }
  if (decision.error) decision.rows = nullptr;
  return decision;
}

PostgresDecision::FaultPtr decide_startup(const LiveFaults<LivePostgresFault>& faults) {
  for (const auto& fault : faults) {
    if (is_of_startup(fault->spec.kind) && fault->live.picks_next()) return fault;
  }
  return nullptr;
}

}  // namespace firedrill
