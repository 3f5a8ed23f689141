#include "harness/expect/feasibility.hpp"

#include "harness/metrics/interval.hpp"
#include "tests/support/breaker_sim.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;
using Metric = spec::SloExpression::Metric;
using spec::Comparison;

namespace {

spec::Scenario scenario_with(double rate, spec::Expectation expectation) {
  BreakerSim sim;
  sim.rate = rate;
  sim.poisson = false;
  spec::Scenario scenario = simulate(sim).scenario;
  scenario.expectations = {std::move(expectation)};
  return scenario;
}

std::string refusal(const spec::Scenario& scenario) {
  const std::vector<Infeasible> problems = check_feasible(scenario);
  return problems.empty() ? "" : problems.front().message;
}

bool refuses(const spec::Scenario& scenario, const std::string& text) {
  const std::string message = refusal(scenario);
  CAPTURE(message);
  return message.find(text) != std::string::npos;
}

spec::Expectation p95_in(const std::string& phase) {
  return expectation("p95", {phase}, quantile_slo(Metric::response, 0.95, Comparison::less, 1s));
}

}  // namespace

TEST_CASE("expected requests: are the integral of the rate", "[expect][feasible]") {
  spec::Stream stream;
  stream.rate = {Rate{100}, Rate{100}, 0ns};
  CHECK(expected_requests(stream, 0s, 3s) == 300);
  CHECK(expected_requests(stream, 3s, 3s) == 0);
  CHECK(expected_requests(stream, 3s, 1s) == 0);
  stream.rate = {Rate{0}, Rate{100}, 10s};
  CHECK(expected_requests(stream, 0s, 10s) == 500);
  CHECK(expected_requests(stream, 0s, 5s) == 125);
  CHECK(expected_requests(stream, 5s, 12s) == 575);
  stream.rate = {Rate{100}, Rate{0}, 10s};  // down
  CHECK(expected_requests(stream, 0s, 20s) == 500);
  CHECK(expected_requests(stream, 15s, 20s) == 0);
}

TEST_CASE("expected requests: of adjoining stretches add up", "[expect][feasible]") {
  spec::Stream stream;
  stream.rate = {Rate{3.3}, Rate{77.7}, 7s};
  std::uint64_t total = 0;
  for (int i = 0; i < 100; ++i) total += expected_requests(stream, i * 130ms, (i + 1) * 130ms);
  CHECK(total == expected_requests(stream, 0s, 13s));
}

TEST_CASE("feasible: a quantile needs its samples, to the last one", "[expect][feasible]") {
  CHECK(refusal(scenario_with(50, p95_in("outage"))) == "");  // 200 in 4 s
  CHECK(
      refuses(scenario_with(49.75, p95_in("outage")),
              "needs 200 requests, and only 199 are planned in 4.00 s: raise the rate or make the "
              "phase longer, at least 1.1 times"));
}

TEST_CASE("feasible: Poisson arrivals need a margin", "[expect][feasible]") {
  spec::Scenario scenario = scenario_with(50, p95_in("outage"));
  scenario.traffic.front().arrivals = spec::Arrivals::poisson;
  CHECK(refuses(scenario, "(Poisson arrivals: as few as 143)"));
  scenario.traffic.front().rate = {Rate{70}, Rate{70}, 0ns};
  CHECK(refusal(scenario) == "");
}

TEST_CASE("feasible: a refusal's advice is enough", "[expect][feasible]") {
  for (const double rate : {5.0, 20.0, 40.0}) {
    const std::string message = refusal(scenario_with(rate, p95_in("outage")));
    const std::size_t at = message.find("at least ");
    REQUIRE(at != std::string::npos);
    const double factor = std::stod(message.substr(at + 9));
    CHECK(refusal(scenario_with(rate * factor, p95_in("outage"))) == "");
  }
}

TEST_CASE("feasible: a share must not be tighter than its requests can show",
          "[expect][feasible]") {
  CHECK(share_samples_needed(Comparison::less, 0.001) == 3838);
  CHECK(share_samples_needed(Comparison::greater_equal, 0.999) == 3838);
  CHECK(share_samples_needed(Comparison::greater_equal, 0.99) == 381);
  CHECK(share_samples_needed(Comparison::less, 0.5) == 4);
  const auto failed_below = [](double share) {
    return expectation("failed", {"outage"}, share_slo(Metric::failed, Comparison::less, share));
  };
  CHECK(refusal(scenario_with(200, failed_below(0.005))) == "");
  CHECK(refuses(scenario_with(200, failed_below(0.001)),
                "needs 3838 requests, and only 800 are planned in 4.00 s"));
  CHECK(refusal(scenario_with(2, failed_below(0))) == "");
  CHECK(refusal(scenario_with(
            2, expectation("none", {"outage"}, share_slo(Metric::failed, Comparison::equal, 0)))) ==
        "");
  CHECK(refuses(scenario_with(900, expectation("exact", {"outage"},
                                               share_slo(Metric::failed, Comparison::equal, 0.5))),
                "can never be shown"));
}

TEST_CASE("feasible: the number of samples for a share is the smallest that is enough",
          "[expect][feasible]") {
  for (const double share : {0.001, 0.01, 0.05, 0.3}) {
    const std::uint64_t needed = share_samples_needed(Comparison::less, share);
    CHECK(wilson(0, needed).high < share);
    CHECK(wilson(0, needed - 1).high >= share);
  }
}

