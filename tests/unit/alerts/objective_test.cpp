#include "harness/alerts/model/objective.hpp"

#include "harness/alerts/model/closed_form.hpp"
#include "harness/alerts/model/rules.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

Objective objective_of(double target) {
  return {"Api", target, 30 * 24h, "sum(rate(requests_total{status=~\"5..\"}[{{.window}}]))",
          "sum(rate(requests_total[{{.window}}]))"};
}

}  // namespace

TEST_CASE("objectives: the windows of thirty days are those of the workbook", "[alerts][slo]") {
  const auto windows = burn_windows(30 * 24h);
  REQUIRE(windows.size() == 4);
  CHECK(windows[0].factor == Approx(14.4));
  CHECK(windows[1].factor == Approx(6));
  CHECK(windows[2].factor == Approx(3));
  CHECK(windows[3].factor == Approx(1));
  CHECK(burn_windows(28 * 24h)[0].factor == Approx(13.44));
}

TEST_CASE("objectives: the rules that are made are rules", "[alerts][slo]") {
  const auto text = burn_rules(objective_of(0.999));
  REQUIRE(text);
  const auto groups = parse_rules(*text, "made.yml");
  REQUIRE(groups);
  REQUIRE(groups->size() == 1);
  const auto& rules = (*groups)[0].rules;
  REQUIRE(rules.size() == 10);
  CHECK(rules[0].record == "slo:Api:error_ratio5m");
  CHECK(rules[0].text ==
        "(sum(rate(requests_total{status=~\"5..\"}[5m]))) / "
        "(sum(rate(requests_total[5m])))");
  for (const Rule& rule : rules) CHECK(rule.not_understood == "");
  CHECK(rules[8].alert == "ApiBudgetBurn");
  CHECK(rules[8].labels.at("severity") == "critical");
  CHECK(rules[9].labels.at("severity") == "warning");
  CHECK(reach_of(rules[8], *groups) == 6h);
  CHECK(reach_of(rules[9], *groups) == 72h);
}

TEST_CASE("objectives: one so low that no burn rate is reached is refused", "[alerts][slo]") {
  const auto low = burn_rules(objective_of(0.9));
  REQUIRE_FALSE(low);
  CHECK_THAT(low.error().message,
             Catch::Contains("burns 10 times") && Catch::Contains("asks for more than 14.4"));
  CHECK(burn_rules(objective_of(0.95)));
}

TEST_CASE("objectives: what an incident costs, and how many of it a month bears", "[alerts][slo]") {
  const Incident incident{100, 0.01, 100, 5.01, 20min};
  const auto use = budget_use(objective_of(0.999), incident);
  REQUIRE(use);
  CHECK(use->bad == Approx(5 * 1200));
  CHECK(use->allowed == Approx(0.001 * 100 * 30 * 86'400));
  CHECK(use->share == Approx(6000.0 / 259'200));
  CHECK(use->burn_rate == Approx(50.1));
  CHECK(use->per_period == Approx(43.2));
  CHECK_FALSE(budget_use(objective_of(0.999), {0, 0, 10, 1, 1min}));
  CHECK(std::isinf(budget_use(objective_of(0.999), {10, 1, 10, 1, 1min})->per_period));
}

TEST_CASE("objectives: arithmetic sees through the recording rules", "[alerts][slo]") {
  const auto groups = parse_rules(*burn_rules(objective_of(0.999)), "made.yml");
  REQUIRE(groups);
  Recording recording;
  for (const bool bad : {false, true}) {
    RecordedSeries series{
        "requests_total", {{"status", bad ? "500" : "200"}}, SeriesKind::counter, {}};
    double value = 0;
    for (int i = 0; i <= 40; ++i) {
      series.samples.push_back({std::chrono::seconds{i}, value, false});
      const double share = i < 20 ? 0 : 0.05;
      value += 10 * (bad ? share : 1 - share);
    }
    recording.series.push_back(std::move(series));
  }
  const auto page = predict((*groups)[0].rules[8], *groups, recording, {0s, 20s}, {20s, 40s});
  REQUIRE(page.fires);
  // (1 - 0.999) / 5 % of an hour at 14.4 times the budget.
  CHECK(seconds(*page.fires) == Approx(3600 * 0.0144 / 0.05).epsilon(0.001));
}
