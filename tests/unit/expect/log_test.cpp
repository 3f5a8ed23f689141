#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

SimulatedDrill drill_with(std::vector<LogHit> hits, std::uint64_t lines = 1000) {
  SimulatedDrill drill = empty_drill();
  drill.result.log.read = true;
  drill.result.log.lines = lines;
  drill.result.log.watches = {{"it", std::move(hits), 0}};
  return drill;
}

spec::LogExpectation failed(spec::Comparison comparison, double value) {
  spec::LogExpectation log;
  log.matches = "failed";
  log.lines = {comparison, value};
  return log;
}

const spec::LogExpectation kAppears = failed(spec::Comparison::greater_equal, 1);
const spec::LogExpectation kNever = failed(spec::Comparison::equal, 0);

}  // namespace

TEST_CASE("log: a line appears in the window", "[expect][log]") {
  CHECK(finding_of(drill_with({{2500ms, "it failed"}}), kAppears, {"outage"}).verdict ==
        Verdict::pass);
  const Finding finding = finding_of(drill_with({{500ms, "it failed"}}), kAppears, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "no such line appeared");
}

TEST_CASE("log: a line never appears", "[expect][log]") {
  CHECK(finding_of(drill_with({{500ms, "it failed"}}), kNever, {"outage"}).verdict ==
        Verdict::pass);
  const Finding finding = finding_of(
      drill_with({{2500ms, "it failed"}, {2600ms, ""}, {2700ms, "again"}}), kNever, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "3 lines appeared, the first at +2.50 s");
  CHECK(finding.evidence == std::vector<std::string>{"+2.50 s it failed", "+2.70 s again"});
}

TEST_CASE("log: a log that says nothing, or is not read, proves nothing", "[expect][log]") {
  CHECK(finding_of(drill_with({}, 0), kNever, {"outage"}).verdict == Verdict::inconclusive);
  SimulatedDrill unread = drill_with({});
  unread.result.log.read = false;
  CHECK(finding_of(unread, kNever, {"outage"}).verdict == Verdict::inconclusive);
  SimulatedDrill unwatched = drill_with({});
  unwatched.result.log.watches.clear();
  CHECK(finding_of(unwatched, kNever, {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("log: hits that were not kept may lie in the window", "[expect][log]") {
  SimulatedDrill drill = drill_with({{500ms, "it failed"}});
  drill.result.log.watches[0].not_kept = 5;
  CHECK(finding_of(drill, kNever, {"outage"}).verdict == Verdict::inconclusive);
  CHECK(finding_of(drill, kNever, {"steady"}).verdict == Verdict::fail);
  CHECK(finding_of(drill, kAppears, {"steady"}).verdict == Verdict::pass);
}

TEST_CASE("log: a phase that was cut short leaves open what was still to come", "[expect][log]") {
  SimulatedDrill drill = drill_with({});
  drill.result.phases[1].end = 3s;
  CHECK(finding_of(drill, kAppears, {"outage"}).verdict == Verdict::inconclusive);
  CHECK(finding_of(drill, kNever, {"outage"}).verdict == Verdict::inconclusive);
  drill.result.log.watches[0].hits = {{2500ms, "failed"}};
  CHECK(finding_of(drill, kAppears, {"outage"}).verdict == Verdict::pass);
  CHECK(finding_of(drill, kNever, {"outage"}).verdict == Verdict::fail);
}

TEST_CASE("log: a phase that was cut short may have had more lines, and too many",
          "[expect][log]") {
  SimulatedDrill drill = drill_with({{2500ms, "failed"}});
  drill.result.phases[1].end = 3s;
  using spec::Comparison;
  CHECK(finding_of(drill, failed(Comparison::greater_equal, 3), {"outage"}).verdict ==
        Verdict::inconclusive);
  CHECK(finding_of(drill, failed(Comparison::less_equal, 3), {"outage"}).verdict ==
        Verdict::inconclusive);
  CHECK(finding_of(drill, failed(Comparison::less, 1), {"outage"}).verdict == Verdict::fail);
}
