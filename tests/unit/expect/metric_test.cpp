#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

using Equals = spec::MetricExpectation::Equals;

SimulatedDrill drill_with(const std::vector<TrackScript>& scripts, Duration every = 100ms) {
  SimulatedDrill drill = empty_drill();
  drill.scenario.probes = {probe_spec("metrics", spec::Probe::Kind::metrics)};
  drill.result.probes = {scripted_probe("metrics", "metrics", -100ms, 4500ms, every, scripts)};
  return drill;
}

spec::MetricExpectation metric(std::string selector) {
  spec::MetricExpectation out;
  out.selector = std::move(selector);
  return out;
}

spec::MetricExpectation grows(std::string selector, spec::Comparison comparison, double value) {
  spec::MetricExpectation out = metric(std::move(selector));
  out.by = spec::NumberBound{comparison, value};
  return out;
}

void add_calls(SimulatedDrill& drill, std::size_t count, Offset at) {
  if (drill.result.ledgers.empty()) drill.result.ledgers.push_back({"openai", {}, 0});
  for (std::size_t i = 0; i < count; ++i) {
    LedgerEntry entry;
    entry.arrived = at;
    entry.done = at + 10ms;
    entry.status = 200;
    drill.result.ledgers[0].entries.push_back(entry);
  }
}

spec::MetricExpectation equals_calls() {
  spec::MetricExpectation out = metric("calls_total");
  out.equals = Equals{Equals::Witness::calls, "openai", {}, 0};
  return out;
}

}  // namespace

TEST_CASE("metric: how much a series grew over the window", "[expect][metric]") {
  const SimulatedDrill drill = drill_with({{"a_total", {{-1s, "10"}, {2500ms, "30"}}}});
  using spec::Comparison;
  CHECK(finding_of(drill, grows("a_total", Comparison::greater_equal, 20), {"outage"}).verdict ==
        Verdict::pass);
  CHECK(finding_of(drill, grows("a_total", Comparison::greater_equal, 21), {"outage"}).verdict ==
        Verdict::fail);
  CHECK(finding_of(drill, grows("a_total", Comparison::equal, 0), {"steady"}).verdict ==
        Verdict::pass);
  const Finding finding = finding_of(drill, grows("a_total", Comparison::equal, 0), {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.evidence.size() == 2);
}

TEST_CASE("metric: series are summed, and a counter is seen through a restart and a birth",
          "[expect][metric]") {
  const SimulatedDrill drill = drill_with(
      {{"a_total{x=\"1\"}", {{-1s, "100"}, {2500ms, "5"}}}, {"a_total{x=\"2\"}", {{2500ms, "7"}}}});
  const Finding finding =
      finding_of(drill, grows("a_total", spec::Comparison::equal, 12), {"outage"});
  // Nobody saw what it had grown by since the last scrape before the restart.
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.observed == "12 or more");
}

