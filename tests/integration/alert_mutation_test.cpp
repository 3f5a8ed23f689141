#include "harness/alerts/model/mutate.hpp"
#include "harness/expect/alert.hpp"
#include "harness/scenario/load.hpp"
#include "tests/support/alert_drill.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <variant>
#include <vector>

// Rules are code that nobody runs. A bug in one that no expectation notices would be found at three
// in the morning; so each is given one, and something must turn red.

using namespace firedrill;
using firedrill::test::AlertDrill;

namespace {

const std::string kFolder = std::string{FD_SOURCE_DIR} + "/scenarios/medicalcor/";

spec::Scenario drill_of() {
  LoadOptions options;
  options.env = [](std::string_view) { return std::nullopt; };
  Loaded loaded = load_scenario(kFolder + "openai-outage-alerts.yaml", options);
  REQUIRE(loaded.problems.empty());
  REQUIRE(loaded.scenario);
  return std::move(*loaded.scenario);
}

/// What the healthy clinic shows in that drill: the rules answer during the outage, nobody sees an
/// error, and most answers take 40 ms.
AlertDrill healthy_clinic() {
  AlertDrill drill;
  const alerts::Labels job{{"job", "metrics"}};
  const auto with = [&job](const std::string& name, const std::string& value) {
    alerts::Labels labels = job;
    labels[name] = value;
    return labels;
  };
  drill.counter("http_requests_total", with("status", "200"), {600, 600, 600});
  drill.counter("http_requests_total", with("status", "500"), {0, 0, 0}, 0);
  for (const char* le : {"0.005", "0.01", "0.025"}) {
    drill.counter("http_request_duration_seconds_bucket", with("le", le), {0, 600, 0}, 0);
  }
  for (const char* le : {"0.05", "0.1", "0.25", "0.5", "1", "2", "5", "10", "+Inf"}) {
    drill.counter("http_request_duration_seconds_bucket", with("le", le), {600, 600, 600}, 0);
  }
  drill.gauge("circuit_breaker_state", with("dependency", "openai"), {0, 2, 0});
  drill.counter("lead_scoring_fallback_total", job, {0, 600, 0}, 0);
  drill.counter("lead_scoring_total", with("source", "ai"), {600, 0, 600}, 0);
  drill.counter("lead_scoring_total", with("source", "rules"), {0, 600, 0}, 0);
  return drill;
}

std::vector<std::string> alerts_named(const spec::Scenario& scenario) {
  std::set<std::string> names;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* alert = std::get_if<spec::AlertExpectation>(&expectation.what);
    if (alert) names.insert(alert->alert);
  }
  return {names.begin(), names.end()};
}

/// The first thing that is not as expected, or "".
std::string noticed(const spec::Scenario& scenario, const AlertRecord& record) {
  std::set<std::string> expected;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* alert = std::get_if<spec::AlertExpectation>(&expectation.what);
    if (!alert) continue;
    if (alert->fires) expected.insert(alert->alert);
    // Who is told is a matter of routes, which have tests of their own.
    spec::AlertExpectation rules_only = *alert;
    if (rules_only.fires) {
      rules_only.fires->reaches.clear();
      rules_only.fires->spares.clear();
    }
    for (const Finding& finding : judge_alert(rules_only, expectation.during, record)) {
      if (finding.verdict != Verdict::pass) return expectation.name + ": " + finding.why;
    }
  }
  for (const Finding& finding : record.findings) {
    if (finding.verdict != Verdict::pass) return finding.what + ": " + finding.why;
  }
  const Finding strict = judge_strict(record, expected);
  return strict.verdict == Verdict::pass ? "" : strict.why;
}

std::set<std::string> reviewed_mutants() {
  std::ifstream in{kFolder + "alerts/uncovered-mutants.txt"};
  std::set<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') out.insert(line);
  }
  return out;
}

}  // namespace

TEST_CASE("alert mutation: every bug in a rule is noticed, or reviewed", "[alerts][promtool]") {
  const spec::Scenario scenario = drill_of();
  const std::vector<std::string> names = alerts_named(scenario);
  const auto groups = alerts::read_rules({kFolder + "alerts/medicalcor.yml"});
  REQUIRE(groups);
  AlertDrill drill = healthy_clinic();
  drill.inquiry.expected = {names.begin(), names.end()};
  drill.inquiry.annotated = {"CircuitBreakerOpen"};
  drill.inquiry.strict = true;
  const auto evaluated = [&](const std::vector<alerts::RuleGroup>& rules) {
    std::vector<const alerts::RuleGroup*> all;
    for (const alerts::RuleGroup& group : rules) all.push_back(&group);
    return drill.evaluate(alerts::rules_json(all));
  };
  CHECK(noticed(scenario, evaluated(*groups)) == "");
  std::set<std::string> uncovered;
  const auto mutants = alerts::mutants_of(*groups, names);
  CHECK(mutants.size() == 24);  // threshold, for and severity of each of eight rules
  for (const alerts::Mutant& mutant : mutants) {
    if (noticed(scenario, evaluated(mutant.groups)).empty()) uncovered.insert(mutant.name);
  }
  CHECK(uncovered == reviewed_mutants());
}
