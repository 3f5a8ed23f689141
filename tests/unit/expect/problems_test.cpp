#include "harness/expect/judge.hpp"
#include "tests/support/breaker_sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

/// A drill with nothing wrong.
SimulatedDrill sound_drill() {
  SimulatedDrill drill = simulate({});
  drill.scenario.faults.front().place = {"drill.yaml", 30, 9};
  drill.scenario.expectations = {expectation(
      "slo", {}, share_slo(spec::SloExpression::Metric::failed, spec::Comparison::less, 0.5))};
  return drill;
}

bool complains(const SimulatedDrill& drill, const std::string& text) {
  const std::vector<std::string> problems = drill_problems(drill.scenario, drill.result);
  CAPTURE(problems);
  return std::any_of(problems.begin(), problems.end(), [&](const std::string& problem) {
    return problem.find(text) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("drill problems: a sound drill has none", "[expect][problems]") {
  const SimulatedDrill drill = sound_drill();
  CHECK(drill_problems(drill.scenario, drill.result).empty());
}

TEST_CASE("drill problems: a fault without a hit is one, unless hits are optional",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.result.faults.front().hits = 0;
  drill.result.faults.front().seen = 12;
  CHECK(complains(drill,
                  "fault openai@outage (drill.yaml:30:9) hit nothing: 12 requests reached "
                  "openai"));
  drill.scenario.faults.front().hits_optional = true;
  CHECK(drill_problems(drill.scenario, drill.result).empty());
}

TEST_CASE("drill problems: a delivery fault without a hit is one, and webhooks not written down",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  WebhookLedger ledger;
  ledger.sender = "payments";
  ledger.events = 12;
  ledger.faults = {{"duplicate", 3}, {"corrupt.secret", 1}};
  drill.result.webhooks = {ledger};
  CHECK(drill_problems(drill.scenario, drill.result).empty());
  drill.result.webhooks[0].faults[1].hits = 0;
  CHECK(complains(drill, "delivery fault corrupt.secret of payments hit nothing: 12 events"));
  drill.result.webhooks[0].faults.clear();
  drill.result.webhooks[0].not_kept = 1;
  CHECK(complains(drill, "the webhook ledger of payments overflowed: 1 webhook"));
}

TEST_CASE("drill problems: a fault that was never injected is one", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.result.faults.front().injected_at.reset();
  CHECK(complains(drill, "was never injected"));
  drill.result.faults.clear();
  CHECK(complains(drill, "was never injected"));
}

TEST_CASE("drill problems: phases that did not happen, or not to their end", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.result.phases[2].end -= 500ms;
  CHECK(complains(drill, "phase recovery ended after 2.50 s of 3.00 s"));
  drill.result.phases[2].reached = false;
  CHECK(complains(drill, "phase recovery never happened"));
  drill.result.phases.pop_back();
  CHECK(complains(drill, "phase recovery never happened"));
}

TEST_CASE("drill problems: ledgers that overflowed or are missing", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.result.ledgers.front().not_kept = 3;
  CHECK(complains(drill, "the ledger of openai overflowed: 3 calls were not kept"));
  drill.result.ledgers.clear();
  CHECK(complains(drill, "there is no ledger of mock openai"));
}

TEST_CASE("drill problems: books that do not balance", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  Slice& slice = drill.result.streams.front().slices[4];
  SECTION("planned") {
    ++slice.planned;
    CHECK(complains(drill, "this is a bug of firedrill"));
  }
  SECTION("sent") {
    ++slice.planned;
    ++slice.sent;
    CHECK(complains(drill, "requests sent, but "));
  }
  SECTION("a stream without requests") {
    for (Slice& each : drill.result.streams.front().slices) each = Slice{};
    CHECK(complains(drill, "traffic score had no request to send"));
  }
  SECTION("a stream that was not measured") {
    drill.result.streams.clear();
    CHECK(complains(drill, "traffic score was never measured"));
  }
}

TEST_CASE("drill problems: a scenario that expects nothing", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.scenario.expectations.clear();
  CHECK(complains(drill, "expects nothing"));
}

TEST_CASE("observed moments: none without an expectation on a breaker, one set per mock with",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  CHECK(observed_moments(drill.scenario, drill.result).empty());
  const BreakerSim sim;
  drill.scenario.expectations = {expectation("a", {"outage"}, healthy_breaker(sim)),
                                 expectation("b", {"outage"}, healthy_breaker(sim))};
  const std::vector<Moment> moments = observed_moments(drill.scenario, drill.result);
  const auto closed = std::count_if(moments.begin(), moments.end(), [](const Moment& moment) {
    return moment.kind == MomentKind::breaker_closed;
  });
  CHECK(closed == 1);
  REQUIRE_FALSE(moments.empty());
  CHECK(moments.front().kind == MomentKind::breaker_open);
  CHECK(moments.front().subject == "openai");
}

TEST_CASE("drill problems: nobody knows that all was well when nothing was sent before the fault",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  for (Slice& slice : drill.result.streams.front().slices) {
    if (slice.phase == 0) slice.planned = slice.sent = 0, slice.ended = {};
  }
  CHECK(complains(drill, "no request was due in the 3.00 s before the first fault"));
  drill.result.faults.front().injected_at = 100ms;  // nothing to look at before it
  CHECK(drill_problems(drill.scenario, drill.result).empty());
}

TEST_CASE("drill problems: a probe that was asked for and never answered is one",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  spec::Probe probe;
  probe.name = "ready";
  drill.scenario.probes = {probe};
  ProbeRecord record;
  record.name = "ready";
  record.failed = 1;
  record.polls = {{0s, 1s, 0, "connection refused"}};
  drill.result.probes = {record};
  CHECK_FALSE(complains(drill, "probe ready"));  // one that stands by itself
  drill.scenario.probes[0].place = {"drill.yaml", 20, 3};
  CHECK(complains(drill, "probe ready never answered in 1 poll: connection refused"));
  drill.result.probes[0].answered = 1;
  CHECK_FALSE(complains(drill, "probe ready"));
}

TEST_CASE("drill problems: a ledger that is torn is one, for every expectation on that mock",
          "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  drill.result.ledgers.front().torn = "mock openai began anew in the middle";
  CHECK(complains(drill, "mock openai began anew in the middle"));
  drill.scenario.expectations = {expectation("b", {"outage"}, healthy_breaker(BreakerSim{}))};
  const std::vector<Judgement> judgements = judge(drill.scenario, drill.result);
  for (const Finding& finding : judgements.front().findings) {
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why == "mock openai began anew in the middle");
  }
}

TEST_CASE("drill problems: a probe of metrics that never got any is one", "[expect][problems]") {
  SimulatedDrill drill = sound_drill();
  spec::Probe probe;
  probe.name = "metrics";
  probe.kind = spec::Probe::Kind::metrics;
  probe.place = {"drill.yaml", 20, 3};
  drill.scenario.probes = {probe};
  ProbeRecord record;
  record.name = "metrics";
  record.kind = "metrics";
  record.answered = 2;
  record.polls = {{0s, 1ms, 404, "answered 404 instead of metrics"},
                  {1s, 1001ms, 404, "answered 404 instead of metrics"}};
  drill.result.probes = {record};
  CHECK(complains(drill,
                  "probe metrics was never answered with metrics in 2 answers: answered 404 "
                  "instead of metrics"));
  drill.result.probes[0].polls[1] = {1s, 1001ms, 200, ""};
  CHECK_FALSE(complains(drill, "probe metrics"));
}
