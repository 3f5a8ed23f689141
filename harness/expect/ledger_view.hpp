#pragma once

#include "harness/metrics/run_result.hpp"

#include <string>
#include <string_view>

namespace firedrill {

/// The ledger of that mock, or nullptr.
[[nodiscard]] const Ledger* find_ledger(const RunResult& result, std::string_view mock);

/// Why the ledger does not hold every call of the drill, as a sentence; "" when it does.
[[nodiscard]] std::string why_incomplete(const Ledger& ledger);

/// Why calls at that mock cannot be counted: no ledger, or one that is not whole. "" when they can.
[[nodiscard]] std::string unusable_ledger(const RunResult& result, std::string_view mock);

}  // namespace firedrill
