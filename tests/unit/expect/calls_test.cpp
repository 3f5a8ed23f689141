#include "harness/expect/judge.hpp"
#include "tests/support/calls_sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSeeds = 200;
using Demand = std::function<void(spec::CallsExpectation&)>;

Judgement judged(SimulatedDrill drill, const Demand& demand) {
  spec::CallsExpectation calls;
  calls.mock = "openai";
  demand(calls);
  spec::Expectation expectation;
  expectation.name = "calls openai";
  expectation.during = {"shaky"};
  expectation.what = calls;
  drill.scenario.expectations = {expectation};
  return judge(drill.scenario, drill.result).front();
}

void check_always(Verdict verdict, CallsSim sim, const Demand& demand,
                  const std::string& why = "") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    sim.seed = seed;
    const Judgement judgement = judged(simulate(sim), demand);
    REQUIRE(judgement.findings.size() == 1);
    const Finding& finding = judgement.findings.front();
    if (finding.verdict == verdict && finding.why.find(why) != std::string::npos) continue;
    FAIL_CHECK("seed " << seed << ": " << finding.what << ", " << name_of(finding.verdict)
                       << ", seen " << finding.observed << " " << finding.interval << " ("
                       << finding.why << ")");
    return;
  }
  SUCCEED();
}

const Demand kTries = [](auto& calls) { calls.tries_max = 3; };
const Demand kBackoff = [](auto& calls) {
  calls.backoff = spec::CallsExpectation::Backoff{50ms, 2};
};
const Demand kJitter = [](auto& calls) { calls.jitter_min = 0.15; };
const Demand kRetryAfter = [](auto& calls) { calls.honours_retry_after = true; };
const Demand kNeverAgain = [](auto& calls) { calls.never_again_after = {{400, 404}}; };
const Demand kSameKey = [](auto& calls) { calls.same_key = true; };
const Demand kGivesUp = [](auto& calls) { calls.gives_up_within = 1s; };
const Demand kLastTry = [](auto& calls) { calls.last_try_within = 1500ms; };
const Demand kInFlight = [](auto& calls) { calls.in_flight_max = 20; };
const Demand kCorrelated = [](auto& calls) { calls.correlated_min = 0.95; };

}  // namespace

TEST_CASE("calls: no more tries than allowed", "[expect][calls]") {
  CallsSim sim;
  check_always(Verdict::pass, sim, kTries);
  sim.tries = 4;
  check_always(Verdict::fail, sim, kTries, "requests led to more than 3 calls");
  sim.fails = 0;
  check_always(Verdict::inconclusive, sim, kTries, "only 0 request");
}

TEST_CASE("calls: waits before it tries again", "[expect][calls]") {
  CallsSim sim;
  check_always(Verdict::pass, sim, kBackoff);
  SECTION("no wait at all") {
    sim.backoff = 1ms;
    check_always(Verdict::fail, sim, kBackoff, "came too soon");
  }
  SECTION("waits that do not grow") {
    sim.doubles = false;
    sim.jitter = 0.3;
    sim.fails = 0.8;
    check_always(Verdict::fail, sim, kBackoff, "came too soon");
  }
}

TEST_CASE("calls: waits are spread", "[expect][calls]") {
  CallsSim sim;
  check_always(Verdict::pass, sim, kJitter);
  sim.jitter = 0;
  check_always(Verdict::fail, sim, kJitter, "all wait for nearly the same time");
  sim.backoff = 0ms;
  check_always(Verdict::fail, sim, kJitter, "it does not wait at all");
  sim.rate = 5;
  check_always(Verdict::inconclusive, sim, kJitter, "it takes 30");
}

TEST_CASE("calls: Retry-After is honoured", "[expect][calls]") {
  CallsSim sim;
  sim.status = 429;
  sim.retry_after = 1s;
  check_always(Verdict::pass, sim, kRetryAfter);
  sim.honours_retry_after = false;
  check_always(Verdict::fail, sim, kRetryAfter, "came too soon");
  sim.tries = 1;  // gives up instead
  check_always(Verdict::pass, sim, kRetryAfter);
  sim.retry_after.reset();
  check_always(Verdict::inconclusive, sim, kRetryAfter, "only 0 answer");
}

TEST_CASE("calls: what was refused is not tried again", "[expect][calls]") {
  CallsSim sim;
  sim.status = 401;
  check_always(Verdict::pass, sim, kNeverAgain);
  sim.repeats_refusals = true;
  check_always(Verdict::fail, sim, kNeverAgain, "that would be the same again, such as 401");
  sim.status = 503;
  check_always(Verdict::inconclusive, sim, kNeverAgain, "only 0 such answer");
}

