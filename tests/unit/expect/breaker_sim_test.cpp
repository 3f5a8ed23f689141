#include "tests/support/breaker_sim.hpp"

#include "harness/expect/judge.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <string>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSeeds = 300;

std::vector<spec::Expectation> full_expectations(const BreakerSim& sim) {
  spec::BreakerExpectation closing;
  closing.mock = "openai";
  closing.instances = sim.instances;
  closing.closes = spec::BreakerExpectation::Closes{2s};
  spec::FallbackExpectation fallback;
  fallback.stream = "score";
  fallback.share = 0.99;
  fallback.from = spec::FallbackExpectation::From::breaker_open;
  fallback.breaker = "openai";
  return {expectation("opens", {"outage"}, healthy_breaker(sim)),
          expectation("closes", {"recovery"}, closing),
          expectation("fallback", {"outage"}, fallback)};
}

std::vector<Judgement> judged(const BreakerSim& sim) {
  SimulatedDrill drill = simulate(sim);
  drill.scenario.expectations = full_expectations(sim);
  return judge(drill.scenario, drill.result);
}

std::string report(const std::vector<Judgement>& judgements) {
  std::string text;
  for (const Judgement& judgement : judgements) {
    for (const Finding& finding : judgement.findings) {
      text += judgement.name + " / " + finding.what + ": " + name_of(finding.verdict) + ", seen " +
              finding.observed + ", required " + finding.required + " (" + finding.why + ")\n";
    }
    for (const Moment& moment : judgement.moments) {
      text += "    " + to_text(moment.at) + " " + moment.text + "\n";
    }
  }
  return text;
}

/// The finding whose `what` begins with `what`.
Finding finding_of(const std::vector<Judgement>& judgements, const std::string& what) {
  for (const Judgement& judgement : judgements) {
    for (const Finding& finding : judgement.findings) {
      if (finding.what.starts_with(what)) return finding;
    }
  }
  FAIL("no finding on " << what);
  return {};
}

/// Every seed: the finding fails, and says so in these words.
void check_always_fails(BreakerSim sim, const std::string& what, const std::string& why) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    sim.seed = seed;
    const std::vector<Judgement> judgements = judged(sim);
    const Finding finding = finding_of(judgements, what);
    if (finding.verdict == Verdict::fail && finding.why.find(why) != std::string::npos) continue;
    FAIL_CHECK("seed " << seed << ":\n" << report(judgements));
    return;
  }
  SUCCEED();
}

/// Every seed: everything passes.
void check_always_passes(BreakerSim sim) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    sim.seed = seed;
    const std::vector<Judgement> judgements = judged(sim);
    for (const Judgement& judgement : judgements) {
      if (judgement.verdict() == Verdict::pass) continue;
      FAIL_CHECK("seed " << seed << ":\n" << report(judgements));
      return;
    }
  }
  SUCCEED();
}

/// The machine stands still for a while, as sim.stall_at and sim.stall say.
void check_passes_despite_stall(BreakerSim sim) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    sim.seed = seed;
    SimulatedDrill drill = simulate(sim);
    drill.scenario.expectations = full_expectations(sim);
    auto& breaker = std::get<spec::BreakerExpectation>(drill.scenario.expectations.front().what);
    breaker.trials_max.reset();  // nobody holds the trials here
    breaker.while_open->slo.reset();
    const std::vector<Judgement> judgements = judge(drill.scenario, drill.result);
    for (const Judgement& judgement : judgements) {
      if (judgement.verdict() == Verdict::pass) continue;
      FAIL_CHECK("seed " << seed << ":\n" << report(judgements));
      return;
    }
  }
  SUCCEED();
}

}  // namespace

TEST_CASE("breaker judge: a correct breaker passes under Poisson arrivals", "[expect][breaker]") {
  check_always_passes({});
}

TEST_CASE("breaker judge: a correct breaker passes under even arrivals", "[expect][breaker]") {
  BreakerSim sim;
  sim.poisson = false;
  check_always_passes(sim);
}

TEST_CASE("breaker judge: a correct breaker passes at other rates, times and counts",
          "[expect][breaker]") {
  BreakerSim sim;
  SECTION("rare calls") {
    sim.rate = 100;
    sim.outage = 6s;
    check_always_passes(sim);
  }
  SECTION("dense calls") {
    sim.rate = 500;
    check_always_passes(sim);
  }
  SECTION("failures as slow as healthy answers, many in flight") {
    sim.failing_latency = 40ms;
    check_always_passes(sim);
  }
  SECTION("long open time") {
    sim.reset = 2s;
    sim.outage = 5s;
    sim.recovery = 4s;
    check_always_passes(sim);
  }
  SECTION("opens at the first failure") {
    sim.failures = 1;
    check_always_passes(sim);
  }
  SECTION("opens after many failures") {
    sim.failures = 30;
    check_always_passes(sim);
  }
}

