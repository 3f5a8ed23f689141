#include "tests/support/alert_drill.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

// Every case goes through the real promtool. The outage lasts from 10m to 30m, the play to 60m.

using firedrill::test::AlertDrill;
using firedrill::test::text_of;

namespace {

struct Case {
  std::string name;
  std::string rules;  ///< The rules of one group.
  AlertDrill drill;
  std::string timeline;
  std::string finding;  ///< "verdict: what" of one that must be there; "" for none that failed.
  std::vector<std::string> shown{};
};

std::string group(const std::string& rules, const std::string& extra = "") {
  return "groups:\n- name: g\n" + extra + "  rules:\n" + rules;
}

std::string alert(const std::string& name, const std::string& expr, const std::string& more = "") {
  return "  - {alert: " + name + ", expr: '" + expr + "'" + (more.empty() ? "" : ", " + more) +
         "}\n";
}

std::string errors(const std::string& window) {
  return "sum(rate(requests_total{status=~\"5..\"}[" + window + "])) / sum(rate(requests_total[" +
         window + "]))";
}

/// A page and a ticket for an objective, as the SRE workbook has them.
std::string burn(const std::string& factor, const std::string& long_w, const std::string& short_w,
                 const std::string& budget) {
  return errors(long_w) + " > " + factor + " * " + budget + " and " + errors(short_w) + " > " +
         factor + " * " + budget;
}

AlertDrill errors_drill(double share) {
  AlertDrill drill;
  drill.requests({0.0001, share, 0.0001});
  return drill;
}

/// Latencies of 10 requests a second: all under 0.1 s, and in the outage so many above 0.5 s.
AlertDrill latencies(double slow) {
  AlertDrill drill;
  const auto bucket = [&](const char* le, double share) {
    drill.counter("latency_seconds_bucket", {{"le", le}}, {10, 10 * share, 10});
  };
  bucket("0.1", 1 - slow);
  bucket("0.5", 1 - slow);
  bucket("1", 1);
  bucket("+Inf", 1);
  return drill;
}

AlertDrill memory() {
  AlertDrill drill;
  drill.gauge("memory_percent", {}, {50, 92, 50});
  return drill;
}

AlertDrill failures(double rate) {
  AlertDrill drill;
  drill.counter("webhook_failures_total", {}, {0, rate, 0}, 0);
  return drill;
}

std::vector<Case> basic_cases() {
  return {{"fires, and resolves after healing",
           group(alert("HighErrorRate", errors("1m") + " > 0.05", "for: 2m")), errors_drill(0.12),
           "HighErrorRate: pending 10m30s, firing 12m30s, gone 30m45s", ""},
          {"silent below its threshold", group(alert("HighErrorRate", errors("1m") + " > 0.15")),
           errors_drill(0.12), "silent", ""},
          {"fires at once without for", group(alert("HighErrorRate", errors("1m") + " > 0.05")),
           errors_drill(0.12), "HighErrorRate: firing 10m30s, gone 30m45s", ""},
          {"pending only: the outage ends before for does",
           group(alert("HighErrorRate", errors("1m") + " > 0.05", "for: 25m")), errors_drill(0.12),
           "HighErrorRate: pending 10m30s, gone 30m45s", ""},
          {"late: a for of fifteen minutes",
           group(alert("HighErrorRate", errors("1m") + " > 0.05", "for: 15m")), errors_drill(0.12),
           "HighErrorRate: pending 10m30s, firing 25m30s, gone 30m45s", ""},
          {"late: a long window dilutes", group(alert("HighErrorRate", errors("30m") + " > 0.05")),
           errors_drill(0.12), "HighErrorRate: firing 22m30s, gone 47m45s", ""},
          {"threshold raised tenfold",
           group(alert("HighErrorRate", errors("1m") + " > 0.5", "for: 2m")), errors_drill(0.12),
           "silent", ""},
          {"an absolute increase goes on at its rate",
           group(alert("Webhooks", "increase(webhook_failures_total[5m]) > 10")), failures(0.05),
           "Webhooks: firing 13m30s, gone 31m45s", ""},
          {"exactly ten failures are not more than ten",
           group(alert("Webhooks", "increase(webhook_failures_total[320s]) > 10")),
           failures(1 / 32.0), "silent", ""},
          {"two severities, one after the other",
           group(alert("Errors", errors("5m") + " > 0.02", "labels: {severity: warning}") +
                 alert("Errors", errors("5m") + " > 0.1", "labels: {severity: critical}")),
           errors_drill(0.12),
           "Errors{severity=\"critical\"}: firing 14m15s, gone 31m\nErrors{severity=\"warning\"}: "
           "firing 11m, gone 34m15s",
           "",
           {"severity"}},
          {"a label from the template",
           group(alert("Down", "up == 0", "labels: {who: \"{{ $labels.job }}\"}")),
           AlertDrill{}.gauge("up", {{"job", "clinic"}}, {1, 0, 1}),
           "Down{who=\"clinic\"}: firing 10m, gone 30m",
           "",
           {"who"}},
          {"a group with an interval of its own",
           group(alert("HighErrorRate", errors("1m") + " > 0.05"), "  interval: 5m\n"),
           errors_drill(0.12), "HighErrorRate: firing 15m, gone 35m", ""},
          {"an alert on a recording rule",
           group("  - {record: errors:share, expr: '" + errors("5m") + "'}\n" +
                 alert("HighErrorRate", "errors:share > 0.05", "for: 1m")),
           errors_drill(0.12), "HighErrorRate: pending 12m15s, firing 13m15s, gone 33m", ""}};
}

std::vector<Case> life_cases() {
  return {
      {"memory above its bound for fifteen minutes",
       group(alert("Memory", "memory_percent > 85", "for: 15m")), memory(),
       "Memory: pending 10m, firing 25m, gone 30m", ""},
      {"killed while it fires: resolved at once", group(alert("Memory", "memory_percent > 85")),
       memory().dies(30), "Memory: firing 10m, gone 10m15s", ""},
      {"keep_firing_for outlives the series",
       group(alert("Memory", "memory_percent > 85", "keep_firing_for: 5m")), memory().dies(30),
       "Memory: firing 10m, gone 15m15s", ""},
      {"absent() catches what was killed",
       group(alert("Gone", "absent(memory_percent)", "for: 5m")), memory().dies(30),
       "Gone: pending 10m15s, firing 15m15s", ""},
      {"born above zero: the first failures are never seen",
       group(alert("Webhooks", "increase(webhook_failures_total[5m]) > 0")),
       AlertDrill{}.counter("webhook_failures_total", {}, {0, 0, 0}).born(22, 5), "silent",
       "fail: alert Webhooks: its counters are born at 0"},
      {"the same counter, there from the start",
       group(alert("Webhooks", "increase(webhook_failures_total[5m]) > 0")),
       AlertDrill{}.counter("webhook_failures_total", {}, {0, 0.25, 0}, 0),
       "Webhooks: firing 10m15s, gone 35m", ""},
      {"a restart is no burst", group(alert("Traffic", "rate(requests_total[1m]) > 20")),
       AlertDrill{}.counter("requests_total", {}, {10, 10, 10}).restarts(30), "silent", ""},
      {"flapping: a breaker that opens and closes", group(alert("Breaker", "breaker_open == 1")),
       AlertDrill{},
       "Breaker: firing 10m, gone 10m15s, firing 10m30s, gone 10m45s, firing 11m, gone 11m15s, "
       "firing 11m30s, gone 11m45s",
       ""},
      {"a transient of five seconds stays one",
       group(alert("HighErrorRate", errors("1m") + " > 0.05", "for: 2m")), AlertDrill{},
       "HighErrorRate: pending 10m15s, gone 11m15s", ""},
      {"the last success is too long ago",
       group(alert("Cron", "time() - last_success_timestamp_seconds > 300")), AlertDrill{},
       "Cron: firing 15m15s, gone 30m", ""},
      {"looks an hour back",
       group(alert("Traffic", "rate(requests_total[5m]) > 2 * rate(requests_total[5m] offset 1h)")),
       AlertDrill{}.counter("requests_total", {}, {10, 34, 10}), "Traffic: firing 12m15s, gone 33m",
       ""}};
}

std::vector<Case> rule_cases() {
  return {
      {"misspelt metric", group(alert("HighErrorRate", "rate(request_total[1m]) > 0")),
       errors_drill(0.12), "silent", "fail: alert HighErrorRate: its metrics are exposed"},
      {"misspelt label: nothing is selected",
       group(alert("HighErrorRate", "sum(rate(requests_total{state=\"500\"}[1m])) > 0")),
       errors_drill(0.12), "silent", ""},
      {"a range that holds one sample", group(alert("HighErrorRate", errors("10s") + " > 0.05")),
       errors_drill(0.12), "silent", "fail: alert HighErrorRate: its ranges hold enough samples"},
      {"a range that holds two samples by luck",
       group(alert("HighErrorRate", errors("15s") + " > 0.05")), errors_drill(0.12),
       "HighErrorRate: firing 10m15s, gone 30m15s",
       "fail: alert HighErrorRate: its ranges hold enough samples"},
      {"p95 of a histogram",
       group(alert("Slow",
                   "histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 0.5",
                   "for: 5m")),
       latencies(0.22), "Slow: pending 11m15s, firing 16m15s, gone 34m", ""},
      {"a quantile beyond the last bucket",
       group(alert("Slow",
                   "histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 2")),
       latencies(0.22), "silent", "fail: alert Slow: can fire at all"},
      {"a bound that is no bucket",
       group(alert("Slow",
                   "1 - sum(rate(latency_seconds_bucket{le=\"0.4\"}[5m])) / "
                   "sum(rate(latency_seconds_bucket{le=\"+Inf\"}[5m])) > 0.1")),
       latencies(0.22), "silent", "fail: alert Slow: its bounds are bounds of buckets"},
      {"burn rate: a page after 17 minutes, no ticket yet",
       group(alert("Page", burn("14.4", "1h", "5m", "0.001")) +
             alert("Ticket", burn("1", "3d", "6h", "0.001"))),
       errors_drill(0.05), "Page: firing 27m30s, gone 34m", ""},
      {"burn rate: everything fails", group(alert("Page", burn("14.4", "1h", "5m", "0.001"))),
       errors_drill(1), "Page: firing 11m, gone 35m", ""},
      {"burn rate that no outage reaches", group(alert("Page", burn("14.4", "1h", "5m", "0.1"))),
       errors_drill(1), "silent", "fail: alert Page: can fire at all"},
      {"twins: two rules with one name and the same labels",
       group(alert("Page", errors("1m") + " > 0.5") + alert("Page", errors("5m") + " > 0.5")),
       errors_drill(0.12), "silent", "fail: alert Page: tells itself from other rules"},
      {"a rule that cannot be evaluated names itself",
       group(alert("Pairs", "requests_total * on() requests_total > 0")), errors_drill(0.1),
       "promtool: rule Pairs cannot be evaluated: found duplicate series for the match group {}",
       ""}};
}

/// What the builder cannot say.
void bend(Case& one) {
  auto& recording = one.drill.inquiry.recording;
  if (one.name.starts_with("flapping")) {
    one.drill.inquiry.phases[1].length = std::chrono::minutes{2};
    one.drill.gauge("breaker_open", {}, {0, 0, 0});
    for (auto& sample : recording.series.back().samples) {
      const auto second = sample.at / std::chrono::seconds{1};
      if (second >= 20 && second < 40) sample.value = second % 10 < 5 ? 1 : 0;
    }
  } else if (one.name.starts_with("a transient")) {
    one.drill.requests({0.0001, 0.0001, 0.0001});
    double burst = 0;
    for (auto& sample : recording.series.back().samples) {
      const auto second = sample.at / std::chrono::seconds{1};
      if (second > 20 && second <= 25) burst += 10;
      sample.value += burst;
    }
  } else if (one.name.starts_with("the last success")) {
    one.drill.gauge("last_success_timestamp_seconds", {}, {0, 0, 0});
    recording.series.back().kind = firedrill::alerts::SeriesKind::timestamp;
    for (auto& sample : recording.series.back().samples) {
      const double second = firedrill::seconds(sample.at);
      sample.value = recording.zero_unix_s + (second < 20 || second >= 40 ? second : 20);
    }
  }
}

std::vector<Case> all_cases() {
  std::vector<Case> cases = basic_cases();
  for (Case& one : life_cases()) cases.push_back(std::move(one));
  for (Case& one : rule_cases()) cases.push_back(std::move(one));
  for (Case& one : cases) bend(one);
  return cases;
}

}  // namespace

TEST_CASE("alerts: each case has the timeline that Prometheus gives it", "[alerts][promtool]") {
  std::size_t count = 0;
  for (Case& one : all_cases()) {
    CAPTURE(one.name);
    for (const char* name : {"HighErrorRate", "Webhooks", "Slow", "Page", "Memory"}) {
      one.drill.inquiry.expected.insert(name);
    }
    const firedrill::AlertRecord record = one.drill.evaluate(one.rules);
    const std::string timeline = text_of(record, one.shown);
    // Of an error, its beginning: the rest names series in no certain order.
    CHECK((record.unusable.empty() ? timeline : timeline.substr(0, one.timeline.size())) ==
          one.timeline);
    std::string failed;
    for (const firedrill::Finding& finding : record.findings) {
      if (finding.verdict == firedrill::Verdict::fail) failed = "fail: " + finding.what;
    }
    CHECK(failed == one.finding);
    ++count;
  }
  CHECK(count >= 25);
}
