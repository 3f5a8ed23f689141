#include "harness/run/gate.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

spec::Scenario scenario_with_gate(bool gate) {
  spec::Scenario scenario;
  scenario.timeline = {{"steady", 2s, {}}, {"outage", 2s, {}}};
  spec::Stream stream;
  stream.name = "score";
  stream.rate = {{500}, {500}, 0ns};
  scenario.traffic.push_back(stream);
  spec::SloExpectation slo;
  slo.slo.text = "score.failed.count == 0";
  slo.slo.stream = "score";
  slo.slo.metric = spec::SloExpression::Metric::failed;
  slo.slo.aggregate = spec::SloExpression::Aggregate::count;
  slo.slo.comparison = spec::Comparison::equal;
  spec::Expectation expectation;
  expectation.name = "no failures";
  expectation.during = {"steady"};
  expectation.gate = gate;
  expectation.what = slo;
  scenario.expectations.push_back(expectation);
  return scenario;
}

RunResult at_the_outage() {
  RunResult result;
  result.phases = {{"steady", 0s, 2s, 2s, true}, {"outage", 2s, 2s, 4s, true}};
  return result;
}

/// 100 requests in each of two slices; in the second some have no answer yet, or a bad one.
std::vector<StreamSeries> series(std::uint64_t pending, std::uint64_t failed) {
  StreamSeries score;
  score.name = "score";
  for (std::uint32_t i = 0; i < 2; ++i) {
    Slice slice;
    slice.start = i * 1s;
    slice.length = 1s;
    slice.planned = slice.sent = 100;
    slice.ended[static_cast<std::size_t>(Ending::ok)] = i == 0 ? 100 : 100 - pending - failed;
    slice.ended[static_cast<std::size_t>(Ending::check_failed)] = i == 0 ? 0 : failed;
    slice.response.record(1ms, 100);
    score.slices.push_back(slice);
  }
  return {score};
}

}  // namespace

TEST_CASE("gate: one that holds lets the drill go on", "[run][gate]") {
  CHECK_FALSE(first_unmet_gate(scenario_with_gate(true), at_the_outage(), series(0, 0), 1));
}

TEST_CASE("gate: one that does not hold is named", "[run][gate]") {
  CHECK(first_unmet_gate(scenario_with_gate(true), at_the_outage(), series(0, 1), 1) ==
        "no failures");
}

TEST_CASE("gate: requests without an answer yet are left out", "[run][gate]") {
  CHECK_FALSE(first_unmet_gate(scenario_with_gate(true), at_the_outage(), series(10, 0), 1));
}

TEST_CASE("gate: without any measurement it is not met", "[run][gate]") {
  std::vector<StreamSeries> nothing = series(0, 0);
  for (Slice& slice : nothing[0].slices) slice = Slice{};
  CHECK(first_unmet_gate(scenario_with_gate(true), at_the_outage(), nothing, 1) == "no failures");
}

TEST_CASE("gate: other expectations do not stop a drill", "[run][gate]") {
  CHECK_FALSE(first_unmet_gate(scenario_with_gate(false), at_the_outage(), series(0, 50), 1));
}

TEST_CASE("abort: an expectation that has failed ends the drill, once its time has come",
          "[run][gate]") {
  spec::Scenario scenario = scenario_with_gate(false);
  CHECK_FALSE(any_aborts(scenario));
  scenario.expectations[0].abort_after = 500ms;
  CHECK(any_aborts(scenario));
  RunResult so_far = at_the_outage();
  so_far.phases[1].reached = false;
  CHECK_FALSE(first_failed_abort(scenario, so_far, series(0, 5), 400ms));  // too soon
  CHECK_FALSE(first_failed_abort(scenario, so_far, series(0, 0), 1900ms));
  const auto failed = first_failed_abort(scenario, so_far, series(0, 5), 1900ms);
  REQUIRE(failed);
  CHECK(failed->name == "no failures");
  CHECK(failed->verdict() == Verdict::fail);
  // What has no answer yet is left out.
  CHECK_FALSE(first_failed_abort(scenario, so_far, series(5, 0), 1900ms));
}

TEST_CASE("abort: before its phases it cannot fail", "[run][gate]") {
  spec::Scenario scenario = scenario_with_gate(false);
  scenario.expectations[0].abort_after = 0ms;
  scenario.expectations[0].during = {"outage"};
  RunResult so_far = at_the_outage();
  so_far.phases[1].reached = false;
  CHECK_FALSE(first_failed_abort(scenario, so_far, series(0, 5), 1900ms));
}