TEST_CASE("feasible: a fallback's share needs its requests too", "[expect][feasible]") {
  spec::FallbackExpectation fallback;
  fallback.stream = "score";
  fallback.share = 0.99;
  CHECK(refusal(scenario_with(100, expectation("f", {"outage"}, fallback))) == "");
  CHECK(refuses(scenario_with(50, expectation("f", {"outage"}, fallback)),
                "fallback of score >= 99 % needs 381 requests"));
}

TEST_CASE("feasible: a breaker needs a fault, healthy time and phases that hold its times",
          "[expect][feasible]") {
  const BreakerSim sim;
  spec::BreakerExpectation breaker = healthy_breaker(sim);
  CHECK(refusal(scenario_with(200, expectation("b", {"outage"}, breaker))) == "");
  CHECK(refuses(scenario_with(200, expectation("b", {"steady"}, breaker)),
                "no fault of mock openai is active in its phases"));
  CHECK(refuses(scenario_with(5, expectation("b", {"outage"}, breaker)),
                "its healthy traffic must be known"));
  spec::Scenario faultless = scenario_with(200, expectation("b", {"outage"}, breaker));
  faultless.faults.clear();
  CHECK(refuses(faultless, "no fault is injected into mock openai"));
  breaker.reset = 4s;
  CHECK(refuses(scenario_with(200, expectation("b", {"outage"}, breaker)),
                "reset: 4.00 s does not fit into 4.00 s"));
  breaker.reset = 3999ms;
  CHECK(refusal(scenario_with(200, expectation("b", {"outage"}, breaker))) == "");
  breaker.opens->within = 5s;
  CHECK(refuses(scenario_with(200, expectation("b", {"outage"}, breaker)),
                "opens: within: 5.00 s does not fit"));
}

TEST_CASE("feasible: the closing of a breaker must fit behind the healing", "[expect][feasible]") {
  spec::BreakerExpectation breaker;
  breaker.mock = "openai";
  breaker.closes = spec::BreakerExpectation::Closes{2999ms};
  CHECK(refusal(scenario_with(200, expectation("b", {"recovery"}, breaker))) == "");
  breaker.closes->within = 3s;
  CHECK(refuses(scenario_with(200, expectation("b", {"recovery"}, breaker)),
                "closes: within: 3.00 s does not fit into the 3.00 s"));
  CHECK(refuses(scenario_with(200, expectation("b", {"steady"}, breaker)),
                "no fault of mock openai is healed before the end of its phases"));
}

TEST_CASE("feasible: the time-bound of an open breaker needs its samples", "[expect][feasible]") {
  const BreakerSim sim;
  spec::BreakerExpectation breaker = healthy_breaker(sim);
  breaker.while_open->slo = quantile_slo(Metric::response, 0.99, Comparison::less, 50ms);
  CHECK(refuses(scenario_with(200, expectation("b", {"outage"}, breaker)),
                "needs 1000 requests, and only 800 are planned"));
}

TEST_CASE("expected samples: are those of the stream in the phases", "[expect][feasible]") {
  const spec::Scenario scenario = scenario_with(100, p95_in("outage"));
  CHECK(expected_samples(scenario, scenario.expectations.front()) == 400);
  spec::Expectation whole = p95_in("outage");
  whole.during.clear();
  CHECK(expected_samples(scenario, whole) == 1000);
}

TEST_CASE("feasible: windows, recoveries and probes need room and traffic", "[expect][feasible]") {
  const auto refused = [](const auto& what, double rate, const std::string& text) {
    spec::Expectation expectation;
    expectation.name = "it";
    expectation.during = {"recovery"};
    expectation.what = what;
    return refuses(scenario_with(rate, expectation), text);
  };
  spec::SloExpectation sliding;
  sliding.slo = share_slo(Metric::failed, Comparison::less, 0.05);
  sliding.window = 1s;
  CHECK_FALSE(refused(sliding, 200, "room"));
  CHECK(refused(sliding, 20, "needs"));
  sliding.windows = 4;
  CHECK(refused(sliding, 200, "no phase has room for 4 windows of 1.00 s in a row"));

  spec::RecoveryExpectation recovery;
  recovery.slo = {share_slo(Metric::failed, Comparison::less, 0.05)};
  recovery.within = 2s;
  CHECK_FALSE(refused(recovery, 200, "room"));
  recovery.within = 2500ms;
  CHECK(refused(recovery, 200, "no phase has room for 2.50 s to recover"));

  spec::MetricExpectation metric;
  metric.selector = "up";
  CHECK(refused(metric, 200, "no probe scrapes metrics"));
  spec::TelemetryExpectation telemetry;
  telemetry.mock = "openai";
  CHECK(refused(telemetry, 200, "no probe tells the state of a breaker"));
}

TEST_CASE("feasible: how calls are repeated is seen only where something fails",
          "[expect][feasible]") {
  spec::CallsExpectation calls;
  calls.mock = "openai";
  const auto with = [&](const char* phase) {
    spec::Expectation expectation;
    expectation.name = "calls";
    expectation.during = {phase};
    expectation.what = calls;
    return scenario_with(200, expectation);
  };
  calls.in_flight_max = 20;
  CHECK(refusal(with("steady")) == "");
  calls.tries_max = 3;
  CHECK(refuses(with("steady"), "no fault of mock openai is active in its phases"));
  CHECK(refusal(with("outage")) == "");
}
