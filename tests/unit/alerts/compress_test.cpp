#include "harness/alerts/model/compress.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kSixty = 60;
const Compression kMinuteASecond{kSixty, 250ms, 15s};

std::vector<RuleGroup> groups_with(const std::string& rules) {
  auto groups =
      parse_rules("groups:\n  - name: g\n    interval: 1m\n    rules:\n" + rules, "r.yml");
  REQUIRE(groups);
  return *groups;
}

std::string quoted(const std::string& expr) {
  std::string out = "'";
  for (const char c : expr) out += c == '\'' ? std::string{"''"} : std::string{c};
  return out + "'";
}

/// Why the rule is refused; "" when it is not.
std::string refused(const std::string& expr, const Compression& how = kMinuteASecond) {
  const auto all = refuse(groups_with("      - { alert: A, expr: " + quoted(expr) + " }\n"), how);
  return all.empty() ? "" : all.front().why;
}

std::string faster(const std::string& expr) {
  const auto groups = groups_with("      - { alert: A, expr: " + quoted(expr) + " }\n");
  return compressed(groups, kMinuteASecond).front().rules.front().text;
}

}  // namespace

TEST_CASE("compress: rates and shares are the same at any speed", "[alerts][compress]") {
  for (
      const std::string expr :
      {R"(sum(rate(http_requests_total{status=~"5.."}[1m])) / sum(rate(http_requests_total[1m])) > 0.05)",
       R"(histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m]))) > 0.5)",
       R"(histogram_quantile(0.95, sum by (le) (increase(d_bucket[5m]))) > 0.5)",
       R"(increase(errors_total[5m]) / increase(all_total[5m]) > 0.1)",
       R"(count(circuit_breaker_state > 0) >= 1)", R"(rate(x_total[5m]) > 50)",
       R"(100 * rate(a[5m]) / rate(b[5m]) > 5)", R"(increase(x_total[5m]) > 0)",
       R"(max_over_time(depth[10m]) > 1000)", R"(absent(up{job="api"}))",
       R"(increase(x_total[5m]) > increase(y_total[5m] offset 5m))",
       R"(avg_over_time((sum(depth) > 3)[10m:1m]) > 5)"}) {
    INFO(expr);
    CHECK(refused(expr).empty());
  }
}

TEST_CASE("compress: time in a constant is found", "[alerts][compress]") {
  CHECK(refused("increase(x_total[5m]) > 10") ==
        "increase() grows with time, and 10 carries that time");
  CHECK(refused("10 < sum(increase(x_total[5m]))") ==
        "increase() grows with time, and 10 carries that time");
  CHECK(refused("time() - last_success > 300") ==
        "time() grows with time, and what it is held against does not");
  CHECK(refused("time() - process_start_time_seconds < 300") ==
        "time() grows with time, and 300 carries that time");
  CHECK(refused("rate(x_total[5m]) * 60 > 10") ==
        "60 turns a rate a second into one of a longer time");
  CHECK(refused("sum(rate(x_total[5m])) * 3600 > 10").find("3600 turns") == 0);
  CHECK(refused("predict_linear(disk_free[1h], 4 * 3600) < 0").find("predict_linear() looks") == 0);
  CHECK(refused("hour() > 8").find("hour() reads the calendar") == 0);
  CHECK(refused("changes(state[15m]) > 3").find("changes() grows") == 0);
  CHECK(refused("x > 5m").find("is") != std::string::npos);
  CHECK(refused("x @ 1609746000 > 0") == "'@' names an instant");
  CHECK(refused("ceil(increase(x_total[5m])) > 0").find("ceil() of increase()") == 0);
  CHECK(refused("some_new_function(x) > 1").find("nobody knows how some_new_function()") == 0);
}

TEST_CASE("compress: counts through recording rules are found too", "[alerts][compress]") {
  const auto groups = groups_with(
      "      - { record: 'job:errors:increase5m', expr: 'sum(increase(errors_total[5m]))' }\n"
      "      - { alert: Many, expr: 'job:errors:increase5m > 10' }\n"
      "      - { alert: Any, expr: 'job:errors:increase5m > 0' }\n");
  const auto all = refuse(groups, kMinuteASecond);
  REQUIRE(all.size() == 1);
  CHECK(all[0].rule == "Many");
  CHECK(all[0].why.find("job:errors:increase5m, by increase(), grows with time") == 0);
  CHECK(all[0].place.find("r.yml:") == 0);
}

TEST_CASE("compress: ranges must hold four scrapes, samples be as many", "[alerts][compress]") {
  CHECK(refused("rate(x_total[1m]) > 1").empty());
  CHECK(refused("rate(x_total[30s]) > 1").find("fewer than four scrapes") != std::string::npos);
  CHECK(refused("count_over_time(x[5m]) < 10").empty());
  CHECK(refused("count_over_time(x[5m]) < 10", {kSixty, 250ms, 1min}).find("counts samples") !=
        std::string::npos);
}

TEST_CASE("compress: in real time any rule will do", "[alerts][compress]") {
  CHECK(refused("time() - x > 300", {1, 250ms, 15s}).empty());
  const auto groups = groups_with("      - { alert: A, expr: 'x[', for: 5m }\n");
  CHECK(refuse(groups, {1, 250ms, 15s}).empty());
  CHECK(compressed(groups, {1, 250ms, 15s}).front().rules.front().hold == 5min);
}

TEST_CASE("compress: every duration is divided, and nothing else", "[alerts][compress]") {
  CHECK(faster(R"(rate(x{a="5m"}[5m] offset 1h) > 0.5)") ==
        R"(rate(x{a="5m"}[5000ms] offset 60000ms) > 0.5)");
  CHECK(faster("max_over_time(rate(x[1m])[1h30m:5m]) > 1") ==
        "max_over_time(rate(x[1000ms])[90000ms:5000ms]) > 1");
  const auto groups = groups_with(
      "      - { alert: A, expr: 'x > 1', for: 10m, keep_firing_for: 5m, labels: { severity: page "
      "} }\n");
  const auto out = compressed(groups, kMinuteASecond);
  CHECK(out[0].rules[0].hold == 10s);
  CHECK(out[0].rules[0].keep_firing == 5s);
  CHECK(out[0].interval == 1s);
  const std::string text = live_rules_text(out);
  CHECK(text.find(R"("interval": "1000ms")") != std::string::npos);
  CHECK(text.find(R"("for": "10000ms")") != std::string::npos);
  CHECK(text.find(R"("severity": "page")") != std::string::npos);
}
