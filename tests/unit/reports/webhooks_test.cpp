#include "reports/json.hpp"
#include "reports/terminal.hpp"
#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace firedrill;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

WebhookEntry entry(WebhookFate fate, WebhookCopy copy, const std::vector<int>& statuses) {
  WebhookEntry made;
  made.event = "charge.succeeded";
  made.fate = fate;
  made.copy = copy;
  for (const int status : statuses) made.attempts.push_back({1s, 2s, status, ""});
  return made;
}

RunResult with_webhooks() {
  RunResult result = samples::passed();
  WebhookLedger ledger;
  ledger.sender = "payments";
  ledger.events = 3;
  ledger.entries = {entry(WebhookFate::acknowledged, WebhookCopy::original, {500, 0, 200}),
                    entry(WebhookFate::acknowledged, WebhookCopy::duplicate, {200}),
                    entry(WebhookFate::given_up, WebhookCopy::original, {400, 400}),
                    entry(WebhookFate::dropped, WebhookCopy::original, {})};
  ledger.faults = {{"duplicate", 1}, {"replay", 0}};
  result.webhooks = {ledger};
  return result;
}

}  // namespace

TEST_CASE("webhooks: result.json has each delivery's fate and each attempt's answer",
          "[reports][webhooks]") {
  const auto json = nlohmann::json::parse(to_json(with_webhooks(), Redactor{}));
  const auto& payments = json["webhooks"][0];
  CHECK(payments["sender"] == "payments");
  CHECK(payments["events"] == 3);
  CHECK(payments["deliveries"] == nlohmann::json{{"original", 3}, {"duplicate", 1}, {"replay", 0}});
  CHECK(payments["fate"]["acknowledged"] == 2);
  CHECK(payments["fate"]["given_up"] == 1);
  CHECK(payments["fate"]["dropped"] == 1);
  CHECK(payments["fate"]["under_way"] == 0);
  CHECK(payments["attempts"] == 6);
  CHECK(payments["retries"] == 3);
  CHECK(payments["status"] == nlohmann::json{{"200", 2}, {"400", 2}, {"500", 1}});
  CHECK(payments["without_status"] == 1);
  CHECK(payments["faults"][1] == nlohmann::json{{"fault", "replay"}, {"hits", 0}});
  CHECK_FALSE(nlohmann::json::parse(to_json(samples::passed(), Redactor{})).contains("webhooks"));
}

TEST_CASE("webhooks: the screen tells what became of them", "[reports][webhooks]") {
  TerminalStyle style;
  style.verbosity = Verbosity::verbose;
  const std::string screen = verdict_screen(with_webhooks(), Redactor{}, style);
  CHECK_THAT(screen, Contains("WEBHOOKS"));
  CHECK_THAT(screen, Contains("payments"));
  CHECK_THAT(screen, Contains("3 events"));
  CHECK_THAT(screen, Contains("acknowledged: 2"));
  CHECK_THAT(screen, Contains("given up: 1"));
  CHECK_THAT(screen, Contains("replay: 0"));
  CHECK(verdict_screen(samples::passed(), Redactor{}, style).find("WEBHOOKS") == std::string::npos);
}
