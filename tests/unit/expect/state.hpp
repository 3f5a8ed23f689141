#pragma once

#include "tests/unit/expect/observed.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::testing {

using Rows = std::vector<StateRows::Row>;

/// A reading that was made, and had settled, one second after the drill.
inline StateRecord reading_of(std::string name, std::vector<std::string> fields, Rows rows) {
  using namespace std::chrono_literals;
  StateRecord record;
  record.name = std::move(name);
  record.fields = std::move(fields);
  record.before = StateRows{};
  record.after.rows = std::move(rows);
  record.at = 5s;
  record.settling = 600ms;
  record.settled = true;
  record.reads = 4;
  return record;
}

/// A webhook that was acknowledged at its last attempt, 10 ms after it was sent.
inline WebhookEntry webhook_at(std::string id, Offset sent, int status = 200) {
  using namespace std::chrono_literals;
  WebhookEntry entry;
  entry.id = std::move(id);
  entry.attempts = {{sent, sent + 10ms, status, ""}};
  entry.fate = status == 200 ? WebhookFate::acknowledged : WebhookFate::given_up;
  return entry;
}

inline WebhookLedger webhooks_of(std::string sender, std::vector<WebhookEntry> entries) {
  WebhookLedger ledger;
  ledger.sender = std::move(sender);
  ledger.events = entries.size();
  ledger.entries = std::move(entries);
  return ledger;
}

inline Receipt receipt_of(std::string correlation_id, int status, std::string id = "") {
  using namespace std::chrono_literals;
  return {std::move(correlation_id), std::move(id), 1s, 1010ms, status};
}

inline Finding named(const Judgement& judgement, std::string_view what) {
  const auto found = std::find_if(judgement.findings.begin(), judgement.findings.end(),
                                  [&](const Finding& one) { return one.what == what; });
  INFO("there is no finding '" << what << "'");
  REQUIRE(found != judgement.findings.end());
  return *found;
}

}  // namespace firedrill::testing
