#include "harness/expect/breaker_rate.hpp"
#include "harness/expect/judge.hpp"
#include "tests/support/breaker_sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSeeds = 200;
using Demand = std::function<void(spec::BreakerExpectation&)>;

/// One demand on the breaker, judged over the phases.
Judgement judged(const BreakerSim& sim, const std::vector<std::string>& during,
                 const Demand& demand) {
  SimulatedDrill drill = simulate(sim);
  spec::BreakerExpectation breaker;
  breaker.mock = "openai";
  breaker.instances = sim.instances;
  demand(breaker);
  drill.scenario.expectations = {expectation("property", during, breaker)};
  // What the scenario says elsewhere about the same breaker is known here, too.
  drill.scenario.expectations.push_back(expectation("known", {"outage"}, healthy_breaker(sim)));
  return judge(drill.scenario, drill.result).front();
}

std::string text_of(const Judgement& judgement) {
  std::string text;
  for (const Finding& finding : judgement.findings) {
    text += finding.what + ": " + name_of(finding.verdict) + ", " + finding.observed + " (" +
            finding.why + ")\n";
  }
  for (const Moment& moment : judgement.moments) {
    text += "    " + to_text(moment.at) + " " + moment.text + "\n";
  }
  return text;
}

void check_always(Verdict verdict, BreakerSim sim, const std::vector<std::string>& during,
                  const Demand& demand, const std::string& why = "") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    sim.seed = seed;
    const Judgement judgement = judged(sim, during, demand);
    bool said = why.empty();
    for (const Finding& finding : judgement.findings) {
      said = said || finding.why.find(why) != std::string::npos;
    }
    if (judgement.verdict() == verdict && said) continue;
    FAIL_CHECK("seed " << seed << ":\n" << text_of(judgement));
    return;
  }
  SUCCEED();
}

spec::MockAction failing() {
  spec::MockAction action;
  action.respond = spec::MockAction::Respond{503, {}};
  return action;
}

/// Fails all the time, but never so often in a row that it must open.
BreakerSim below_threshold() {
  BreakerSim sim;
  sim.steps = {{spec::FaultStep::Ends::never, 0, failing()}};
  sim.fault_share = Ratio{0.02};
  sim.healthy_latency = {spec::Delay::Kind::fixed, 1ms, 0ms};
  sim.outage = 6s;
  return sim;
}

/// Half of the last 100 calls.
BreakerSim opens_on_share() {
  BreakerSim sim;
  spec::BreakerExpectation::FailureRate rate;
  rate.share = 0.5;
  rate.over_calls = 100;
  rate.calls_min = 100;
  sim.failure_rate = rate;
  return sim;
}

const Demand kHungTrial = [](auto& breaker) { breaker.hung_trial = 2s; };
const Demand kReopens = [](auto& breaker) { breaker.reopens = true; };
const Demand kHerd = [](auto& breaker) { breaker.herd_max = 1.5; };
const Demand kStaysClosed = [](auto& breaker) { breaker.stays_closed = true; };
const Demand kOpenings = [](auto& breaker) { breaker.openings_max = 1; };
const Demand kCloses = [](auto& breaker) { breaker.closes = spec::BreakerExpectation::Closes{2s}; };

}  // namespace

TEST_CASE("breaker property: a hung trial is survived, or blocks the breaker",
          "[expect][breaker]") {
  BreakerSim sim;
  check_always(Verdict::pass, sim, {"outage"}, kHungTrial);
  sim.stuck_half_open = true;
  check_always(Verdict::fail, sim, {"outage"}, kHungTrial, "a trial that hung blocks the breaker");
  check_always(Verdict::fail, sim, {"recovery"}, kCloses, "still open ");
}

TEST_CASE("breaker property: without a hung trial nothing is known about surviving one",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.steps = {{spec::FaultStep::Ends::never, 0, failing()}};
  check_always(Verdict::inconclusive, sim, {"outage"}, kHungTrial, "no trial was left without");
}

TEST_CASE("breaker property: a failed trial opens it again", "[expect][breaker]") {
  BreakerSim sim;
  sim.failures = 30;  // enough calls to see that it closed
  check_always(Verdict::pass, sim, {"outage"}, kReopens);
  sim.closes_on_failed_trial = true;
  check_always(Verdict::fail, sim, {"outage"}, kReopens, "of a trial that had failed");
}

