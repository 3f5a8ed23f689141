#include "harness/alerts/routes.hpp"
#include "tests/support/alert_drill.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using firedrill::AlertRecord;
using firedrill::test::AlertDrill;
using namespace std::chrono_literals;

namespace {

const char* const kRules = R"(groups:
- name: g
  rules:
  - alert: HighErrorRate
    expr: sum(rate(requests_total{status="500"}[5m])) / sum(rate(requests_total[5m])) > 0.05
    for: 5m
    labels: {severity: critical}
    annotations: {summary: "{{ $value | humanizePercentage }} of requests fail"}
)";

AlertDrill drill() {
  AlertDrill out;
  out.requests({0.001, 0.2, 0.001});
  return out;
}

}  // namespace

TEST_CASE("alerts: without promtool nothing is evaluated, and one is told how to get it",
          "[alerts]") {
  AlertDrill one = drill();
  one.inquiry.promtool = "/nonexistent/promtool";
  const AlertRecord record = one.evaluate(kRules);
  CHECK(record.timelines.empty());
  CHECK_THAT(record.unusable, Catch::Contains("apt-get install prometheus"));
}

TEST_CASE("alerts: annotations are those of the first firing", "[alerts][promtool]") {
  AlertDrill one = drill();
  one.inquiry.annotated = {"HighErrorRate"};
  const AlertRecord record = one.evaluate(kRules);
  REQUIRE(record.timelines.size() == 1);
  CHECK(record.timelines[0].labels == firedrill::alerts::Labels{{"severity", "critical"}});
  CHECK(record.timelines[0].annotations.at("summary") == "20% of requests fail");
}

TEST_CASE("alerts: arithmetic and engine agree on the time to fire", "[alerts][promtool]") {
  AlertDrill one = drill();
  const AlertRecord record = one.evaluate(kRules);
  REQUIRE(record.timelines.size() == 1);
  const auto& states = record.timelines[0].states;
  REQUIRE(states.size() == 2);
  REQUIRE(record.rules.at(0).predicted);
  const auto fired = states[1].from - 10min;
  // (0.05 - 0.001) / (0.2 - 0.001) of five minutes, and five minutes of for.
  CHECK(*record.rules[0].predicted == 300s + firedrill::from_seconds(300 * 0.049 / 0.199));
  CHECK(fired >= *record.rules[0].predicted);
  CHECK(fired <= *record.rules[0].predicted + 2 * 15s);
}

TEST_CASE("alerts: arithmetic says why an alert stays silent", "[alerts][promtool]") {
  AlertDrill one;
  one.requests({0.001, 0.04, 0.001});
  const AlertRecord record = one.evaluate(kRules);
  CHECK(record.timelines.empty());
  CHECK_FALSE(record.rules.at(0).predicted);
  CHECK(record.rules[0].predicted_never == "the plateau reaches 0.04, not 0.05");
}

TEST_CASE("alerts: a rule file that Prometheus refuses is named", "[alerts][promtool]") {
  AlertDrill one = drill();
  const AlertRecord record =
      one.evaluate("groups:\n- name: g\n  rules:\n  - {alert: X, expr: 'rate(x[5m'}\n");
  CHECK_THAT(record.unusable, Catch::Contains("rules.yml") && Catch::Contains("parse"));
}

TEST_CASE("alerts: the routes of Alertmanager, followed with the labels that the alert had",
          "[alerts][amtool]") {
  const std::string rules = R"(groups:
- name: g
  rules:
  - {alert: Errors, expr: 'errors > 1', labels: {severity: critical}}
  - {alert: Errors, expr: 'errors > 0', labels: {severity: warning}}
)";
  const auto told = [&](const std::string& route, const std::string& more) {
    const firedrill::TempFolder folder;
    const std::string config = folder.path() + "/am.yml";
    std::ofstream{config} << "route:\n  receiver: slack\n  routes:\n  - matchers: ['" << route
                          << "']\n    receiver: pager\nreceivers: [{name: slack}, {name: pager}]\n"
                          << more;
    AlertDrill one;
    one.gauge("errors", {{"say", "a \"b\", {c}"}}, {0, 5, 0});
    AlertRecord record = one.evaluate(rules);
    firedrill::alerts::route_alerts(record, {config, {{"region", "eu"}}, "amtool", "test"});
    std::string out = record.unrouted;
    for (const auto& timeline : record.timelines) {
      out += timeline.labels.at("severity") + ":";
      for (const std::string& receiver : timeline.receivers) out += " " + receiver;
      out += timeline.suppressed_by.empty() ? "; " : " suppressed; ";
    }
    return out;
  };
  CHECK(told("severity=\"critical\"", "") == "critical: pager; warning: slack; ");
  CHECK(told("priority=\"critical\"", "") == "critical: slack; warning: slack; ");
  CHECK(told("region=\"eu\"", "") == "critical: pager; warning: pager; ");
  const std::string inhibits =
      "inhibit_rules:\n- source_matchers: ['severity=\"critical\"']\n"
      "  target_matchers: ['severity=\"warning\"']\n  equal: [service]\n";
  CHECK(told("severity=\"critical\"", inhibits) == "critical: pager; warning: slack suppressed; ");
  CHECK_THAT(told("severity=\"critical\"", "nonsense: true\n"), Catch::Contains("amtool"));
}
