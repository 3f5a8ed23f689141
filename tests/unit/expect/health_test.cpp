#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

/// steady 0..2 s, outage 2..4 s, with a probe every 100 ms.
SimulatedDrill drill_with(const std::vector<TrackScript>& scripts) {
  SimulatedDrill drill = empty_drill();
  add_fault(drill, 2s, 4s);
  drill.scenario.probes = {probe_spec("ready", spec::Probe::Kind::health)};
  drill.result.probes = {scripted_probe("ready", "health", -100ms, 4100ms, 100ms, scripts)};
  return drill;
}

SimulatedDrill healthy() {
  return drill_with({{"/status", {{-1s, "\"ready\""}}},
                     {"/checks/openai/status", {{-1s, "\"ok\""}, {2300ms, "\"degraded\""}}},
                     {"/checks/database/status", {{-1s, "\"ok\""}}}});
}

spec::HealthExpectation turns(std::vector<std::string> names) {
  spec::HealthExpectation health;
  health.probe = "ready";
  health.turns = std::move(names);
  return health;
}

}  // namespace

TEST_CASE("health: the right check turns, and only that one", "[expect][health]") {
  const Judgement judgement = judged_as(healthy(), turns({"openai"}), {"outage"});
  REQUIRE(judgement.findings.size() == 2);
  CHECK(judgement.findings[0].verdict == Verdict::pass);
  CHECK(judgement.findings[0].observed.find("ok → degraded after") == 0);
  CHECK(judgement.findings[1].verdict == Verdict::pass);
  // The moment is told.
  bool told = false;
  for (const Moment& moment : judgement.moments) {
    told = told || (moment.kind == MomentKind::check_turned &&
                    moment.text == "ready: openai says degraded");
  }
  CHECK(told);
}

TEST_CASE("health: a check that does not turn, and one that should not have", "[expect][health]") {
  const Judgement judgement = judged_as(healthy(), turns({"database"}), {"outage"});
  REQUIRE(judgement.findings.size() == 2);
  CHECK(judgement.findings[0].verdict == Verdict::fail);
  CHECK(judgement.findings[0].observed == "still ok");
  CHECK_FALSE(judgement.findings[0].evidence.empty());
  CHECK(judgement.findings[1].verdict == Verdict::fail);
  CHECK(judgement.findings[1].why == "check openai turned as well");
}

TEST_CASE("health: in a quiet window nothing may turn", "[expect][health]") {
  CHECK(finding_of(healthy(), turns({}), {"steady"}).verdict == Verdict::pass);
  CHECK(finding_of(healthy(), turns({}), {"outage"}).verdict == Verdict::fail);
}

TEST_CASE("health: what it turns to, and when", "[expect][health]") {
  spec::HealthExpectation health = turns({"openai"});
  health.to = "down";
  CHECK(finding_of(healthy(), health, {"outage"}).verdict == Verdict::fail);
  health.to = "degraded";
  health.within = 500ms;
  CHECK(finding_of(healthy(), health, {"outage"}).verdict == Verdict::pass);
  health.within = 250ms;  // between the polls at 2.2 s and at 2.3 s
  CHECK(finding_of(healthy(), health, {"outage"}).verdict == Verdict::inconclusive);
  health.within = 150ms;
  CHECK(finding_of(healthy(), health, {"outage"}).verdict == Verdict::fail);
}

TEST_CASE("health: the status of every answer", "[expect][health]") {
  spec::HealthExpectation health;
  health.probe = "ready";
  health.status = {{200, 200}};
  SimulatedDrill drill = healthy();
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::pass);
  drill.result.probes[0].polls[30].status = 503;
  const Finding finding = finding_of(drill, health, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.evidence == std::vector<std::string>{"+2.90 s answered 503"});
  // A poll without an answer is none with 200.
  drill.result.probes[0].polls[30] = {2900ms, 3900ms, 0, "timed out"};
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::fail);
  CHECK(finding_of(drill, health, {"steady"}).verdict == Verdict::pass);
}

