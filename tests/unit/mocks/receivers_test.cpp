#include "mocks/alertmanager/alertmanager.hpp"
#include "mocks/json_text.hpp"
#include "mocks/pagerduty/pagerduty.hpp"
#include "mocks/slack/slack.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

/// A provider, asked directly; each request is a second later than the one before.
class Asked {
 public:
  explicit Asked(Provider& provider) : provider_{provider} {}

  HttpReply post(const std::string& path, const std::string& body, const std::string& token = "") {
    HttpRequest request;
    request.method = "POST";
    request.target = path;
    request.path = path.substr(0, path.find('?'));
    if (request.path != path) request.query = path.substr(request.path.size() + 1);
    request.body = body;
    if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
    ProviderContext context;
    context.number = number_++;
    context.request = &request;
    context.wall = WallTime{std::chrono::seconds{1'780'000'000 + static_cast<int>(number_)}};
    context.rng = Rng{number_};
    return provider_.answer(request, context);
  }

  [[nodiscard]] Json state() const { return Json::parse(provider_.state()); }

 private:
  Provider& provider_;
  std::uint64_t number_ = 0;
};

const std::string kKey = "0123456789abcdef0123456789abcdef";

std::string event(const std::string& action, const std::string& dedup) {
  Json json{{"routing_key", kKey}, {"event_action", action}};
  if (!dedup.empty()) json["dedup_key"] = dedup;
  if (action == "trigger") {
    json["payload"] = {{"summary", "it burns"}, {"source", "clinic"}, {"severity", "critical"}};
  }
  return json.dump();
}

Json errors_of(const HttpReply& reply) { return Json::parse(reply.body).at("errors"); }

}  // namespace

TEST_CASE("pagerduty: one incident from trigger to resolve", "[mocks][pagerduty]") {
  pagerduty::PagerDuty provider{spec::Mock{}};
  Asked asked{provider};
  const HttpReply first = asked.post("/v2/enqueue", event("trigger", "db"));
  CHECK(first.status == 202);
  CHECK(Json::parse(first.body) ==
        Json{{"status", "success"}, {"message", "Event processed"}, {"dedup_key", "db"}});
  asked.post("/v2/enqueue", event("trigger", "db"));
  asked.post("/v2/enqueue", event("acknowledge", "db"));
  asked.post("/v2/enqueue", event("acknowledge", "db"));
  asked.post("/v2/enqueue", event("resolve", "db"));
  Json incidents = asked.state().at("incidents");
  REQUIRE(incidents.size() == 1);
  CHECK(incidents[0].at("status") == "resolved");
  CHECK(incidents[0].at("triggers") == 2);
  CHECK(incidents[0].at("severity") == "critical");
  CHECK(incidents[0].at("triggered_at") < incidents[0].at("acknowledged_at"));
  CHECK(incidents[0].at("acknowledged_at") < incidents[0].at("resolved_at"));
  // The same key afterwards is another incident; resolving what is not open changes nothing.
  asked.post("/v2/enqueue", event("trigger", "db"));
  CHECK(asked.post("/v2/enqueue", event("resolve", "nothing")).status == 202);
  CHECK(asked.state().at("incidents").size() == 2);
  CHECK(asked.state().at("unmatched") == 1);
  provider.reset();
  CHECK(asked.state().at("incidents").empty());
}

TEST_CASE("pagerduty: a trigger without a key gets one, the others need theirs",
          "[mocks][pagerduty]") {
  pagerduty::PagerDuty provider{spec::Mock{}};
  Asked asked{provider};
  const Json made = Json::parse(asked.post("/v2/enqueue", event("trigger", "")).body);
  CHECK(made.at("dedup_key").get<std::string>().size() == 32);
  const HttpReply refused = asked.post("/v2/enqueue", event("resolve", ""));
  CHECK(refused.status == 400);
  CHECK(errors_of(refused) == Json{"'dedup_key' is missing or blank"});
}

TEST_CASE("pagerduty: says everything that is wrong with an event", "[mocks][pagerduty]") {
  pagerduty::PagerDuty provider{spec::Mock{}};
  Asked asked{provider};
  const HttpReply reply = asked.post(
      "/v2/enqueue",
      R"({"routing_key":"short","event_action":"trigger","payload":{"severity":"bad"}})");
  CHECK(reply.status == 400);
  const Json errors = errors_of(reply);
  CHECK(errors.size() == 4);
  CHECK(errors[0] == "Length of 'routing_key' is incorrect (should be 32 characters)");
  CHECK(asked.post("/v2/enqueue", "{").status == 400);
  CHECK(asked.post("/v2/enqueue", "[1]").status == 400);
  CHECK(asked.post("/v2/nothing", "{}").status == 404);
  CHECK(asked.state().at("incidents").empty());
  CHECK(asked
            .post("/v2/change/enqueue",
                  R"({"routing_key":")" + kKey + R"(","payload":{"summary":"deployed"}})")
            .status == 202);
  CHECK(asked.state().at("changes") == 1);
}

TEST_CASE("pagerduty: only the scenario's routing key, when there is one", "[mocks][pagerduty]") {
  spec::Mock mock;
  mock.api_key = std::string(32, 'f');
  pagerduty::PagerDuty provider{mock};
  Asked asked{provider};
  CHECK(errors_of(asked.post("/v2/enqueue", event("trigger", "a"))) == Json{"Invalid routing key"});
}

TEST_CASE("slack: answers in a word and keeps what was said", "[mocks][slack]") {
  slack::Slack provider{spec::Mock{}};
  Asked asked{provider};
  const std::string path = "/services/T0/B0/XX";
  const HttpReply ok = asked.post(path, R"({"text":"hello","channel":"#ops"})");
  CHECK(ok.status == 200);
  CHECK(ok.body == "ok");
  CHECK(find_header(ok.headers, "content-type") == "text/html");
  CHECK(asked.post(path, "payload=%7B%22text%22%3A%22form%22%7D").status == 200);
  const HttpReply attached = asked.post(
      path, R"({"channel":"#ops","attachments":[{"title":"[FIRING:1] Errors","color":"danger"}]})");
  CHECK(attached.status == 200);
  const Json messages = asked.state().at("messages");
  REQUIRE(messages.size() == 3);
  CHECK(messages[0].at("text") == "hello");
  CHECK(messages[1].at("text") == "form");
  CHECK(messages[2].at("text") == "[FIRING:1] Errors");
  CHECK(messages[2].at("color") == "danger");
  CHECK(messages[2].at("webhook") == "T0/B0/XX");
}

TEST_CASE("slack: refuses in a word", "[mocks][slack]") {
  spec::Mock mock;
  mock.api_key = "right";
  slack::Slack provider{mock};
  Asked asked{provider};
  CHECK(asked.post("/services/T0/B0/right", "nonsense").body == "invalid_payload");
  CHECK(asked.post("/services/T0/B0/right", "{}").body == "no_text");
  CHECK(asked.post("/services/T0/B0/wrong", R"({"text":"a"})").status == 403);
  CHECK(asked.post("/services/T0", R"({"text":"a"})").body == "no_service");
  CHECK(asked.state().at("messages").empty());
}

TEST_CASE("alertmanager: a group is resolved when all of its alerts are", "[mocks][alertmanager]") {
  alertmanager::Receiver provider{spec::Mock{}};
  Asked asked{provider};
  const auto notify = [&](const std::string& status,
                          std::vector<std::pair<std::string, std::string>> alerts) {
    Json list = Json::array();
    for (const auto& [fingerprint, state] : alerts) {
      list.push_back(
          {{"status", state},
           {"labels", {{"alertname", "Errors"}}},
           {"startsAt", "2026-11-22T04:42:54.761992092Z"},
           {"endsAt", state == "firing" ? "0001-01-01T00:00:00Z" : "2026-11-22T04:42:57Z"},
           {"fingerprint", fingerprint}});
    }
    return asked.post("/webhook", Json{{"version", "4"},
                                       {"status", status},
                                       {"receiver", "all"},
                                       {"groupKey", "{}:{alertname=\"Errors\"}"},
                                       {"alerts", list},
                                       {"somethingNew", true}}
                                      .dump());
  };
  CHECK(notify("firing", {{"a", "firing"}, {"b", "firing"}}).status == 200);
  notify("firing", {{"a", "resolved"}, {"b", "firing"}});
  Json group = asked.state().at("groups").at(0);
  CHECK(group.at("status") == "firing");
  CHECK(group.at("group_key") == "{}:{alertname=\"Errors\"}");
  CHECK(group.at("alerts").at(0).at("status") == "resolved");
  CHECK(group.at("alerts").at(1).at("ends_at").is_null());
  notify("resolved", {{"b", "resolved"}});
  group = asked.state().at("groups").at(0);
  CHECK(group.at("status") == "resolved");
  CHECK(group.at("notifications") == 3);
  CHECK(group.at("first_at") < group.at("resolved_at"));
}

TEST_CASE("alertmanager: what is no notification of version 4 is refused",
          "[mocks][alertmanager]") {
  spec::Mock mock;
  mock.api_key = "t";
  alertmanager::Receiver provider{mock};
  Asked asked{provider};
  CHECK(asked.post("/webhook", "{}").status == 401);
  CHECK(asked.post("/webhook", "{}", "t").status == 400);
  CHECK(
      asked
          .post("/webhook",
                R"({"version":"4","status":"firing","groupKey":"k","receiver":"r","alerts":[{}]})",
                "t")
          .status == 400);
  CHECK(asked.post("/elsewhere", "{}", "t").status == 404);
  CHECK(asked.state().at("groups").empty());
}

TEST_CASE("receivers: what a drill's Alertmanager says of alerts is kept", "[mocks][receivers]") {
  const Json details{{"firedrill", "firing:f1 resolved:f2 nonsense other:f3 firing: "}};
  const std::vector<NoticedAlert> both{{"f1", true}, {"f2", false}};

  pagerduty::PagerDuty pager{spec::Mock{}};
  Asked pages{pager};
  Json page = Json::parse(event("trigger", "k"));
  page["payload"]["custom_details"] = details;
  pages.post("/v2/enqueue?receiver=on%20call", page.dump());
  pages.post("/v2/enqueue", event("acknowledge", "k"));
  pages.post("/v2/enqueue", event("resolve", "k"));
  pages.post("/v2/enqueue", event("burn", "k"));  // refused, and so nobody was told
  REQUIRE(pager.notices()->kept.size() == 3);
  const Notice& first = pager.notices()->kept[0];
  CHECK(first.account == kKey);
  CHECK(first.what.receiver == "on call");
  CHECK(first.what.key == "k");
  CHECK(first.what.severity == "critical");
  CHECK(first.what.action == AlertNotice::Action::trigger);
  CHECK(first.what.alerts == both);
  CHECK(pager.notices()->kept[1].what.action == AlertNotice::Action::acknowledge);
  CHECK(pager.notices()->kept[2].what.action == AlertNotice::Action::resolve);
  pager.reset();
  CHECK(pager.notices()->kept.empty());

  slack::Slack slack{spec::Mock{}};
  Asked channel{slack};
  const auto message = [](const std::string& mark) {
    return R"({"attachments":[{"title":"t","callback_id":")" + mark + R"("}]})";
  };
  channel.post("/services/T/B/X?receiver=ops", message("firing:f1 resolved:f2 "));
  channel.post("/services/T/B/X?receiver=ops", message("resolved:f1 "));
  channel.post("/services/T/B/X", R"({"text":"by hand"})");
  REQUIRE(slack.notices()->kept.size() == 3);
  CHECK(slack.notices()->kept[0].what.receiver == "ops");
  CHECK(slack.notices()->kept[0].what.alerts == both);
  CHECK(slack.notices()->kept[0].what.action == AlertNotice::Action::trigger);
  CHECK(slack.notices()->kept[1].what.action == AlertNotice::Action::resolve);
  CHECK(slack.notices()->kept[2].what.alerts.empty());

  alertmanager::Receiver webhook{spec::Mock{}};
  Asked hook{webhook};
  hook.post("/webhook?receiver=ops",
            R"({"version":"4","status":"resolved","groupKey":"{}:{}","receiver":"ops",)"
            R"("alerts":[{"fingerprint":"f2","status":"resolved","labels":{}}]})");
  REQUIRE(webhook.notices()->kept.size() == 1);
  CHECK(webhook.notices()->kept[0].what.receiver == "ops");
  CHECK(webhook.notices()->kept[0].what.key == "{}:{}");
  CHECK(webhook.notices()->kept[0].what.action == AlertNotice::Action::resolve);
  CHECK(webhook.notices()->kept[0].what.alerts == std::vector<NoticedAlert>{{"f2", false}});
}
