#include "harness/expect/judge.hpp"
#include "tests/unit/expect/drill.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

spec::FallbackExpectation fallback_of(double share) {
  spec::FallbackExpectation fallback;
  fallback.stream = "score";
  fallback.share = share;
  return fallback;
}

Finding judged(SimulatedDrill drill, const spec::FallbackExpectation& fallback,
               const std::string& name = "fallback") {
  drill.scenario.expectations = {expectation(name, {"outage"}, fallback)};
  return judge(drill.scenario, drill.result).front().findings.front();
}

/// 1000 requests in the outage, `matched` of them answered with the fallback.
SimulatedDrill outage_with(std::uint64_t matched) {
  SimulatedDrill drill = empty_drill();
  add(drill, 2, 1000, Ending::ok, 10ms);
  drill.result.streams.front().slices[2].matched.front() = matched;
  return drill;
}

}  // namespace

TEST_CASE("fallback: its share is judged by the interval", "[expect][fallback]") {
  CHECK(judged(outage_with(1000), fallback_of(0.99)).verdict == Verdict::pass);
  CHECK(judged(outage_with(990), fallback_of(0.99)).verdict == Verdict::inconclusive);
  CHECK(judged(outage_with(960), fallback_of(0.99)).verdict == Verdict::fail);
  CHECK(judged(outage_with(0), fallback_of(0.99)).verdict == Verdict::fail);
  CHECK(judged(outage_with(1000), fallback_of(1)).verdict == Verdict::pass);
  CHECK(judged(outage_with(999), fallback_of(1)).verdict == Verdict::fail);
}

TEST_CASE("fallback: requests that the system kept us from sending count against it",
          "[expect][fallback]") {
  SimulatedDrill drill = outage_with(1000);
  drop(drill, 3, 200, Drop::in_flight_limit);
  const Finding finding = judged(drill, fallback_of(0.99));
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.samples == 1200);
}

TEST_CASE("fallback: requests that we lost or cut off are left out", "[expect][fallback]") {
  SimulatedDrill drill = outage_with(1000);
  drop(drill, 3, 1, Drop::late);
  add(drill, 3, 500, Ending::cancelled, 0ms);
  CHECK(judged(drill, fallback_of(1)).verdict == Verdict::pass);
  drop(drill, 3, 1, Drop::late);
  CHECK(judged(drill, fallback_of(1)).verdict == Verdict::inconclusive);
}

TEST_CASE("fallback: without requests, without counting or without an opening it is inconclusive",
          "[expect][fallback]") {
  CHECK(judged(empty_drill(), fallback_of(0.99)).verdict == Verdict::inconclusive);
  const Finding uncounted = judged(outage_with(1000), fallback_of(0.99), "another name");
  CHECK(uncounted.verdict == Verdict::inconclusive);
  CHECK(uncounted.why.find("nobody counted") != std::string::npos);

  BreakerSim sim;
  sim.never_opens = true;
  spec::FallbackExpectation from_open = fallback_of(0.99);
  from_open.from = spec::FallbackExpectation::From::breaker_open;
  from_open.breaker = "openai";
  const Finding closed = judged(simulate(sim), from_open);
  CHECK(closed.verdict == Verdict::inconclusive);
  CHECK(closed.why ==
        "the breaker of openai never opened in this window, so there is no time to judge");
}

TEST_CASE("fallback: from breaker.open leaves out what came before the opening",
          "[expect][fallback]") {
  BreakerSim sim;
  sim.real_failures = 60;  // about 300 ms of failures first
  sim.no_fallback = 0;
  SimulatedDrill drill = simulate(sim);
  // Spoil the slices before the opening: they must not be looked at.
  for (Slice& slice : drill.result.streams.front().slices) {
    if (slice.start >= 3s && slice.start < 3300ms) slice.matched.front() = 0;
  }
  spec::FallbackExpectation fallback = fallback_of(0.99);
  CHECK(judged(drill, fallback).verdict == Verdict::fail);
  fallback.from = spec::FallbackExpectation::From::breaker_open;
  fallback.breaker = "openai";
  const Finding finding = judged(drill, fallback);
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.window.find("from the opening of the breaker at 3.") != std::string::npos);
}
