#include "harness/expect/state_view.hpp"

#include "harness/expect/state.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace firedrill {
namespace {

using TimesById = std::map<std::string, std::uint64_t>;

/// Counts into `out`; a sentence when a row cannot be counted.
std::string count_rows(const StateRecord& reading, const StateRows& rows,
                       const spec::RowsById& wanted, TimesById& out) {
  const std::size_t id = reading.field(wanted.id).value_or(0);
  const std::size_t times = reading.field(wanted.times).value_or(0);
  for (const StateRows::Row& row : rows.rows) {
    if (!row.at(id)) return "a row of " + reading.name + " has no " + wanted.id;
    std::uint64_t count = 1;
    if (!wanted.times.empty()) {
      const auto number = row.at(times) ? whole_number_text(*row.at(times)) : std::nullopt;
      if (!number || *number < 0 || *number > 1e9 || *number != std::floor(*number)) {
        return "'" + wanted.times + "' of " + *row.at(id) + " in " + reading.name + " is " +
               (row.at(times) ? "'" + *row.at(times) + "'" : std::string{"not there"}) +
               ", not a count";
      }
      count = static_cast<std::uint64_t>(*number);
    }
    out[*row.at(id)] += count;
  }
  return "";
}

}  // namespace

const StateRecord* find_reading(const RunResult& result, std::string_view name) {
  const auto found = std::find_if(result.state.begin(), result.state.end(),
                                  [&](const StateRecord& one) { return one.name == name; });
  return found == result.state.end() ? nullptr : &*found;
}

std::string unusable_reading(const RunResult& result, std::string_view name,
                             const std::vector<std::string>& fields) {
  const std::string who = "reading " + std::string{name};
  const StateRecord* const reading = find_reading(result, name);
  if (reading == nullptr || reading->reads == 0) return who + " was never made";
  if (!reading->after.failure.empty()) return who + ": " + reading->after.failure;
  if (reading->after.not_kept > 0) {
    return who + " was cut: " + counted(reading->after.not_kept, "row") + " beyond the bounds";
  }
  if (reading->before && !reading->before->failure.empty()) {
    return who + " failed before the drill, so what was there already is not known: " +
           reading->before->failure + "; 'before: false' says that nothing was";
  }
  if (reading->before && reading->before->not_kept > 0) return who + " was cut before the drill";
  for (const std::string& field : fields) {
    if (field.empty() || reading->field(field)) continue;
    std::string text = who;
    return text.append(" has no field '").append(field).append("'");
  }
  return "";
}

std::string unsettled(const StateRecord& reading) {
  if (reading.settled) return "";
  return "the state was still changing " + to_text(reading.settling) +
         " after the load had ended: give it a longer 'settle'";
}

std::vector<StateRows::Row> new_rows(const StateRecord& reading) {
  if (!reading.before) return reading.after.rows;
  std::map<StateRows::Row, std::size_t> old;
  for (const StateRows::Row& row : reading.before->rows) ++old[row];
  std::vector<StateRows::Row> rows;
  for (const StateRows::Row& row : reading.after.rows) {
    const auto found = old.find(row);
    if (found == old.end() || found->second == 0) {
      rows.push_back(row);
    } else {
      --found->second;
    }
  }
  return rows;
}

CountsById counts_by_id(const StateRecord& reading, const spec::RowsById& rows) {
  CountsById counts;
  TimesById before;
  counts.unusable = count_rows(reading, reading.after, rows, counts.times);
  if (counts.unusable.empty() && reading.before) {
    counts.unusable = count_rows(reading, *reading.before, rows, before);
  }
  for (const auto& [id, times] : before) {
    const auto found = counts.times.find(id);
    if (found != counts.times.end()) found->second -= std::min(found->second, times);
  }
  return counts;
}

std::string reading_text(const StateRecord& reading) {
  return "state " + to_text(reading.settling) + " after the load, " +
         (reading.settled ? "settled" : "not settled");
}

std::string incomplete(const Window& window) {
  return window.not_reached.empty() ? window.cut_short : window.not_reached;
}

std::optional<double> whole_number_text(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool plausible = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (!plausible || end != text.c_str() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

bool is_on_state(const spec::Expectation& expectation) {
  return std::holds_alternative<spec::LedgerExpectation>(expectation.what) ||
         std::holds_alternative<spec::UniqueExpectation>(expectation.what) ||
         std::holds_alternative<spec::OrderExpectation>(expectation.what) ||
         std::holds_alternative<spec::CostExpectation>(expectation.what) ||
         std::holds_alternative<spec::AuditExpectation>(expectation.what);
}

}  // namespace firedrill
