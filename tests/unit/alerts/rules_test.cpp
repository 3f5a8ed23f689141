#include "harness/alerts/model/rules.hpp"

#include "harness/alerts/model/answers.hpp"
#include "harness/alerts/model/plan.hpp"
#include "harness/alerts/model/promql.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

std::vector<RuleGroup> groups_of(const std::string& rules) {
  auto groups = parse_rules("groups:\n- name: g\n  rules:\n" + rules, "rules.yml");
  REQUIRE(groups);
  return std::move(*groups);
}

}  // namespace

TEST_CASE("promql: what people write is understood", "[alerts][promql]") {
  for (const char* text :
       {"up == 0", "rate(http_requests_total{status=~\"5..\",job!=\"x\"}[5m])",
        "sum by (le, job) (rate(x_bucket[5m])) / ignoring(le) group_left(job) sum(y) > 0.5",
        "histogram_quantile(0.95, sum(rate(x_bucket[5m])) by (le)) > 2e-1", "-2 ^ 2 < bool x",
        "max_over_time(rate(x[1m])[1h:30s] offset 5m)", "absent(x) or vector(0)",
        "x @ 0 unless on(a) y", "{__name__=\"x\", a='b'}", "1 - (a / b) # why", "topk(3, x) > +Inf",
        "x offset -5m", "time() - x > 300", "quantile(0.9, x)"}) {
    CAPTURE(text);
    const auto expr = parse_promql(text);
    CHECK((expr ? "" : expr.error().message) == "");
  }
  for (const char* text : {"", "rate(x[5m)", "x >", "sum by le (x)", "x{a}", "(x", "x[5]", "\"a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_promql(text));
  }
  const std::string deep(1000, '(');
  CHECK_FALSE(parse_promql(deep + "x"));
}

TEST_CASE("promql: constants are worked out, with the usual precedence", "[alerts][promql]") {
  const auto value = [](const char* text) { return constant_of(**parse_promql(text)); };
  CHECK(value("14.4 * (1 - 0.999)").value() == Approx(0.0144));
  CHECK(value("-2 ^ 2").value() == Approx(-4));
  CHECK(value("2 + 3 * 4 - 1").value() == Approx(13));
  CHECK_FALSE(value("x * 2"));
}

TEST_CASE("durations: as Prometheus writes them and as promtool prints them", "[alerts]") {
  CHECK(parse_prometheus_duration("1h30m") == 90min);
  CHECK(parse_prometheus_duration("250ms") == 250ms);
  CHECK(parse_prometheus_duration("1w2d") == 24h * 9);
  CHECK_FALSE(parse_prometheus_duration("5"));
  CHECK_FALSE(parse_prometheus_duration("5 m"));
  CHECK_FALSE(parse_prometheus_duration("999999999y"));
  CHECK(parse_printed_duration("3d28m") == 24h * 3 + 28min);
  CHECK(parse_printed_duration("3m45s") == 225s);
  CHECK(parse_printed_duration("0s") == 0s);
  CHECK(parse_printed_duration("") < 0s);
}

TEST_CASE("rules: reach goes through recording rules, subqueries and offsets", "[alerts]") {
  const auto groups = groups_of(R"(
  - {record: a:rate, expr: 'rate(a[1h])'}
  - {alert: A, expr: 'avg_over_time(a:rate[2h] offset 30m) > 1'}
  - {alert: B, expr: 'max_over_time(rate(b[5m])[1d:1m]) > 1'}
  - {alert: C, expr: 'up == 0'}
  - {record: loop, expr: 'loop + 1'}
)");
  const auto& rules = groups[0].rules;
  CHECK(reach_of(rules[1], groups) == 210min);
  CHECK(reach_of(rules[2], groups) == 24h + 5min);
  CHECK(reach_of(rules[3], groups) == 5min);
  CHECK(reach_of(rules[4], groups) >= 5min);
  CHECK(closure_of(rules[1], groups).size() == 2);
}

TEST_CASE("rules: a file that is none says where", "[alerts]") {
  CHECK_FALSE(parse_rules("groups: 5", "x.yml"));
  const auto both =
      parse_rules("groups:\n- name: g\n  rules:\n  - {alert: A, record: b, expr: x}\n", "x.yml");
  REQUIRE_FALSE(both);
  CHECK_THAT(both.error().message, Catch::Contains("line 4") && Catch::Contains("either"));
  const auto broken = parse_rules("groups: [", "x.yml");
  REQUIRE_FALSE(broken);
  CHECK_THAT(broken.error().message, Catch::Contains("x.yml:"));
}

TEST_CASE("plan: long ranges get wider spacing, other intervals a run of their own", "[alerts]") {
  auto all = parse_rules(R"(groups:
- name: short
  rules: [{alert: A, expr: 'rate(a[5m]) > 1'}]
- name: long
  rules: [{alert: B, expr: 'rate(a[3d]) > 1'}]
- name: slow
  interval: 5m
  rules: [{alert: C, expr: 'rate(a[5m]) > 1'}]
)",
                         "x.yml");
  REQUIRE(all);
  const auto classes = classes_of(*all, 15s, 15s);
  REQUIRE(classes.size() == 3);
  CHECK(classes[0].spacing == 15s);
  CHECK(classes[0].eval == 15s);
  CHECK(classes[0].alerts == std::vector<std::string>{"A"});
  CHECK(classes[1].eval == 5min);
  CHECK(classes[2].spacing == 30s);
  CHECK(classes[2].eval == 30s);
  CHECK_FALSE(classes[2].whole);
  CHECK(classes[2].groups.size() == 1);
  CHECK_THAT(rules_json(classes[2].groups), Catch::Contains("rate(a[3d])"));
}

TEST_CASE("answers: what is not understood is an error and never silence", "[alerts]") {
  const auto answers =
      parse_answers({"  FAILED:", "    expr: \"ALERTS\", time: 1m15s,", "        exp: nil",
                     "        got: {__name__=\"ALERTS\", alertname=\"A\", alertstate=\"firing\", "
                     "q=\"a \\\"b\\\", {c}\\n\"} 1E+00, {__name__=\"ALERTS\", alertname=\"B\", "
                     "alertstate=\"pending\"} 1E+00"});
  REQUIRE(answers.errors.empty());
  REQUIRE(answers.alerts.size() == 2);
  CHECK(answers.alerts[0].at == 75s);
  CHECK(answers.alerts[0].firing);
  CHECK(answers.alerts[0].labels.at("q") == "a \"b\", {c}\n");
  CHECK_FALSE(answers.alerts[1].firing);
  CHECK(parse_answers({"something new"}).errors.size() == 1);
  CHECK(parse_answers({"    rule: X, time: 0s, err: boom"}).errors.at(0) ==
        "rule X cannot be evaluated: boom");
}
