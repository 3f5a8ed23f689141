#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

std::string with_probes(const std::string& probes) {
  return plain_with("timeline:\n", "probes: " + probes + "\ntimeline:\n");
}

std::string expecting(const std::string& what) {
  return plain_with("  - slo: score.failed.rate < 1%\n", "  - " + what + "\n");
}

std::vector<std::string> names_of(const Loaded& loaded) {
  std::vector<std::string> names;
  for (const spec::Probe& probe : loaded.scenario->probes) names.push_back(probe.name);
  return names;
}

template <typename What>
What built(const std::string& text) {
  const Loaded loaded = load(expecting(text));
  REQUIRE(lines_of(loaded) == Lines{});
  return std::get<What>(loaded.scenario->expectations.at(0).what);
}

}  // namespace

TEST_CASE("probes: the clinic has some without being told", "[scenario][observed]") {
  const Loaded loaded = load(kPlain);
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(names_of(loaded) ==
        std::vector<std::string>{"health", "ready", "deep", "breakers", "metrics"});
}

TEST_CASE("probes: one of the same name takes the place of the clinic's", "[scenario][observed]") {
  const Loaded loaded = load(with_probes("{ ready: { health: /readyz, every: 50ms } }"));
  REQUIRE(lines_of(loaded) == Lines{});
  const auto& probes = loaded.scenario->probes;
  CHECK(std::count_if(probes.begin(), probes.end(),
                      [](const spec::Probe& probe) { return probe.name == "ready"; }) == 1);
  CHECK(probes.back().path == "/readyz");
  CHECK(probes.back().every == 50ms);
  CHECK(probes.back().timeout == 1s);
}

TEST_CASE("probes: other systems have those that are written", "[scenario][observed]") {
  const Loaded loaded =
      load(plain_with("system: { clinic: {} }", "system: { url: \"http://127.0.0.1:1\" }"));
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(names_of(loaded).empty());
}

TEST_CASE("probes: what cannot be is told", "[scenario][observed]") {
  const auto tells = [](const std::string& text, const std::string& what) {
    const Lines lines = problems(text);
    CAPTURE(lines);
    return lines.size() == 1 && lines[0].find(what) != std::string::npos;
  };
  CHECK(tells(with_probes("{ a: { health: /x, every: 1ms } }"),
              "a probe is asked every 10.0 ms at most"));
  CHECK(tells(with_probes("{ a: { breakers: /x, of: { opnai: /y } } }"),
              "no mock 'opnai' (did you mean 'openai'?); declared: openai"));
  CHECK(
      tells(expecting("{ health: redy, status: 200 }"), "no probe 'redy' (did you mean 'ready'?)"));
  CHECK(tells(expecting("{ health: metrics, status: 200 }"), "probe 'metrics' scrapes metrics"));
  CHECK(tells(expecting("{ metric: up, equals: { calls: stripe } }"), "no mock 'stripe'"));
  CHECK(tells(expecting("{ recovery: other.failed.rate < 1%, within: 1s }"), "no stream 'other'"));
  CHECK(tells(expecting("{ slo: score.planned.count > 5, abort: 1s }"), "cannot be judged before"));
}

TEST_CASE("observed: each kind is built as it is written", "[scenario][observed]") {
  const auto health = built<spec::HealthExpectation>(
      "{ during: outage, health: ready, status: 5xx, turns: [a, b], to: down, within: 2s }");
  CHECK(health.probe == "ready");
  CHECK(health.status == std::vector<spec::StatusRange>{{500, 599}});
  CHECK(health.turns == std::vector<std::string>{"a", "b"});
  CHECK(health.to == "down");
  CHECK(health.within == Duration{2s});

  const auto metric =
      built<spec::MetricExpectation>("{ metric: 'up{a=\"b\"}', by: \">= 2.5\", value: \"!= -1\" }");
  CHECK(metric.selector == "up{a=\"b\"}");
  CHECK(metric.by->value == 2.5);
  CHECK(metric.value->comparison == spec::Comparison::not_equal);
  CHECK(metric.value->value == -1);

  const auto never = built<spec::LogExpectation>("{ log: oops, appears: never }");
  CHECK(never.matches == "oops");
  CHECK(never.lines.comparison == spec::Comparison::equal);
  const auto once = built<spec::LogExpectation>("{ log: { json: { /level: error } } }");
  CHECK(once.json.size() == 1);
  CHECK(once.lines.value == 1);

  const auto slo = built<spec::SloExpectation>(
      "{ slo: score.failed.rate < 50%, window: 1s, for: 2 windows, min_requests: 5 }");
  CHECK(slo.window == Duration{1s});
  CHECK(slo.windows == 2);
  CHECK(slo.requests_min == 5);

  const auto within =
      built<spec::SloExpectation>("{ slo: \"score.response.within(1.5s) >= 50%\" }");
  CHECK(within.slo.aggregate == spec::SloExpression::Aggregate::within);
  CHECK(within.slo.limit == 1500ms);
  CHECK(within.slo.threshold == 0.5);
  const auto apdex = built<spec::SloExpectation>("{ slo: \"response.apdex(300ms) > 0.9\" }");
  CHECK(apdex.slo.aggregate == spec::SloExpression::Aggregate::apdex);
  CHECK(apdex.slo.threshold == 0.9);
}

TEST_CASE("observed: names are made from the text, and a runbook stands where it is given",
          "[scenario][observed]") {
  const Loaded loaded =
      load(expecting("{ during: outage, correlation: openai, runbook: see the wiki }"));
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Expectation& expectation = loaded.scenario->expectations.at(0);
  CHECK(expectation.name == "correlation openai during outage");
  CHECK(expectation.runbook == "see the wiki");
}