TEST_CASE("breaker property: no herd comes after it closed", "[expect][breaker]") {
  BreakerSim sim;
  SECTION("Poisson arrivals") { check_always(Verdict::pass, sim, {"recovery"}, kHerd); }
  SECTION("even arrivals") {
    sim.poisson = false;
    check_always(Verdict::pass, sim, {"recovery"}, kHerd);
  }
  SECTION("many calls") {
    sim.rate = 600;
    check_always(Verdict::pass, sim, {"recovery"}, kHerd);
  }
  SECTION("the machine stands still after it closed, and then all comes at once") {
    sim.stall_at = 8500ms;
    sim.stall = 300ms;
    check_always(Verdict::pass, sim, {"recovery"}, kHerd);
  }
  SECTION("everything that was missed at once") {
    sim.herd = 400;
    check_always(Verdict::fail, sim, {"recovery"}, kHerd, "times as many as before the fault");
  }
  SECTION("still open") {
    sim.never_closes = true;
    check_always(Verdict::inconclusive, sim, {"recovery"}, kHerd, "did not close");
  }
}

TEST_CASE("breaker property: it stays closed below its threshold", "[expect][breaker]") {
  BreakerSim sim = below_threshold();
  SECTION("a correct one") { check_always(Verdict::pass, sim, {"outage"}, kStaysClosed); }
  SECTION("one that opens at the first failure") {
    sim.real_failures = 1;
    check_always(Verdict::fail, sim, {"outage"}, kStaysClosed, "it opened at ");
  }
  SECTION("nothing fails") {
    sim.steps = {{spec::FaultStep::Ends::never, 0, std::nullopt}};
    const Judgement judgement = judged(sim, {"outage"}, kStaysClosed);
    CHECK(judgement.verdict() == Verdict::inconclusive);
  }
}

TEST_CASE("breaker property: one that counts failures for ever flaps", "[expect][breaker]") {
  BreakerSim sim = below_threshold();
  sim.fault_share = Ratio{0.1};
  sim.failures = 20;
  check_always(Verdict::pass, sim, {"outage"}, kOpenings);
  sim.counts_all_failures = true;
  sim.keeps_count = true;
  check_always(Verdict::fail, sim, {"outage"}, kOpenings, "it flaps: it opened ");
}

TEST_CASE("breaker property: one that only less load brings back is called metastable",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.relief = 1500ms;
  sim.again = 2s;
  check_always(Verdict::pass, sim, {"recovery"}, kCloses);
  sim.refusals_postpone = true;
  check_always(Verdict::fail, sim, {"recovery"}, kCloses, "metastable");
}

TEST_CASE("breaker property: opens on a share of failures", "[expect][breaker]") {
  BreakerSim sim = opens_on_share();
  const Demand opens = [&](auto& breaker) {
    breaker.opens = spec::BreakerExpectation::Opens{5, sim.failure_rate, 2s};
  };
  SECTION("a correct one") { check_always(Verdict::pass, sim, {"outage"}, opens); }
  SECTION("failures as slow as successes") {
    sim.failing_latency = 40ms;
    check_always(Verdict::pass, sim, {"outage"}, opens);
  }
  SECTION("early") {
    sim.real_share = 0.1;
    check_always(Verdict::fail, sim, {"outage"}, opens, "opened early: after at most ");
  }
  SECTION("late") {
    sim.real_share = 0.99;
    sim.rate = 100;
    check_always(Verdict::fail, sim, {"outage"}, opens, "opened late: ");
  }
  SECTION("never") {
    sim.never_opens = true;
    check_always(Verdict::fail, sim, {"outage"}, opens, "never opened: ");
  }
}

TEST_CASE("breaker property: slow answers count as failures where the scenario says so",
          "[expect][breaker]") {
  BreakerSim sim;
  spec::MockAction slow;
  slow.latency = spec::Delay{spec::Delay::Kind::fixed, 300ms, 0ms};
  sim.steps = {{spec::FaultStep::Ends::never, 0, slow}};
  sim.slow = 200ms;
  const Demand opens = [&](auto& breaker) {
    breaker.opens = spec::BreakerExpectation::Opens{5, {}, 1s};
    breaker.slow = 200ms;
  };
  check_always(Verdict::pass, sim, {"outage"}, opens);
  sim.never_opens = true;
  check_always(Verdict::fail, sim, {"outage"}, opens, "never opened: ");
}

TEST_CASE("breaker property: a breaker that was open before the fault proves nothing",
          "[expect][breaker]") {
  SimulatedDrill drill = simulate({});
  const Offset fault = *drill.result.faults.front().injected_at;
  std::erase_if(drill.result.ledgers.front().entries,
                [&](const LedgerEntry& entry) { return entry.arrived < fault; });
  drill.scenario.expectations = {expectation("breaker", {"outage"}, healthy_breaker({}))};
  const Judgement judgement = judge(drill.scenario, drill.result).front();
  CHECK(judgement.verdict() == Verdict::inconclusive);
  CHECK(judgement.findings.front().why.find("the breaker was open already") != std::string::npos);
}

