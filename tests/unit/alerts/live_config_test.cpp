#include "harness/alerts/model/live_config.hpp"

#include "harness/alerts/model/live_answers.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

const ReceiverUrls kMocks{"http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"};

const std::string kProduction = R"(
global:
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  slack_api_url: https://hooks.slack.com/services/T1/B1/global
  smtp_auth_password: hunter2
route:
  receiver: ops team
  group_wait: 1m
  routes:
    - { matchers: [severity="critical"], receiver: pager, continue: true, repeat_interval: 1h }
receivers:
  - name: pager
    pagerduty_configs: [{ routing_key_file: /etc/key, details: { team: "007" }, url: "https://pd.example.com" }]
  - name: ops team
    slack_configs: [{ channel: "#ops", send_resolved: true, http_config: { proxy_url: "http://proxy:3128" } }]
    webhook_configs: [{ url: "https://example.com/hook", http_config: { authorization: { credentials: t0ken } } }]
templates: [tmpl/*.tmpl, /etc/am/*.tmpl]
)";

std::string refused(const std::string& config, const ReceiverUrls& urls = kMocks,
                    std::uint32_t factor = 60) {
  const auto routes = live_routes(config, urls, factor, "/srv");
  return routes ? "" : routes.error().message;
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("live config: every address is a mock's, every time is divided", "[alerts][live]") {
  const auto routes = live_routes(kProduction, kMocks, 60, "/srv/am");
  REQUIRE(routes);
  CHECK(routes->receivers == std::vector<std::string>{"pager", "ops team"});
  const std::string& text = routes->text;
  CHECK(has(text, R"("url": "http://127.0.0.1:1/v2/enqueue?receiver=pager")"));
  CHECK(has(text, R"("api_url": "http://127.0.0.1:2/services/T1/B1/global?receiver=ops%20team")"));
  CHECK(has(text, R"("url": "http://127.0.0.1:3/webhook?receiver=ops%20team")"));
  CHECK(has(text, R"("routing_key": "00000000000000000000000000000000")"));
  CHECK(has(text, R"("team": "007")"));
  CHECK(has(text, R"("send_resolved": true)"));
  CHECK(has(text, R"("credentials": "t0ken")"));
  CHECK(has(text, R"("group_wait": "1000ms")"));
  CHECK(has(text, R"("group_interval": "5000ms")"));
  CHECK(has(text, R"("repeat_interval": "240000ms")"));
  CHECK(has(text, R"("repeat_interval": "60000ms")"));
  CHECK(has(text, R"("/srv/am/tmpl/*.tmpl", "/etc/am/*.tmpl")"));
  CHECK(has(text, "{{ .Fingerprint }}"));
  for (const char* gone :
       {"example.com", "slack.com", "pagerduty.com", "hunter2", "proxy", "_file"})
    CHECK_FALSE(has(text, gone));
}

TEST_CASE("live config: what has no mock is refused by name", "[alerts][live]") {
  const std::string mail =
      "route: { receiver: a }\nreceivers: [{ name: a, email_configs: [{ to: x@example.com }] }]\n";
  CHECK(has(refused(mail), "the receiver 'a' has email_configs, for which there is no mock"));
  CHECK(has(refused(kProduction, {"", "http://127.0.0.1:2", "http://127.0.0.1:3"}),
            "the receiver 'pager' is told by pagerduty, and the drill has no such mock"));
  const std::string night =
      "route: { receiver: a }\nreceivers: [{ name: a }]\n"
      "time_intervals: [{ name: night, time_intervals: [] }]\n";
  CHECK(has(refused(night), "time_intervals depends on the time of day"));
  CHECK(refused(night, kMocks, 1).empty());
  CHECK(has(refused("receivers: []\n"), "it needs route and receivers"));
  CHECK(has(refused("route: [\n"), "line "));
  CHECK(has(refused("route: { receiver: a, group_wait: soon }\nreceivers: [{ name: a }]\n"),
            "group_wait is no duration: 'soon'"));
}

TEST_CASE("live config: what Prometheus is to do", "[alerts][live]") {
  LivePrometheus what;
  what.targets = {{"clinic", "127.0.0.1:8080", "/metrics", {{"shard", "1"}}}};
  what.external_labels = {{"region", "eu"}};
  what.scrape = 250ms;
  what.rule_file = "/tmp/rules.yml";
  what.alertmanager = "127.0.0.1:9093";
  const std::string text = prometheus_text(what);
  for (const char* part :
       {R"("scrape_interval": "250ms")", R"("evaluation_interval": "250ms")", R"("region": "eu")",
        R"("metrics_path": "/metrics")", R"("job": "clinic")", R"("shard": "1")"})
    CHECK(has(text, part));
}

TEST_CASE("live answers: alerts come, fire, are suppressed, and go", "[alerts][live]") {
  LiveAlertRecord record;
  const std::string pending =
      R"({"status":"success","data":{"alerts":[{"labels":{"alertname":"A"},"state":"pending"}]}})";
  const std::string firing =
      R"({"status":"success","data":{"alerts":[{"labels":{"alertname":"A"},"state":"firing"}]}})";
  const std::string nothing = R"({"status":"success","data":{"alerts":[]}})";
  REQUIRE(add_prometheus_alerts(record, pending, 1s));
  REQUIRE(add_prometheus_alerts(record, firing, 2s));
  REQUIRE(add_prometheus_alerts(record, nothing, 3s));
  REQUIRE(add_prometheus_alerts(record, pending, 4s));
  REQUIRE(record.states.size() == 2);
  CHECK(record.states[0].pending == 1s);
  CHECK(record.states[0].firing == Offset{2s});
  CHECK(record.states[0].gone == Offset{3s});
  CHECK_FALSE(record.states[1].firing);

  const auto alert = [](const std::string& state, const std::string& by) {
    return R"([{"fingerprint":"f1","labels":{"alertname":"A"},"receivers":[{"name":"slack"}],"status":{"state":")" +
           state + R"(","inhibitedBy":[)" + by + R"(],"silencedBy":[]}}])";
  };
  REQUIRE(add_alertmanager_alerts(record, alert("suppressed", "\"f2\""), 2s));
  REQUIRE(add_alertmanager_alerts(record, alert("active", ""), 3s));
  REQUIRE(add_alertmanager_alerts(record, "[]", 4s));
  REQUIRE(record.alerts.size() == 1);
  CHECK(record.alerts[0].inhibited);
  CHECK_FALSE(record.alerts[0].silenced);
  CHECK(record.alerts[0].inhibited_by == std::vector<std::string>{"f2"});
  CHECK(record.alerts[0].active == Offset{3s});
  CHECK(record.alerts[0].gone == Offset{4s});
  CHECK(record.alerts[0].receivers == std::vector<std::string>{"slack"});
}

TEST_CASE("live answers: what is none is an error", "[alerts][live]") {
  LiveAlertRecord record;
  for (const char* body : {"", "<html>", "{}", R"({"data":{"alerts":7}})"}) {
    CHECK_FALSE(add_prometheus_alerts(record, body, 1s));
    CHECK_FALSE(add_alertmanager_alerts(record, body, 1s));
    CHECK_FALSE(alerts_defined(body));
    CHECK(version_in(body).empty());
  }
  CHECK(version_in(R"({"data":{"version":"2.42.0"}})") == "2.42.0");
  CHECK(version_in(R"({"versionInfo":{"version":"0.25.0"}})") == "0.25.0");
  const auto silence =
      silence_body(R"(severity="warning", service!~"a|b")", WallTime{}, WallTime{1h});
  REQUIRE(silence);
  CHECK(silence->find(R"("isEqual":false,"isRegex":true,"name":"service","value":"a|b")") !=
        std::string::npos);
  CHECK_FALSE(silence_body("severity", WallTime{}, WallTime{}));
}
