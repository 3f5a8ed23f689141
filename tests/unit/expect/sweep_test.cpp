#include "harness/expect/sweep.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

spec::Scenario swept() {
  spec::Scenario scenario;
  scenario.name = "outage";
  scenario.title = "Outage";
  scenario.timeline = {{"outage", 4s, {}}, {"recovery", 2s, {}}};
  for (const char* const name : {"other", "score"}) {
    spec::Stream stream;
    stream.name = name;
    stream.rate = {{7}, {7}, 0s};
    scenario.traffic.push_back(stream);
  }
  scenario.faults.resize(1);
  for (const char* const phase : {"outage", "recovery"}) {
    spec::Expectation expectation;
    expectation.name = std::string{"during "} + phase;
    expectation.during = {phase};
    scenario.expectations.push_back(expectation);
  }
  spec::Sweep sweep;
  sweep.stream = "score";
  sweep.capacity = Rate{400};
  sweep.levels = {Ratio{0.3}, Ratio{0.6}};
  sweep.recovered = "recovery";
  sweep.at_least = Ratio{0.6};
  scenario.sweep = sweep;
  return scenario;
}

Judgement judged(const std::string& name, Verdict verdict) {
  Judgement judgement;
  judgement.name = name;
  judgement.findings.resize(1);
  judgement.findings[0].verdict = verdict;
  judgement.findings[0].why = "because";
  return judgement;
}

RunResult result_of(Verdict outage, Verdict recovery) {
  RunResult result;
  result.judgements = {judged("during outage", outage), judged("during recovery", recovery)};
  return result;
}

SweepResult found(std::vector<Recovery> recoveries, double at_least) {
  SweepResult sweep;
  sweep.capacity = Rate{400};
  sweep.at_least = Ratio{at_least};
  double level = 0;
  for (const Recovery recovery : recoveries) {
    level += 0.25;
    sweep.levels.push_back({Ratio{level}, Rate{400 * level}, recovery, "it stayed slow"});
  }
  return sweep;
}

}  // namespace

TEST_CASE("sweep: the drill of a level is the same at another rate, under another name",
          "[expect][sweep]") {
  const spec::Scenario drill = drill_at(swept(), Ratio{0.6}, Rate{400});
  CHECK(drill.name == "outage-at-60");
  CHECK(spec::peak_rate(drill.traffic[1].rate, 0s, 6s) == Rate{240});
  CHECK(spec::peak_rate(drill.traffic[0].rate, 0s, 6s) == Rate{7});
  CHECK(drill.faults.size() == 1);
  CHECK(drill_at(swept(), Ratio{0.125}, Rate{400}).name == "outage-at-12-5");
}

TEST_CASE("sweep: the capacity is measured with nothing broken and nothing else sent",
          "[expect][sweep]") {
  spec::Scenario scenario = swept();
  scenario.sweep->measure.emplace();
  scenario.sweep->measure->from = Rate{50};
  scenario.sweep->measure_for = 20s;
  const spec::Scenario drill = capacity_drill(scenario);
  CHECK(drill.faults.empty());
  REQUIRE(drill.traffic.size() == 1);
  CHECK(drill.traffic[0].name == "score");
  REQUIRE(drill.traffic[0].breakpoint);
  CHECK(drill.traffic[0].breakpoint->phase == "capacity");
  CHECK(drill.length() == 20s);
  REQUIRE(drill.expectations.size() == 1);
  CHECK(std::get<spec::KneeExpectation>(drill.expectations[0].what).at_least == Rate{50});
}

TEST_CASE("sweep: recovery is what the expectations about its phase came to", "[expect][sweep]") {
  const spec::Scenario drill = drill_at(swept(), Ratio{0.3}, Rate{400});
  const auto recovery = [&](const RunResult& result) {
    return judge_recovery(drill, result).first;
  };
  CHECK(recovery(result_of(Verdict::pass, Verdict::pass)) == Recovery::yes);
  CHECK(recovery(result_of(Verdict::fail, Verdict::pass)) == Recovery::yes);
  CHECK(recovery(result_of(Verdict::pass, Verdict::fail)) == Recovery::no);
  CHECK(recovery(result_of(Verdict::pass, Verdict::inconclusive)) == Recovery::unknown);
  CHECK(recovery(RunResult{}) == Recovery::unknown);
  CHECK(judge_recovery(drill, result_of(Verdict::pass, Verdict::fail)).second ==
        "during recovery: because");

  // A fault that did not happen was not recovered from.
  RunResult hollow = result_of(Verdict::pass, Verdict::pass);
  hollow.problems = {"fault x hit nothing"};
  CHECK(recovery(hollow) == Recovery::unknown);
  RunResult broken_off = result_of(Verdict::pass, Verdict::pass);
  broken_off.interrupted = true;
  CHECK(recovery(broken_off) == Recovery::unknown);
}

TEST_CASE("sweep: the highest level is the last before the first that did not recover",
          "[expect][sweep]") {
  using enum Recovery;
  CHECK(found({yes, yes, no, yes}, 0.5).highest() == Ratio{0.5});
  CHECK_FALSE(found({unknown, yes}, 0.5).highest());
  CHECK(to_text(found({yes, yes, no}, 0.5)) ==
        "recovers by itself up to 50 % of 400/s (200/s); at 75 %: it stayed slow");
  CHECK(to_text(found({no}, 0.25)) == "recovers by itself at no level; at 25 %: it stayed slow");
}

TEST_CASE("sweep: only levels up to the one required decide", "[expect][sweep]") {
  using enum Recovery;
  CHECK(found({yes, yes, no}, 0.5).verdict() == Verdict::pass);
  CHECK(found({yes, no, yes}, 0.5).verdict() == Verdict::fail);
  CHECK(found({unknown, no}, 0.5).verdict() == Verdict::fail);
  CHECK(found({yes, unknown}, 0.5).verdict() == Verdict::inconclusive);
  CHECK(found({yes}, 0.5).verdict() == Verdict::inconclusive);  // broken off
  CHECK(found({}, 0.5).verdict() == Verdict::inconclusive);
}
