#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

spec::Scenario built(const std::string& text) {
  const Loaded loaded = load(text);
  REQUIRE(lines_of(loaded) == Lines{});
  return *loaded.scenario;
}

std::vector<std::string> names_of(const spec::Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& expectation : scenario.expectations) names.push_back(expectation.name);
  return names;
}

const spec::MockFault& mock_fault(const spec::Scenario& scenario, std::size_t index) {
  return std::get<spec::MockFault>(scenario.faults.at(index).what);
}

}  // namespace

TEST_CASE("build: what the head says arrives, with defaults for the rest", "[scenario][build]") {
  const spec::Scenario plain = built(std::string{kPlain});
  CHECK(plain.file == "s.yaml");
  CHECK(plain.title == "plain");
  CHECK(plain.correlation_header == "x-correlation-id");
  CHECK_FALSE(plain.seed);
  CHECK(plain.system.ready.path == "/ready");
  CHECK(plain.system.ready.within == 10s);
  CHECK(plain.length() == 8s);
  const spec::Scenario told =
      built(std::string{kPlain} +
            "title: T\nseed: 18446744073709551615\nrehearses: [MC-09/outage]\n"
            "correlation: { header: x-id }\nlengths: { steady: 1m }\n");
  CHECK(told.title == "T");
  CHECK(told.seed == UINT64_MAX);
  CHECK(told.rehearses == Lines{"MC-09/outage"});
  CHECK(told.correlation_header == "x-id");
  CHECK(told.timeline[0].length == 1min);
  CHECK(told.timeline[0].place == spec::Place{"s.yaml", 8, 5});
}

TEST_CASE("build: the three kinds of system are told apart", "[scenario][build]") {
  const auto clinic =
      built(plain_with("clinic: {}", "clinic: { defect: [leaks-5xx] }, env: { A: 1.50 }"));
  CHECK(std::get<spec::ClinicSystem>(clinic.system.what).profile == "medicalcor");
  CHECK(std::get<spec::ClinicSystem>(clinic.system.what).defects == Lines{"leaks-5xx"});
  CHECK(clinic.system.env.at(0).value == "1.50");
  const auto command = built(plain_with("clinic: {}",
                                        "command: [node, \"${system.port}\", 8], url: "
                                        "\"http://127.0.0.1:${system.port}\", directory: d"));
  const auto& what = std::get<spec::CommandSystem>(command.system.what);
  CHECK(what.argv == Lines{"node", "${system.port}", "8"});
  CHECK(what.url == "http://127.0.0.1:${system.port}");
  CHECK(what.directory == "d");
  const auto running = built(plain_with("clinic: {}", "url: http://localhost:1/a"));
  CHECK(std::get<spec::UrlSystem>(running.system.what).url == "http://localhost:1/a");
}

TEST_CASE("build: a mock gets all that is said about it", "[scenario][build]") {
  const auto scenario =
      built(plain_with("openai: {}",
                       "openai: { port: 8080, latency: normal 40ms 10ms, rate_limit: 60/min, "
                       "api_key: k, answer: \"hi ${fake.name}\" }"));
  const spec::Mock& mock = scenario.mocks.at(0).second;
  CHECK(scenario.mocks.at(0).first == "openai");
  CHECK(mock.port == 8080);
  CHECK(mock.latency == spec::Delay{spec::Delay::Kind::normal, 40ms, 10ms});
  CHECK(mock.rate_limit == Rate{1});
  CHECK(mock.api_key == "k");
  CHECK(mock.answer == "hi ${fake.name}");
}

TEST_CASE("build: JSON keeps its types, its order and its variables", "[scenario][build]") {
  const auto scenario = built(plain_with(
      "openai: {}",
      R"(openai: { answer: { json: { z: 1, a: 1.50, t: "1", n: ~, b: [true, { c: "\"q\" ${fake.name}" }], u: 18446744073709551615 } } })"));
  CHECK(
      scenario.mocks.at(0).second.answer ==
      R"({"z":1,"a":1.5,"t":"1","n":null,"b":[true,{"c":"\"q\" ${fake.name}"}],"u":18446744073709551615})");
}