TEST_CASE("breaker judge: a correct breaker passes though the whole machine stands still",
          "[expect][breaker]") {
  BreakerSim sim;
  spec::MockAction fail;
  fail.respond = spec::MockAction::Respond{503, {}};
  sim.steps = {{spec::FaultStep::Ends::never, 0, fail}};
  SECTION("after the first failures") {
    sim.stall_at = 3008ms;
    sim.stall = 400ms;
    check_passes_despite_stall(sim);
  }
  SECTION("while it is open") {
    sim.stall_at = 3500ms;
    sim.stall = 250ms;
    check_passes_despite_stall(sim);
  }
  SECTION("after it closed") {
    sim.stall_at = 9s;
    sim.stall = 400ms;
    check_passes_despite_stall(sim);
  }
}

TEST_CASE("breaker judge: several instances, each with a breaker of its own, pass",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.instances = 3;
  sim.rate = 300;
  sim.reset = 2s;
  sim.outage = 5s;
  sim.recovery = 4s;
  check_always_passes(sim);
}

TEST_CASE("breaker judge: defects of several instances always fail", "[expect][breaker]") {
  BreakerSim sim;
  sim.instances = 3;
  sim.rate = 300;
  SECTION("never opens") {
    sim.never_opens = true;
    check_always_fails(sim, "opens", "never opened: ");
  }
  SECTION("opens early") {
    sim.failures = 10;
    sim.real_failures = 3;
    check_always_fails(sim, "opens", "opened early: ");
  }
  SECTION("opens late") {
    sim.real_failures = 80;
    check_always_fails(sim, "opens", "opened late: ");
  }
  SECTION("leaks") {
    sim.leaks = 0.1;
    check_always_fails(sim, "calls to openai while open", "");
  }
  SECTION("stampede") {
    sim.real_trials = 1'000'000;
    check_always_fails(sim, "trials in half-open", " before the trial was answered");
  }
  SECTION("never closes") {
    sim.never_closes = true;
    check_always_fails(sim, "closes", "still open ");
  }
}

TEST_CASE("breaker judge: a breaker that never opens always fails, with one cause everywhere",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.never_opens = true;
  check_always_fails(sim, "opens", "never opened: ");
  check_always_fails(sim, "calls to openai while open", "never opened: ");
  check_always_fails(sim, "while open: ", "never opened: ");
}

TEST_CASE("breaker judge: a breaker that opens early always fails", "[expect][breaker]") {
  BreakerSim sim;
  sim.failures = 10;
  sim.real_failures = 2;
  check_always_fails(sim, "opens", "opened early: after at most ");
}

TEST_CASE("breaker judge: a breaker that counts failures that are not in a row always fails",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.counts_all_failures = true;
  sim.failures = 30;
  sim.fault_share = Ratio{0.2};
  sim.healthy_latency = {spec::Delay::Kind::fixed, 1ms, 0ms};
  check_always_fails(sim, "opens", "opened early: after at most ");
}

TEST_CASE("breaker judge: a breaker that opens late always fails", "[expect][breaker]") {
  BreakerSim sim;
  sim.real_failures = 100;
  check_always_fails(sim, "opens", "opened late: ");
}

TEST_CASE("breaker judge: a wrong open time always fails", "[expect][breaker]") {
  BreakerSim sim;
  SECTION("half as long") {
    sim.real_reset = 500ms;
    check_always_fails(sim, "stays open", "a call came through only ");
  }
  SECTION("twice as long") {
    sim.outage = 6s;
    sim.real_reset = 2s;
    check_always_fails(sim, "stays open", "the trial came only ");
  }
  SECTION("for ever") {
    sim.never_tries = true;
    check_always_fails(sim, "stays open", "it let no trial through for ");
    check_always_fails(sim, "closes", "still open ");
  }
}

TEST_CASE("breaker judge: calls that leak through an open breaker always fail",
          "[expect][breaker]") {
  BreakerSim sim;
  SECTION("a few") {
    sim.leaks = 0.02;
    check_always_fails(sim, "calls to openai while open", "while the breaker was open");
  }
  SECTION("so many that it is never quiet") {
    sim.leaks = 0.3;
    check_always_fails(sim, "calls to openai while open", "");
  }
  SECTION("something in between") {
    sim.leaks = 0.08;
    check_always_fails(sim, "calls to openai while open", "");
  }
}

TEST_CASE("breaker judge: a stampede in half-open always fails", "[expect][breaker]") {
  BreakerSim sim;
  sim.real_trials = GENERATE(2U, 1'000'000U);  // one too many; everything
  check_always_fails(sim, "trials in half-open", " before the trial was answered");
}

TEST_CASE("breaker judge: a breaker that does not close again always fails", "[expect][breaker]") {
  BreakerSim sim;
  SECTION("never") {
    sim.never_closes = true;
    check_always_fails(sim, "closes", "still open ");
  }
  SECTION("too late") {
    sim.recovery = 6s;
    sim.close_delay = 2500ms;
    check_always_fails(sim, "closes", "after the fault was healed, not within ");
  }
}

TEST_CASE("fallback judge: answers without the fallback always fail", "[expect][fallback]") {
  BreakerSim sim;
  sim.no_fallback = 0.1;
  check_always_fails(sim, "fallback of score", "the fallback answered ");
}
