#include "harness/expect/breaker_witness.hpp"
#include "tests/unit/expect/observed.hpp"

#include <algorithm>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kAll{"steady", "outage", "recovery"};

spec::TelemetryExpectation telemetry() {
  spec::TelemetryExpectation out;
  out.mock = "openai";
  out.lag = 300ms;
  return out;
}

/// The breaker opens soon after 3 s and closes soon after 7 s.
SimulatedDrill drill_with(std::string kind, const TrackScript& script) {
  SimulatedDrill drill = simulate(BreakerSim{});
  drill.scenario.probes = {probe_spec(
      "states", kind == "metrics" ? spec::Probe::Kind::metrics : spec::Probe::Kind::breakers)};
  drill.result.probes = {scripted_probe("states", kind, -100ms, 10s, 100ms, {script})};
  return drill;
}

const TrackScript kHonest{"/openai/state",
                          {{-1s, "\"closed\""},
                           {3100ms, "\"open\""},
                           {4100ms, "\"halfOpen\""},
                           {4600ms, "\"open\""},
                           {8500ms, "\"closed\""}}};

/// When the simulated breaker really closed.
Offset closed_at(const SimulatedDrill& drill) {
  SimulatedDrill copy = drill;
  copy.scenario.expectations = {expectation("b", kAll, healthy_breaker(BreakerSim{}))};
  for (const Moment& moment : observed_moments(copy.scenario, copy.result)) {
    if (moment.kind == MomentKind::breaker_closed) return moment.at;
  }
  return Offset{0};
}

}  // namespace

TEST_CASE("telemetry: an endpoint that says what the breaker did", "[expect][telemetry]") {
  TrackScript honest = kHonest;
  honest.changes.back().first = closed_at(simulate(BreakerSim{})) + 100ms;
  const Finding finding = finding_of(drill_with("breakers", honest), telemetry(), kAll);
  CAPTURE(finding.why);
  CHECK(finding.verdict == Verdict::pass);
}

TEST_CASE("telemetry: says closed, behaviour says open", "[expect][telemetry]") {
  const SimulatedDrill drill = drill_with("breakers", {"/openai/state", {{-1s, "\"closed\""}}});
  const Finding finding = finding_of(drill, telemetry(), kAll);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("states says closed, behaviour says open") == 0);
  CHECK(finding.evidence.size() == kEvidenceMax);
  CHECK(finding.evidence[0].find("states says closed, behaviour says open") != std::string::npos);
}

TEST_CASE("telemetry: says open, behaviour says closed", "[expect][telemetry]") {
  const SimulatedDrill drill = drill_with("breakers", {"/openai/state", {{-1s, "\"open\""}}});
  const Finding finding = finding_of(drill, telemetry(), kAll);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("states says open, behaviour says closed") == 0);
}

TEST_CASE("telemetry: a change that is told late is a lie only beyond the lag",
          "[expect][telemetry]") {
  TrackScript late = kHonest;
  const Offset closed = closed_at(simulate(BreakerSim{}));
  late.changes[1].first = 3250ms;
  late.changes.back().first = closed + 250ms;
  CHECK(finding_of(drill_with("breakers", late), telemetry(), kAll).verdict == Verdict::pass);
  late.changes.back().first = closed + 900ms;
  CHECK(finding_of(drill_with("breakers", late), telemetry(), kAll).verdict == Verdict::fail);
}

TEST_CASE("telemetry: gauges, as one number or one series a state", "[expect][telemetry]") {
  const std::string closed = "0";
  TrackScript gauge{"circuit_breaker_state{dependency=\"openai\"}",
                    {{-1s, "0"}, {3100ms, "2"}, {4100ms, "1"}, {4600ms, "2"}}};
  gauge.changes.emplace_back(closed_at(simulate(BreakerSim{})) + 50ms, closed);
  CHECK(finding_of(drill_with("metrics", gauge), telemetry(), kAll).verdict == Verdict::pass);
  gauge.changes = {{-1s, "0"}};
  const Finding lies = finding_of(drill_with("metrics", gauge), telemetry(), kAll);
  CHECK(lies.verdict == Verdict::fail);
  CHECK(lies.what.find("circuit_breaker_state") != std::string::npos);
}

TEST_CASE("telemetry: a breaker that never opened, or is never told of, proves nothing",
          "[expect][telemetry]") {
  BreakerSim never;
  never.never_opens = true;
  SimulatedDrill drill = simulate(never);
  drill.scenario.probes = {probe_spec("states", spec::Probe::Kind::breakers)};
  drill.result.probes = {scripted_probe("states", "breakers", -100ms, 10s, 100ms,
                                        {{"/openai/state", {{-1s, "\"closed\""}}}})};
  CHECK(finding_of(drill, telemetry(), kAll).verdict == Verdict::inconclusive);

  const SimulatedDrill other = drill_with("breakers", {"/hubspot/state", {{-1s, "\"closed\""}}});
  CHECK(finding_of(other, telemetry(), kAll).verdict == Verdict::inconclusive);
  const SimulatedDrill strange = drill_with("breakers", {"/openai/state", {{-1s, "\"fine\""}}});
  const Finding word = finding_of(strange, telemetry(), kAll);
  CHECK(word.verdict == Verdict::inconclusive);
  CHECK(word.why.find("which is no state of a breaker") != std::string::npos);

  SimulatedDrill silent = drill_with("breakers", kHonest);
  silent.result.probes[0].answered = 0;
  CHECK(finding_of(silent, telemetry(), kAll).why.find("never answered") != std::string::npos);
  SimulatedDrill none = drill_with("breakers", kHonest);
  none.scenario.probes.clear();
  CHECK(finding_of(none, telemetry(), kAll).why ==
        "no probe tells the state of the breaker of openai");
}