TEST_CASE("health: what every answer holds", "[expect][health]") {
  spec::HealthExpectation health;
  health.probe = "ready";
  spec::ValueMatch ok;
  ok.equals = spec::Scalar{std::string{"ok"}};
  health.json = {{"/checks/openai/status", ok}};
  CHECK(finding_of(healthy(), health, {"steady"}).verdict == Verdict::pass);
  const Finding finding = finding_of(healthy(), health, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.evidence.size() == kEvidenceMax);
  health.json = {{"/nothing/here", ok}};
  CHECK(finding_of(healthy(), health, {"steady"}).verdict == Verdict::fail);
}

TEST_CASE("health: back as before, in time", "[expect][health]") {
  SimulatedDrill drill = drill_with(
      {{"/checks/openai/status", {{-1s, "\"ok\""}, {500ms, "\"degraded\""}, {2300ms, "\"ok\""}}}});
  drill.result.faults[0].injected_at = 400ms;
  drill.result.faults[0].healed_at = 2s;
  spec::HealthExpectation health;
  health.probe = "ready";
  health.back = 500ms;
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::pass);
  health.back = 150ms;
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::fail);
  // Nothing had turned: nothing can come back.
  SimulatedDrill calm = drill_with({{"/checks/openai/status", {{-1s, "\"ok\""}}}});
  calm.result.faults[0].injected_at = 400ms;
  calm.result.faults[0].healed_at = 2s;
  CHECK(finding_of(calm, health, {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("health: without answers, a baseline or enough polls it is inconclusive",
          "[expect][health]") {
  SimulatedDrill silent = healthy();
  ProbeRecord& record = silent.result.probes[0];
  record.answered = 0;
  for (Poll& poll : record.polls) poll = {poll.asked, poll.at, 0, "connection refused"};
  record.failed = record.polls.size();
  const Finding finding = finding_of(silent, turns({"openai"}), {"outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("probe ready never answered") == 0);

  SimulatedDrill none = healthy();
  none.result.probes.clear();
  CHECK(finding_of(none, turns({"openai"}), {"outage"}).verdict == Verdict::inconclusive);

  SimulatedDrill unknown = healthy();
  const Finding misnamed = finding_of(unknown, turns({"redis"}), {"outage"});
  CHECK(misnamed.verdict == Verdict::inconclusive);
  CHECK(misnamed.why == "ready has no check 'redis'; it has openai, database");

  SimulatedDrill late = healthy();
  late.result.faults[0].injected_at = -1s;
  CHECK(finding_of(late, turns({"openai"}), {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("health: a poll without an answer does not say that it had not turned yet",
          "[expect][health]") {
  SimulatedDrill drill = healthy();
  auto& polls = drill.result.probes[0].polls;
  // The polls at 2.1 s and 2.2 s failed: it may have turned right after the one at 2.0 s.
  polls[22] = {polls[22].asked, polls[22].at, 0, "timed out"};
  polls[23] = {polls[23].asked, polls[23].at, 0, "timed out"};
  spec::HealthExpectation health = turns({"openai"});
  health.within = 150ms;
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("health: too short a look at it is no proof that a check does not turn",
          "[expect][health]") {
  SimulatedDrill late = healthy();
  late.result.faults[0].injected_at = 3900ms;  // one poll before the phase ends
  CHECK(finding_of(late, turns({"database"}), {"outage"}).verdict == Verdict::inconclusive);
  SimulatedDrill cut = healthy();
  cut.result.phases[1].end = 3s;
  CHECK(finding_of(cut, turns({"database"}), {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("health: nothing is back while another fault is active", "[expect][health]") {
  SimulatedDrill drill =
      drill_with({{"/checks/openai/status", {{-1s, "\"ok\""}, {500ms, "\"degraded\""}}}});
  drill.result.faults[0].injected_at = 400ms;
  drill.result.faults[0].healed_at = 2s;
  spec::HealthExpectation health;
  health.probe = "ready";
  health.back = 500ms;
  CHECK(finding_of(drill, health, {"outage"}).verdict == Verdict::fail);
  add_fault(drill, 1s, 4s);
  drill.result.faults[1].healed_at.reset();
  const Finding finding = finding_of(drill, health, {"outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("was still active after the healing") != std::string::npos);
}