TEST_CASE("breaker property: nothing closes while another fault goes on", "[expect][breaker]") {
  SimulatedDrill drill = simulate({});
  FaultRecord other = drill.result.faults.front();
  other.name = "openai@recovery";
  other.injected_at = *other.healed_at;
  other.healed_at.reset();
  drill.result.faults.push_back(other);
  drill.scenario.faults.push_back(drill.scenario.faults.front());
  drill.scenario.faults.back().name = other.name;
  spec::BreakerExpectation closing;
  closing.mock = "openai";
  kCloses(closing);
  drill.scenario.expectations = {expectation("closes", {"recovery"}, closing)};
  const Judgement judgement = judge(drill.scenario, drill.result).front();
  CHECK(judgement.verdict() == Verdict::inconclusive);
  CHECK(judgement.findings.front().why.find("was still active") != std::string::npos);
}

TEST_CASE("breaker rate: the two readings enclose what the breaker saw", "[expect][breaker]") {
  std::vector<Call> calls;
  for (int i = 0; i < 100; ++i) calls.push_back({i * 10ms, i * 10ms + 1ms, i < 60});
  const CallEnds ends{calls};
  spec::BreakerExpectation::FailureRate rate;
  rate.share = 0.5;
  rate.over_calls = 40;
  rate.calls_min = 40;
  // 20 of 40 after the 20th failure; two successes may have come later than it looks.
  const auto certain = certain_rate(ends, rate, 0ms, 2s);
  REQUIRE(certain.has_value());
  CHECK(*certain >= 791ms);
  CHECK(*certain <= 821ms);
  CHECK(possible_rate(ends, rate, 0ms, 830ms).reached);
  CHECK_FALSE(possible_rate(ends, rate, 0ms, 700ms).reached);
  rate.calls_min = 200;
  CHECK_FALSE(certain_rate(ends, rate, 0ms, 2s).has_value());
  rate = {.share = 0.5, .above = true, .over_time = 200ms, .calls_min = 1};
  CHECK(certain_rate(ends, rate, 0ms, 2s).value_or(0ms) > 700ms);
  CHECK_FALSE(possible_rate(ends, rate, 0ms, 640ms).reached);
}

TEST_CASE("breaker preset: fills in what the scenario leaves out, and no more",
          "[expect][breaker][preset]") {
  for (const spec::BreakerPreset& preset : spec::breaker_presets()) {
    CAPTURE(preset.name);
    spec::BreakerExpectation breaker;
    breaker.preset = preset.name;
    spec::apply_preset(breaker);
    CHECK(breaker.while_open.has_value());
    CHECK((breaker.trials_max.has_value() || preset.name == "envoy"));
    spec::BreakerExpectation closing;
    closing.preset = preset.name;
    closing.closes = spec::BreakerExpectation::Closes{1s};
    spec::apply_preset(closing);
    CHECK_FALSE(closing.opens.has_value());
  }
  spec::BreakerExpectation opossum;
  opossum.preset = "opossum";
  opossum.reset = 2s;
  spec::apply_preset(opossum);
  CHECK(opossum.reset == Duration{2s});
  REQUIRE(opossum.opens.has_value());
  REQUIRE(opossum.opens->rate.has_value());
  CHECK(opossum.opens->rate->above);
  CHECK(opossum.opens->rate->over_time == Duration{10s});
}

TEST_CASE("breaker property: requests that waited for the trial and then go all at once are a herd",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.herd = 200;
  for (sim.seed = 1; sim.seed <= 50; ++sim.seed) {
    SimulatedDrill drill = simulate(sim);
    auto& entries = drill.result.ledgers.front().entries;
    const Offset healed = *drill.result.faults.front().healed_at;
    const auto trial = std::find_if(entries.begin(), entries.end(), [&](const LedgerEntry& entry) {
      return entry.arrived > healed && entry.ok();
    });
    REQUIRE(trial != entries.end());
    trial->arrived -= 500ms;  // it takes that much longer, and those behind it wait
    spec::BreakerExpectation breaker;
    breaker.mock = "openai";
    breaker.herd_max = 1.5;
    drill.scenario.expectations = {expectation("herd", {"recovery"}, breaker)};
    const Judgement judgement = judge(drill.scenario, drill.result).front();
    CAPTURE(sim.seed, text_of(judgement));
    CHECK(judgement.verdict() == Verdict::fail);
  }
}

TEST_CASE("breaker property: one that stays open under another fault had no fair chance",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.never_closes = true;
  SimulatedDrill drill = simulate(sim);
  FaultRecord other = drill.result.faults.front();
  other.name = "cache-down";
  other.injected_at = 7s;
  other.healed_at = 10s;
  drill.result.faults.push_back(other);
  spec::BreakerExpectation closing;
  closing.mock = "openai";
  kCloses(closing);
  drill.scenario.expectations = {expectation("closes", {"recovery"}, closing)};
  const Judgement judgement = judge(drill.scenario, drill.result).front();
  CHECK(judgement.verdict() == Verdict::inconclusive);
  CHECK(judgement.findings.front().why.find("fault cache-down was still active") == 0);
}