TEST_CASE("telemetry: a machine that stands still while it is open makes no liar of it",
          "[expect][telemetry]") {
  // The trial after the healing comes in a silence that was not the breaker's alone: taken for no
  // silence at all, the breaker would have counted as open until the end.
  BreakerSim sim;
  spec::MockAction fail;
  fail.respond = spec::MockAction::Respond{503, {}};
  sim.steps = {{spec::FaultStep::Ends::never, 0, fail}};
  sim.stall_at = 6400ms;
  sim.stall = 750ms;
  for (sim.seed = 1; sim.seed <= 50; ++sim.seed) {
    SimulatedDrill drill = simulate(sim);
    drill.scenario.probes = {probe_spec("states", spec::Probe::Kind::breakers)};
    const TrackScript honest{"/openai/state",
                             {{-1s, "\"closed\""}, {3100ms, "\"open\""}, {7250ms, "\"closed\""}}};
    drill.result.probes = {scripted_probe("states", "breakers", -100ms, 10s, 100ms, {honest})};
    const Finding finding = finding_of(drill, telemetry(), kAll);
    CAPTURE(sim.seed, finding.why, finding.evidence);
    CHECK(finding.verdict == Verdict::pass);
    drill.result.probes = {scripted_probe("states", "breakers", -100ms, 10s, 100ms,
                                          {{"/openai/state", {{-1s, "\"closed\""}}}})};
    CHECK(finding_of(drill, telemetry(), kAll).verdict == Verdict::fail);
  }
}

TEST_CASE("telemetry: calls that stop after one failure are no opening, and nobody lied",
          "[expect][telemetry]") {
  TrackScript honest = kHonest;
  honest.changes.back().first = closed_at(simulate(BreakerSim{})) + 100ms;
  SimulatedDrill drill = drill_with("breakers", honest);
  auto& entries = drill.result.ledgers.front().entries;
  std::erase_if(entries, [](const LedgerEntry& entry) {
    return entry.arrived >= 8600ms && entry.arrived < 9400ms;
  });
  const auto last = std::find_if(entries.begin(), entries.end(),
                                 [](const LedgerEntry& entry) { return entry.arrived >= 8500ms; });
  REQUIRE(last != entries.end());
  last->status = 503;
  const Finding finding = finding_of(drill, telemetry(), kAll);
  CAPTURE(finding.why, finding.evidence);
  CHECK(finding.verdict == Verdict::pass);
}

TEST_CASE("telemetry: a system that answered nobody meanwhile shows no opening",
          "[expect][telemetry]") {
  SimulatedDrill drill = drill_with("breakers", {"/openai/state", {{-1s, "\"closed\""}}});
  for (Slice& slice : drill.result.streams.front().slices) {
    if (slice.start < 3s) continue;
    const std::uint64_t late = slice.response.count() * 6 / 10;  // too few to be a standstill
    slice.planned += 2 * late;
    slice.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] += 2 * late;
  }
  const Finding finding = finding_of(drill, telemetry(), kAll);
  CAPTURE(finding.why);
  CHECK(finding.verdict == Verdict::inconclusive);
}

TEST_CASE("telemetry: an opening too short for the few calls that come is no lie",
          "[expect][telemetry]") {
  // 14 mean gaps are 1.4 s: nobody sees the breaker open for a second.
  BreakerSim sim;
  sim.rate = 10;
  sim.steady = 5s;
  for (sim.seed = 1; sim.seed <= 20; ++sim.seed) {
    SimulatedDrill drill = simulate(sim);
    auto& entries = drill.result.ledgers.front().entries;
    entries.clear();
    TrackScript honest{"/openai/state", {{-1s, "\"closed\""}}};
    for (Offset at{0}; at < 12s; at += 100ms) {
      if (at >= 6s && at < 7s) continue;
      LedgerEntry entry;
      entry.arrived = at;
      entry.done = at + 1ms;
      entry.status = at >= 5500ms && at < 6s ? 503 : 200;
      entries.push_back(entry);
    }
    honest.changes.push_back({5950ms, "\"open\""});
    honest.changes.push_back({7s, "\"closed\""});
    drill.scenario.probes = {probe_spec("states", spec::Probe::Kind::breakers)};
    drill.result.probes = {scripted_probe("states", "breakers", -100ms, 12s, 100ms, {honest})};
    const Finding finding = finding_of(drill, telemetry(), kAll);
    CAPTURE(sim.seed, finding.why, finding.evidence);
    CHECK(finding.verdict == Verdict::inconclusive);
  }
}

TEST_CASE("telemetry: a breaker that is told of only after its first call is a witness",
          "[expect][telemetry]") {
  TrackScript late = kHonest;
  late.changes.front().first = 500ms;  // not there before
  late.changes.back().first = closed_at(simulate(BreakerSim{})) + 100ms;
  CHECK(finding_of(drill_with("breakers", late), telemetry(), kAll).verdict == Verdict::pass);
}

TEST_CASE("breaker states: the words of libraries", "[expect][telemetry]") {
  CHECK(breaker_state_of("closed") == BreakerState::closed);
  CHECK(breaker_state_of("CLOSED") == BreakerState::closed);
  CHECK(breaker_state_of("halfOpen") == BreakerState::half_open);
  CHECK(breaker_state_of("HALF_OPEN") == BreakerState::half_open);
  CHECK(breaker_state_of("half-open") == BreakerState::half_open);
  CHECK(breaker_state_of("FORCED_OPEN") == BreakerState::open);
  CHECK_FALSE(breaker_state_of("degraded").has_value());
}
