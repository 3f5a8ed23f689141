#include "harness/expect/show.hpp"

#include "harness/expect/ledger_view.hpp"
#include "harness/expect/probe_view.hpp"

#include <vector>

namespace firedrill {
namespace {

/// What a caller saw of it.
std::string fate_of(const LedgerEntry& entry) {
  if (entry.delivery != Delivery::answered) return name_of(entry.delivery);
  return std::to_string(entry.status) + (entry.well_formed ? "" : " malformed");
}

}  // namespace

std::string call_text(const LedgerEntry& entry) {
  const std::string id =
      entry.correlation_id.empty() ? "no correlation id" : "id " + entry.correlation_id;
  return when_text(entry.arrived) + " " + entry.method + " " + entry.path + " → " + fate_of(entry) +
         " in " + to_text(entry.done - entry.arrived) + ", " + id;
}

std::string request_text(const RequestSample& sample) {
  const std::string who = sample.id.empty() ? "request " + std::to_string(sample.index) : sample.id;
  const std::string what =
      sample.status != 0 ? std::to_string(sample.status) : std::string{name_of(sample.how)};
  const bool wrong = sample.how == Ending::check_failed;
  return when_text(sample.due) + " " + who + " → " + what +
         (wrong ? " (not as the check demands)" : "") + " after " +
         to_text(sample.done - sample.due);
}

void show_requests(Finding& finding, const RunResult& result, const Window& window,
                   std::string_view stream) {
  const Slice total = traffic_in(result, window, stream);
  for (const RequestSample& sample : total.samples) add_evidence(finding, request_text(sample));
}

void show_calls(Finding& finding, const RunResult& result, const Window& window,
                const BreakerEvidence& evidence) {
  const Ledger* const ledger = find_ledger(result, evidence.mock);
  if (ledger == nullptr) return;
  const Offset first = first_fault_in(result, window);
  std::vector<const LedgerEntry*> while_open;
  std::vector<const LedgerEntry*> failed;
  for (const LedgerEntry& entry : ledger->entries) {
    if (entry.arrived < first || !window.contains(result, entry.arrived)) continue;
    if (evidence.unusable.empty() && evidence.timeline.open_at(entry.arrived)) {
      while_open.push_back(&entry);
    } else if (!entry.ok()) {
      failed.push_back(&entry);
    }
  }
  const auto& best = while_open.empty() ? failed : while_open;
  for (const LedgerEntry* entry : best) add_evidence(finding, call_text(*entry));
}

}  // namespace firedrill
