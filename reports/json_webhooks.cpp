// What became of webhooks, in counts.
#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <string>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFates = 5;
constexpr std::size_t kCopies = 3;

struct WebhookCounts {
  std::array<std::uint64_t, kFates> fate{};
  std::array<std::uint64_t, kCopies> copy{};
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;
  std::uint64_t without_status = 0;
  std::map<int, std::uint64_t> status;
};

WebhookCounts count(const WebhookLedger& ledger) {
  WebhookCounts counts;
  for (const WebhookEntry& entry : ledger.entries) {
    ++counts.fate.at(static_cast<std::size_t>(entry.fate));
    ++counts.copy.at(static_cast<std::size_t>(entry.copy));
    counts.attempts += entry.attempts.size();
    counts.retries += entry.attempts.empty() ? 0 : entry.attempts.size() - 1;
    for (const DeliveryAttempt& attempt : entry.attempts) {
      ++(attempt.status == 0 ? counts.without_status : counts.status[attempt.status]);
    }
  }
  return counts;
}

}  // namespace

Json webhook_json(const WebhookLedger& ledger) {
  const WebhookCounts counts = count(ledger);
  Json json;
  json["sender"] = ledger.sender;
  json["events"] = ledger.events;
  json["not_kept"] = ledger.not_kept;
  Json& copies = json["deliveries"] = Json::object();
  for (std::size_t i = 0; i < kCopies; ++i) {
    copies[name_of(static_cast<WebhookCopy>(i))] = counts.copy[i];
  }
  Json& fates = json["fate"] = Json::object();
  for (std::size_t i = 0; i < kFates; ++i) {
    fates[name_of(static_cast<WebhookFate>(i))] = counts.fate[i];
  }
  json["attempts"] = counts.attempts;
  json["retries"] = counts.retries;
  Json& status = json["status"] = Json::object();
  for (const auto& [code, times] : counts.status) status[std::to_string(code)] = times;
  json["without_status"] = counts.without_status;
  Json& faults = json["faults"] = Json::array();
  for (const DeliveryFaultCount& fault : ledger.faults) {
    faults.push_back({{"fault", fault.name}, {"hits", fault.hits}});
  }
  return json;
}

}  // namespace firedrill