TEST_CASE("build: a stream gets its rate, request and check", "[scenario][build]") {
  const auto scenario = built(plain_with("score: { rate: 40/s, request: { get: / } }", R"(score:
    rate: { from: 0/s, to: 60/min, over: 2s }
    arrivals: poisson
    request: { patch: "/a?b=${request.index}", headers: { x-n: 5 }, json: [1] }
    check:
      status: [200, 4xx]
      headers: { x-n: 5, etag: { matches: "^W/" } }
      json: { /a: ~, /b: true, /c: 0.5, /d: x, /e: { exists: false }, /f: { between: [1, 2.5] } }
    timeout: 1500ms
    in_flight: 7)"));
  const spec::Stream& stream = scenario.traffic.at(0);
  CHECK(stream.rate == spec::RateShape{Rate{0}, Rate{1}, 2s});
  CHECK(stream.arrivals == spec::Arrivals::poisson);
  CHECK(stream.request.method == "PATCH");
  CHECK(stream.request.path == "/a?b=${request.index}");
  CHECK(stream.request.headers.at(0).value == "5");
  CHECK(stream.request.body == "[1]");
  CHECK(stream.request.body_is_json);
  CHECK(stream.timeout == 1500ms);
  CHECK(stream.in_flight_max == 7);
  CHECK(stream.place == spec::Place{"s.yaml", 6, 3});
  const spec::ResponseMatch& check = stream.check;
  CHECK(check.status == std::vector<spec::StatusRange>{{200, 200}, {400, 499}});
  CHECK(check.headers.at(0).value.equals == spec::Scalar{std::string{"5"}});
  CHECK(check.headers.at(1).value.matches == "^W/");
  CHECK(check.json.at(0).value.equals == spec::Scalar{nullptr});
  CHECK(check.json.at(1).value.equals == spec::Scalar{true});
  CHECK(check.json.at(2).value.equals == spec::Scalar{0.5});
  CHECK(check.json.at(3).value.equals == spec::Scalar{std::string{"x"}});
  CHECK(check.json.at(4).value.exists == false);
  CHECK(check.json.at(5).value.between == std::pair{1.0, 2.5});
}

TEST_CASE("build: faults get their steps, shares and names", "[scenario][build]") {
  using Ends = spec::FaultStep::Ends;
  const auto scenario = built(plain_with("- outage: 4s", R"(- outage: 4s
    inject:
      - mock: openai
        steps:
          - { until: breaker.open, respond: { status: 503, json: { a: 1 } } }
          - { for: 1 trial, hang: 500ms }
          - { for: 3 requests, pass: true }
          - { hang: forever }
      - { mock: openai, share: 25%, latency: 5ms, truncate: 20B, hits: optional }
      - { mock: openai, name: mine, pattern: "fail 2, pass 1", drip: { bytes: 1KiB, every: 10ms } })"));
  REQUIRE(scenario.faults.size() == 3);
  CHECK(scenario.faults[0].name == "openai@outage");
  CHECK(scenario.faults[0].phase == "outage");
  CHECK(scenario.faults[0].place == spec::Place{"s.yaml", 11, 9});
  CHECK_FALSE(scenario.faults[0].hits_optional);
  const auto& script = mock_fault(scenario, 0);
  REQUIRE(script.steps.size() == 4);
  CHECK(script.steps[0].ends == Ends::at_breaker_open);
  CHECK(script.steps[0].action->respond->status == 503);
  CHECK(script.steps[0].action->respond->body == R"({"a":1})");
  CHECK(script.steps[1].ends == Ends::after_trials);
  CHECK(script.steps[1].count == 1);
  CHECK(script.steps[1].action->hang->time == Duration{500ms});
  CHECK(script.steps[2].ends == Ends::after_requests);
  CHECK_FALSE(script.steps[2].action);
  CHECK(script.steps[3].ends == Ends::never);
  CHECK_FALSE(script.steps[3].action->hang->time);
  CHECK(scenario.faults[1].name == "openai@outage#2");
  CHECK(mock_fault(scenario, 1).share == Ratio{0.25});
  CHECK(scenario.faults[1].hits_optional);
  CHECK(mock_fault(scenario, 1).steps.at(0).action->truncate->bytes == 20);
  CHECK(mock_fault(scenario, 1).steps.at(0).action->latency->a == 5ms);
  CHECK(scenario.faults[2].name == "mine");
  CHECK(mock_fault(scenario, 2).fail_count == 2);
  CHECK(mock_fault(scenario, 2).pass_count == 1);
  CHECK(mock_fault(scenario, 2).steps.at(0).action->drip->bytes == 1024);
}

TEST_CASE("build: faults of processes get their target and their life", "[scenario][build]") {
  const auto scenario = built(plain_with("- outage: 4s", R"(- outage: 4s
    inject:
      - { process: system, pause: true, after: 1s, for: 2s }
      - { process: { pid_file: run/api.pid }, pause: true })"));
  REQUIRE(scenario.faults.size() == 2);
  CHECK(scenario.faults[0].name == "process@outage");
  CHECK(scenario.faults[0].after == 1s);
  CHECK(scenario.faults[0].length == Duration{2s});
  CHECK(std::get<spec::ProcessFault>(scenario.faults[0].what).pid_file.empty());
  CHECK(std::get<spec::ProcessFault>(scenario.faults[1].what).pid_file == "run/api.pid");
  const auto [from, to] = scenario.span_of(scenario.faults[0]);
  CHECK(to - from == 2s);
  CHECK_FALSE(scenario.faults[1].length);
}

TEST_CASE("build: a fault's own body is text, not a template", "[scenario][build]") {
  const auto scenario = built(plain_with(
      "- outage: 4s",
      "- outage: 4s\n    inject: [{ mock: openai, respond: { status: 500, body: \"$${x}\" } }]"));
  CHECK(mock_fault(scenario, 0).steps.at(0).action->respond->body == "${x}");
}

TEST_CASE("build: expectations get names from what they say", "[scenario][build]") {
  const auto scenario =
      built(plain_with("  - slo: score.failed.rate < 1%\n", R"(  - slo: "  score.failed.rate < 1% "
  - { slo: score.failed.rate < 1%, during: steady }
  - { slo: score.failed.rate < 1%, during: [steady, outage] }
  - { breaker: openai, trials: 1, during: outage }
  - { breaker: openai, reset: 2s, during: outage }
  - { fallback: score, when: { status: 200 }, during: outage }
  - { name: mine, fallback: score, when: { status: 200 } }
k6_thresholds: { http_req_duration: ["p(95)<500"] }
)"));
  CHECK(names_of(scenario) ==
        Lines{"score.failed.rate < 1%", "score.failed.rate < 1% during steady",
              "score.failed.rate < 1% during steady and outage", "breaker openai during outage",
              "breaker openai during outage (2)", "fallback score during outage", "mine",
              "k6: http_req_duration p(95)<500"});
  CHECK(scenario.expectations[7].during.empty());
}

TEST_CASE("build: a breaker gets what is said about it and nothing more", "[scenario][build]") {
  const auto scenario =
      built(plain_with("  - slo: score.failed.rate < 1%\n", R"(  - during: [steady]
    gate: true
    breaker: openai
    opens: { after: 7 failures, within: 1s }
    reset: 2s
    while_open: { upstream_calls: 3, slo: score.response.p99 < 50ms }
    trials: 2
    closes: { within: 3s }
    instances: 4
  - { breaker: openai, trials: 1 }
)"));
  const auto& full = std::get<spec::BreakerExpectation>(scenario.expectations.at(0).what);
  CHECK(scenario.expectations[0].gate);
  CHECK(scenario.expectations[0].during == Lines{"steady"});
  CHECK(full.mock == "openai");
  CHECK(full.opens->after_failures == 7);
  CHECK(full.opens->within == Duration{1s});
  CHECK(full.reset == Duration{2s});
  CHECK(full.while_open->upstream_calls_max == 3U);
  CHECK(full.while_open->slo->quantile == Approx(0.99));
  CHECK(full.trials_max == 2U);
  CHECK(full.closes->within == 3s);
  CHECK(full.instances == 4);
  const auto& little = std::get<spec::BreakerExpectation>(scenario.expectations.at(1).what);
  CHECK_FALSE(little.opens);
  CHECK_FALSE(little.while_open);
  CHECK_FALSE(little.closes);
  CHECK(little.instances == 1);
}

TEST_CASE("build: a breaker gets the defaults of its library where nothing else is said",
          "[scenario][build]") {
  const auto scenario = built(plain_with("  - slo: score.failed.rate < 1%\n",
                                         R"(  - { breaker: { preset: resilience4j }, reset: 2s }
  - { breaker: { mock: openai, preset: opossum }, closes: { within: 1s } }
  - { breaker: openai, opens: { rate: "> 40%", over: 50 calls, minimum: 20 calls }, hung_trial: { within: 3s }, reopens: true, herd: 1.5, openings: 0, slow: 400ms }
)"));
  using Breaker = spec::BreakerExpectation;
  const auto& preset = std::get<Breaker>(scenario.expectations[0].what);
  CHECK(preset.mock == "openai");
  CHECK(preset.reset == Duration{2s});
  CHECK(preset.trials_max == 10U);
  REQUIRE(preset.opens.has_value());
  CHECK(preset.opens->rate->over_calls == 100U);
  const auto& closing = std::get<Breaker>(scenario.expectations[1].what);
  CHECK_FALSE(closing.opens.has_value());
  const auto& all = std::get<Breaker>(scenario.expectations[2].what);
  CHECK(all.opens->rate->share == Approx(0.4));
  CHECK(all.opens->rate->above);
  CHECK(all.opens->rate->over_calls == 50U);
  CHECK(all.opens->rate->calls_min == 20U);
  CHECK(all.hung_trial == Duration{3s});
  CHECK(all.reopens);
  CHECK(all.herd_max == 1.5);
  CHECK(all.openings_max == 0U);
  CHECK(all.slow == Duration{400ms});
}

TEST_CASE("build: what makes no sense about a breaker or about calls is refused",
          "[scenario][build]") {
  const auto says = [](const std::string& expectation, const std::string& what) {
    const Loaded loaded =
        load(plain_with("  - slo: score.failed.rate < 1%\n", "  - " + expectation + "\n"));
    const Lines lines = lines_of(loaded);
    CAPTURE(lines);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().find(what) != std::string::npos);
  };
  says("{ breaker: openai }", "'breaker' demands nothing here");
  says("{ breaker: openai, stays_closed: true, trials: 1 }", "cannot both hold");
  says("{ breaker: openai, herd: 0.5 }", "1 or more");
  says("{ breaker: openai, opens: { rate: '< 50%', over: 10s } }", "write > or >=");
  says("{ calls: openai, backoff: { first: 10ms, factor: 0.5 } }", "'factor' is a number 1..100");
  says("{ calls: openai, correlated: '< 5%' }", "write >=");
}

TEST_CASE("build: a fallback counts from where it is told to", "[scenario][build]") {
  using From = spec::FallbackExpectation::From;
  const auto scenario = built(plain_with(
      "  - slo: score.failed.rate < 1%\n",
      R"(  - { fallback: score, when: { status: 200 }, share: "< 5%", from: breaker.open }
  - { fallback: score, when: { json: { /source: rules } } }
)"));
  const auto& open = std::get<spec::FallbackExpectation>(scenario.expectations.at(0).what);
  CHECK(open.from == From::breaker_open);
  CHECK(open.breaker == "openai");
  CHECK(open.comparison == spec::Comparison::less);
  CHECK(open.share == Approx(0.05));
  const auto& start = std::get<spec::FallbackExpectation>(scenario.expectations.at(1).what);
  CHECK(start.from == From::phase_start);
  CHECK(start.breaker.empty());
  CHECK(start.share == 1);
  CHECK(start.comparison == spec::Comparison::greater_equal);
}
