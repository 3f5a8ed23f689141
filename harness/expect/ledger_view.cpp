#include "harness/expect/ledger_view.hpp"

#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {

const Ledger* find_ledger(const RunResult& result, std::string_view mock) {
  const auto found = std::find_if(result.ledgers.begin(), result.ledgers.end(),
                                  [&](const Ledger& ledger) { return ledger.mock == mock; });
  return found == result.ledgers.end() ? nullptr : &*found;
}

std::string why_incomplete(const Ledger& ledger) {
  if (!ledger.torn.empty()) return ledger.torn;
  if (ledger.not_kept == 0) return "";
  return "the ledger of " + ledger.mock + " overflowed: " + counted(ledger.not_kept, "call") +
         " were not kept";
}

std::string unusable_ledger(const RunResult& result, std::string_view mock) {
  const Ledger* const ledger = find_ledger(result, mock);
  return ledger != nullptr ? why_incomplete(*ledger)
                           : "there is no ledger of mock " + std::string{mock};
}

}  // namespace firedrill
