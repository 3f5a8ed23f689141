#include "mocks/clinic/audit_log.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::clinic {

void AuditLog::write(AuditEntry entry) {
  const std::uint64_t number = ++seen_;
  if (defects_.audit_gap && number % 10 == 0) return;
  if (entries_.size() >= capacity_) {
    entries_.pop_front();
    ++forgotten_;
  }
  entries_.push_back(std::move(entry));
}

std::string AuditLog::json() const {
  using nlohmann::ordered_json;
  ordered_json entries = ordered_json::array();
  for (const AuditEntry& entry : entries_) {
    entries.push_back({{"action", entry.action},
                       {"subject", entry.subject},
                       {"correlation_id", entry.correlation_id},
                       {"at", to_rfc3339(entry.at)},
                       {"success", entry.success}});
  }
  const ordered_json body{{"entries", std::move(entries)}};
  return dump(body);
}

}  // namespace firedrill::clinic
