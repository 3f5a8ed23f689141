#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/state_expectation.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The record of that reading, or nullptr.
[[nodiscard]] const StateRecord* find_reading(const RunResult& result, std::string_view name);

/// Why a reading proves nothing, as a sentence: it was not read, was cut, has no such field. ""
/// when it can be used.
[[nodiscard]] std::string unusable_reading(const RunResult& result, std::string_view name,
                                           const std::vector<std::string>& fields);

/// "the state was still changing when …" while it had not come to rest; "" when it had.
[[nodiscard]] std::string unsettled(const StateRecord& reading);

/// Rows that are there after the drill and were not before it, in the order of the reading.
/// @pre the reading can be used
[[nodiscard]] std::vector<StateRows::Row> new_rows(const StateRecord& reading);

/// How often each id was processed in the drill; less what was there before.
struct CountsById {
  std::map<std::string, std::uint64_t> times;
  std::string unusable;  ///< Why they cannot be counted, as a sentence; "" when they can.
};
/// @pre the reading can be used, and has the fields
[[nodiscard]] CountsById counts_by_id(const StateRecord& reading, const spec::RowsById& rows);

/// "settled after 510 ms": when and how the state was read.
[[nodiscard]] std::string reading_text(const StateRecord& reading);

/// What speaks against a pass of an expectation on the whole drill: a phase that never happened or
/// was cut short. "" when nothing does.
[[nodiscard]] std::string incomplete(const Window& window);

/// The number that a text is, all of it; unset for any other.
[[nodiscard]] std::optional<double> whole_number_text(const std::string& text);

}  // namespace firedrill
