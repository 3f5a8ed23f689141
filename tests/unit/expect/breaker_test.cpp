#include "harness/expect/judge.hpp"
#include "tests/support/breaker_sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

Judgement judged(SimulatedDrill drill, const spec::BreakerExpectation& breaker,
                 const std::string& phase = "outage") {
  drill.scenario.expectations = {expectation("breaker", {phase}, breaker)};
  return judge(drill.scenario, drill.result).front();
}

/// All findings are inconclusive, for this reason.
void check_unproved(const Judgement& judgement, const std::string& why) {
  for (const Finding& finding : judgement.findings) {
    CAPTURE(finding.what, finding.observed, finding.why);
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why.find(why) != std::string::npos);
  }
}

spec::BreakerExpectation closing(Duration within) {
  spec::BreakerExpectation breaker;
  breaker.mock = "openai";
  breaker.closes = spec::BreakerExpectation::Closes{within};
  return breaker;
}

}  // namespace

TEST_CASE("breaker: an incomplete or missing ledger is no evidence", "[expect][breaker]") {
  const BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  drill.result.ledgers.front().not_kept = 1;
  check_unproved(judged(drill, healthy_breaker(sim)), "1 call were not kept");
  drill.result.ledgers.clear();
  check_unproved(judged(drill, healthy_breaker(sim)), "there is no ledger of mock openai");
}

TEST_CASE("breaker: a fault that was not injected or hit nothing proves nothing",
          "[expect][breaker]") {
  const BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  drill.result.faults.front().hits = 0;
  check_unproved(judged(drill, healthy_breaker(sim)), "fault openai@outage hit no call");
  drill.result.faults.front().injected_at.reset();
  check_unproved(judged(drill, healthy_breaker(sim)), "no fault was injected into openai");
}

TEST_CASE("breaker: too few healthy calls make it invisible", "[expect][breaker]") {
  BreakerSim sim;
  sim.rate = 5;
  check_unproved(judged(simulate(sim), healthy_breaker(sim)), "cannot see the breaker: only ");
  sim.rate = 200;
  sim.steady = 400ms;  // too short a phase to be looked at
  check_unproved(judged(simulate(sim), healthy_breaker(sim)), "only 0 calls to openai before");
}

TEST_CASE("breaker: silence from clients that could not send is not an opening",
          "[expect][breaker]") {
  const BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  for (Slice& slice : drill.result.streams.front().slices) {
    if (slice.phase != 1) continue;
    slice.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] = slice.sent;
    slice.sent = slice.sent_here = 0;
    slice.ended = {};
  }
  check_unproved(judged(drill, healthy_breaker(sim)), "is not the breaker's alone");
}

TEST_CASE("breaker: silence from a system that is down is not an opening", "[expect][breaker]") {
  const BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  for (Slice& slice : drill.result.streams.front().slices) {
    if (slice.phase != 1) continue;
    slice.ended = {};
    slice.ended[static_cast<std::size_t>(Ending::refused)] = slice.sent;
  }
  check_unproved(judged(drill, healthy_breaker(sim)), "it looks down rather than protected");
}

TEST_CASE("breaker: losses of the generator make every finding inconclusive", "[expect][breaker]") {
  BreakerSim sim;
  sim.never_opens = true;
  SimulatedDrill drill = simulate(sim);
  Slice& slice = drill.result.streams.front().slices[35];
  slice.planned += 50;
  slice.dropped[static_cast<std::size_t>(Drop::late)] = 50;
  check_unproved(judged(drill, healthy_breaker(sim)), "the generator could not keep the rate");
}

TEST_CASE("breaker: a phase that was not reached is inconclusive", "[expect][breaker]") {
  const BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  drill.result.phases[1].reached = false;
  check_unproved(judged(drill, healthy_breaker(sim)), "phase outage never happened");
}

TEST_CASE("breaker: an interruption keeps failures and takes passes back", "[expect][breaker]") {
  BreakerSim sim;
  SimulatedDrill drill = simulate(sim);
  drill.result.phases[1].planned = 10s;
  check_unproved(judged(drill, healthy_breaker(sim)), "phase outage was cut short");
  sim.never_opens = true;
  drill = simulate(sim);
  drill.result.phases[1].planned = 10s;
  CHECK(judged(drill, healthy_breaker(sim)).verdict() == Verdict::fail);
}

TEST_CASE("breaker: too few failures in a row to open prove nothing about one that stays closed",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.fault_share = Ratio{0.1};
  sim.failures = 20;
  const Judgement judgement = judged(simulate(sim), healthy_breaker(sim));
  check_unproved(judgement, "never ");
}

TEST_CASE("breaker: a fault too short to show the opening is inconclusive", "[expect][breaker]") {
  BreakerSim sim;
  sim.outage = 150ms;
  sim.never_opens = true;
  const Judgement judgement = judged(simulate(sim), healthy_breaker(sim));
  CHECK(judgement.findings.front().verdict == Verdict::inconclusive);
}