TEST_CASE("calls: one idempotency key for all tries", "[expect][calls]") {
  CallsSim sim;
  check_always(Verdict::pass, sim, kSameKey);
  sim.keeps_key = false;
  check_always(Verdict::fail, sim, kSameKey, "changed it");
}

TEST_CASE("calls: a call without an answer is given up", "[expect][calls]") {
  CallsSim sim;
  sim.status = 0;
  check_always(Verdict::pass, sim, kGivesUp);
  sim.timeout = 2s;
  check_always(Verdict::fail, sim, kGivesUp, "were still waited for");
  sim.fails = 0;
  check_always(Verdict::inconclusive, sim, kGivesUp, "it takes 10");
}

TEST_CASE("calls: no try comes after the deadline", "[expect][calls]") {
  CallsSim sim;
  sim.status = 0;
  sim.budget = 1500ms;
  check_always(Verdict::pass, sim, kLastTry);
  sim.budget = 10s;
  check_always(Verdict::fail, sim, kLastTry, "were still tried after their deadline");
}

TEST_CASE("calls: no more at a time than allowed", "[expect][calls]") {
  CallsSim sim;
  sim.status = 0;
  sim.fails = 0.9;
  sim.in_flight_max = 20;
  check_always(Verdict::pass, sim, kInFlight);
  sim.in_flight_max = 1000;
  check_always(Verdict::fail, sim, kInFlight, "waited for an answer at the same time");
  sim.fails = 0;
  check_always(Verdict::inconclusive, sim, kInFlight, "was not put to the test");
}

TEST_CASE("calls: no more a second than allowed", "[expect][calls]") {
  CallsSim sim;
  sim.fails = 0;
  check_always(Verdict::pass, sim, [](auto& calls) { calls.at_most = Rate{200}; });
  check_always(
      Verdict::fail, sim, [](auto& calls) { calls.at_most = Rate{60}; }, "came within one second");
}

TEST_CASE("calls: the id of the request comes through, or nothing can be joined",
          "[expect][calls]") {
  CallsSim sim;
  check_always(Verdict::pass, sim, kCorrelated);
  sim.loses_id = 0.2;
  check_always(Verdict::fail, sim, kCorrelated, "was lost on the way");
  check_always(Verdict::inconclusive, sim, kTries, "correlation is missing");
  SimulatedDrill drill = simulate(CallsSim{});
  drill.result.seed = 99;  // ids of another drill
  CHECK(judged(drill, kTries).verdict() == Verdict::inconclusive);
}

TEST_CASE("calls: no ledger, an incomplete one or one without calls proves nothing",
          "[expect][calls]") {
  SimulatedDrill drill = simulate(CallsSim{});
  drill.result.ledgers.front().not_kept = 1;
  CHECK(judged(drill, kTries).findings.front().why.find("overflowed: 1 call") != std::string::npos);
  drill.result.ledgers.front() = {"openai", {}, 0};
  CHECK(judged(drill, kTries).findings.front().why == "no call reached openai in this window");
  drill.result.ledgers.clear();
  CHECK(judged(drill, kTries).findings.front().why == "there is no ledger of mock openai");
}

TEST_CASE("calls: one time that looks wrong among many may be this machine's", "[expect][calls]") {
  CallsSim sim;
  sim.status = 0;
  sim.budget = 1500ms;
  const auto one_late = [&](const Demand& demand, auto spoil) {
    SimulatedDrill drill = simulate(sim);
    auto& entries = drill.result.ledgers.front().entries;
    const auto hung = std::find_if(entries.begin(), entries.end(), [](const LedgerEntry& entry) {
      return entry.delivery != Delivery::answered;
    });
    REQUIRE(hung != entries.end());
    spoil(*hung);
    return judged(drill, demand).findings.front();
  };
  const Finding gives_up =
      one_late(kGivesUp, [](LedgerEntry& entry) { entry.done = entry.arrived + 1300ms; });
  CHECK(gives_up.verdict == Verdict::inconclusive);
  CHECK(gives_up.why.find("too busy to see") != std::string::npos);
}

TEST_CASE("calls: traffic that never calls the mock puts no limit to the test", "[expect][calls]") {
  CallsSim sim;
  sim.fails = 0;
  sim.rate = 20;
  SimulatedDrill drill = simulate(sim);
  StreamSeries busy = drill.result.streams.front();
  busy.name = "other";
  for (Slice& slice : busy.slices) slice.planned = slice.sent = 10'000;
  drill.result.streams.push_back(busy);
  const Finding finding = judged(drill, kInFlight).findings.front();
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("was not put to the test") != std::string::npos);
}