TEST_CASE("metric: growth at the very end of a window leaves it open", "[expect][metric]") {
  const SimulatedDrill drill = drill_with({{"a_total", {{-1s, "0"}, {3950ms, "10"}}}});
  const Finding finding =
      finding_of(drill, grows("a_total", spec::Comparison::greater_equal, 10), {"outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.observed == "0 .. 10");
}

TEST_CASE("metric: every scrape shows a value within the bound", "[expect][metric]") {
  const SimulatedDrill drill = drill_with({{"queue", {{-1s, "3"}, {2500ms, "8"}, {3s, "3"}}}});
  spec::MetricExpectation bound = metric("queue");
  bound.value = spec::NumberBound{spec::Comparison::less, 5};
  CHECK(finding_of(drill, bound, {"steady"}).verdict == Verdict::pass);
  const Finding finding = finding_of(drill, bound, {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.observed == "3 .. 8");
  CHECK(finding.evidence.front() == "+2.50 s queue = 8");
}

TEST_CASE("metric: a counter that agrees with the ledger, and one that does not",
          "[expect][metric]") {
  SimulatedDrill drill = drill_with({{"calls_total", {{-1s, "7"}, {2600ms, "107"}}}});
  add_calls(drill, 100, 2500ms);
  CHECK(finding_of(drill, equals_calls(), {}).verdict == Verdict::pass);
  SimulatedDrill lies = drill_with({{"calls_total", {{-1s, "7"}, {2600ms, "57"}}}});
  add_calls(lies, 100, 2500ms);
  const Finding finding = finding_of(lies, equals_calls(), {});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "calls_total says 50, but there were 100 calls at openai");
  spec::MetricExpectation tolerant = equals_calls();
  tolerant.equals->tolerance = 0.5;
  CHECK(finding_of(lies, tolerant, {}).verdict == Verdict::pass);
}

TEST_CASE("metric: calls at the edge of the scrapes may be counted or not", "[expect][metric]") {
  SimulatedDrill drill = drill_with({{"calls_total", {{-1s, "0"}, {2600ms, "100"}}}});
  add_calls(drill, 100, 2500ms);
  add_calls(drill, 3, 4450ms);  // after the window, before the scrape that ends it has settled
  CHECK(finding_of(drill, equals_calls(), {}).verdict == Verdict::pass);
  add_calls(drill, 60, 3950ms);
  const Finding finding = finding_of(drill, equals_calls(), {});
  CHECK(finding.verdict == Verdict::inconclusive);
}

TEST_CASE("metric: answers of a stream are what a counter must agree with", "[expect][metric]") {
  SimulatedDrill drill = drill_with({{"fallback_total", {{-1s, "0"}, {3s, "80"}}}});
  drill.result.streams[0].watches = {"it"};
  add(drill, 2, 100, Ending::ok, 10ms);
  drill.result.streams[0].slices[2].matched = {80};
  spec::MetricExpectation fallback = metric("fallback_total");
  fallback.equals = Equals{Equals::Witness::answers, "score", {}, 0};
  CHECK(finding_of(drill, fallback, {}).verdict == Verdict::pass);
  drill.result.streams[0].slices[2].matched = {90};
  CHECK(finding_of(drill, fallback, {}).verdict == Verdict::fail);
  drill.result.streams[0].watches = {"another"};
  CHECK(finding_of(drill, fallback, {}).verdict == Verdict::inconclusive);
}

TEST_CASE("metric: without the series, scrapes or anything to count it is inconclusive",
          "[expect][metric]") {
  const SimulatedDrill drill = drill_with({{"calls_total", {{-1s, "0"}}}});
  const Finding misnamed =
      finding_of(drill, grows("call_total", spec::Comparison::greater, 0), {"outage"});
  CHECK(misnamed.verdict == Verdict::inconclusive);
  CHECK(misnamed.why == "no series call_total was scraped (did you mean 'calls_total'?)");
  SimulatedDrill quiet = drill;
  add_calls(quiet, 0, 0s);
  CHECK(finding_of(quiet, equals_calls(), {}).verdict == Verdict::inconclusive);
  CHECK(finding_of(drill, equals_calls(), {}).why == "there is no ledger of mock openai");
  const SimulatedDrill rare = drill_with({{"calls_total", {{-1s, "0"}}}}, 10s);
  CHECK(finding_of(rare, grows("calls_total", spec::Comparison::equal, 0), {"outage"}).verdict ==
        Verdict::inconclusive);
  SimulatedDrill none = drill;
  none.result.probes.clear();
  CHECK(finding_of(none, grows("calls_total", spec::Comparison::equal, 0), {"outage"}).verdict ==
        Verdict::inconclusive);
}

TEST_CASE("metric: what is not a number decides nothing", "[expect][metric]") {
  const SimulatedDrill drill = drill_with({{"share", {{-1s, "nan"}}}});
  using spec::Comparison;
  CHECK(finding_of(drill, grows("share", Comparison::equal, 0), {"outage"}).verdict ==
        Verdict::inconclusive);
  spec::MetricExpectation value = metric("share");
  value.value = spec::NumberBound{Comparison::less, 1};
  CHECK(finding_of(drill, value, {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("metric: a counter that began anew has lost what it counted before", "[expect][metric]") {
  SimulatedDrill drill =
      drill_with({{"calls_total", {{-1s, "0"}, {1s, "30"}, {2500ms, "2"}, {3s, "10"}}}});
  add_calls(drill, 30, 900ms);
  add_calls(drill, 15, 2800ms);  // five of them before the system began anew
  const Finding finding = finding_of(drill, equals_calls(), {"steady", "outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("a counter fell") == 0);
  using spec::Comparison;
  CHECK(finding_of(drill, grows("calls_total", Comparison::greater_equal, 5), {"outage"}).verdict ==
        Verdict::pass);
  CHECK(finding_of(drill, grows("calls_total", Comparison::less, 50), {"outage"}).verdict ==
        Verdict::inconclusive);
}