TEST_CASE("breaker: trials that are answered at once do not show how many were let through",
          "[expect][breaker]") {
  BreakerSim sim;
  spec::MockAction fail;
  fail.respond = spec::MockAction::Respond{503, {}};
  sim.steps = {{spec::FaultStep::Ends::never, 0, fail}};
  for (const std::uint32_t real : {1U, 1'000'000U}) {
    sim.real_trials = real;
    spec::BreakerExpectation breaker;
    breaker.mock = "openai";
    breaker.trials_max = 1;
    const Judgement judgement = judged(simulate(sim), breaker);
    CHECK(judgement.verdict() != Verdict::pass);
    if (real == 1) check_unproved(judgement, "too fast to show");
  }
}

TEST_CASE("breaker: closing just in time passes, a moment later fails", "[expect][breaker]") {
  const BreakerSim sim;
  const SimulatedDrill drill = simulate(sim);
  SimulatedDrill with = drill;
  with.scenario.expectations = {expectation("breaker", {"outage"}, healthy_breaker(sim))};
  Offset closed{0};
  for (const Moment& moment : observed_moments(with.scenario, with.result)) {
    if (moment.kind == MomentKind::breaker_closed) closed = moment.at;
  }
  const Offset healed = *drill.result.faults.front().healed_at;
  REQUIRE(closed > healed);
  CHECK(judged(drill, closing(closed - healed), "recovery").verdict() == Verdict::pass);
  CHECK(judged(drill, closing(closed - healed - 1ns), "recovery").verdict() == Verdict::fail);
}

TEST_CASE("breaker: one still open fails only when it had its whole time", "[expect][breaker]") {
  BreakerSim sim;
  sim.never_closes = true;
  const SimulatedDrill drill = simulate(sim);  // watched for 3 s after the healing
  CHECK(judged(drill, closing(3s), "recovery").verdict() == Verdict::fail);
  const Judgement early = judged(drill, closing(3s + 1ns), "recovery");
  check_unproved(early, "the drill ended 3.00 s after the healing, before the 3.00 s were over");
}

TEST_CASE("breaker: what was never open has nothing to close", "[expect][breaker]") {
  BreakerSim sim;
  sim.never_opens = true;
  check_unproved(judged(simulate(sim), closing(1s), "recovery"), "was never open under fault");
}

TEST_CASE("breaker: one that closed before the healing passes", "[expect][breaker]") {
  BreakerSim sim;
  spec::MockAction fail;
  fail.respond = spec::MockAction::Respond{503, {}};
  sim.steps = {{spec::FaultStep::Ends::at_breaker_open, 0, fail},
               {spec::FaultStep::Ends::never, 0, {}}};
  const Judgement judgement = judged(simulate(sim), closing(1s), "recovery");
  CHECK(judgement.verdict() == Verdict::pass);
  CHECK(judgement.findings.front().observed == "closed before the fault was healed");
}

TEST_CASE("breaker: without a known number of failures a closed one is inconclusive",
          "[expect][breaker]") {
  BreakerSim sim;
  sim.never_opens = true;
  spec::BreakerExpectation breaker = healthy_breaker(sim);
  breaker.opens.reset();
  check_unproved(judged(simulate(sim), breaker), "never ");
}

TEST_CASE("breaker: an expectation that demands nothing is inconclusive", "[expect][breaker]") {
  const BreakerSim sim;
  spec::BreakerExpectation breaker;
  breaker.mock = "openai";
  CHECK(judged(simulate(sim), breaker).verdict() == Verdict::inconclusive);
}

TEST_CASE("breaker: an opening that took too long fails", "[expect][breaker]") {
  BreakerSim sim;
  sim.failures = sim.real_failures.emplace(40);  // at 200/s about 200 ms
  spec::BreakerExpectation breaker = healthy_breaker(sim);
  CHECK(judged(simulate(sim), breaker).findings.front().verdict == Verdict::pass);
  breaker.opens->within = 50ms;
  const Finding finding = judged(simulate(sim), breaker).findings.front();
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("after the first failed answer, not within 50.0 ms") != std::string::npos);
}

TEST_CASE("breaker: a judgement shows the moments that explain it, in order", "[expect][breaker]") {
  const BreakerSim sim;
  const Judgement judgement = judged(simulate(sim), healthy_breaker(sim));
  std::vector<MomentKind> kinds;
  for (const Moment& moment : judgement.moments) kinds.push_back(moment.kind);
  REQUIRE(kinds.size() >= 5);
  CHECK(kinds[0] == MomentKind::phase_started);
  CHECK(kinds[1] == MomentKind::fault_injected);
  CHECK(kinds[2] == MomentKind::breaker_open);
  CHECK(kinds[3] == MomentKind::breaker_half_open);
  CHECK(kinds[4] == MomentKind::breaker_open);
  CHECK(std::is_sorted(judgement.moments.begin(), judgement.moments.end(),
                       [](const Moment& a, const Moment& b) { return a.at < b.at; }));
  CHECK(judgement.kind == "breaker");
  CHECK(judgement.file == "drill.yaml");
  CHECK(judgement.line == 40);
}
