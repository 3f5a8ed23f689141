#include "harness/expect/judge.hpp"
#include "tests/unit/expect/drill.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;
using Metric = spec::SloExpression::Metric;
using Aggregate = spec::SloExpression::Aggregate;
using spec::Comparison;

namespace {

Finding judged(SimulatedDrill drill, const spec::SloExpression& slo,
               std::vector<std::string> during = {"steady"}) {
  drill.scenario.expectations = {expectation("slo", std::move(during), slo)};
  const std::vector<Judgement> judgements = judge(drill.scenario, drill.result);
  REQUIRE(judgements.size() == 1);
  REQUIRE(judgements.front().findings.size() == 1);
  return judgements.front().findings.front();
}

spec::SloExpression p95_below(Duration bound) {
  return quantile_slo(Metric::response, 0.95, Comparison::less, bound);
}

bool says(const Finding& finding, const std::string& text) {
  return finding.why.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("slo: an empty window is inconclusive for every aggregate", "[expect][slo]") {
  const SimulatedDrill drill = empty_drill();
  for (const Aggregate aggregate : {Aggregate::mean, Aggregate::min, Aggregate::max}) {
    CHECK(judged(drill, slo(Metric::response, aggregate, Comparison::less, 1)).verdict ==
          Verdict::inconclusive);
  }
  for (const Aggregate aggregate : {Aggregate::share, Aggregate::count, Aggregate::per_second}) {
    CHECK(judged(drill, slo(Metric::failed, aggregate, Comparison::equal, 0)).verdict ==
          Verdict::inconclusive);
  }
  CHECK(judged(drill, p95_below(1s)).verdict == Verdict::inconclusive);
}

TEST_CASE("slo: a quantile passes, fails or is open by its interval", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 980, Ending::ok, 100ms);
  add(drill, 1, 20, Ending::ok, 900ms);
  CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::pass);
  CHECK(judged(drill, p95_below(100ms)).verdict == Verdict::fail);
  const spec::SloExpression p98 = quantile_slo(Metric::response, 0.98, Comparison::less, 500ms);
  const Finding open = judged(drill, p98);
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK(says(open, "are too few to tell"));
  CHECK(open.samples == 1000);
  CHECK(open.window == "steady, 0 ns .. 2.00 s");
}

TEST_CASE("slo: a quantile just at its bound is judged exactly", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 400, Ending::ok, 500ms);
  CHECK(
      judged(drill, quantile_slo(Metric::response, 0.95, Comparison::less_equal, 500ms)).verdict ==
      Verdict::pass);
  CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::fail);
  CHECK(
      judged(drill, quantile_slo(Metric::response, 0.95, Comparison::less, 500ms + 1ns)).verdict ==
      Verdict::pass);
}

TEST_CASE("slo: one sample too few is inconclusive, and the need is named", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 199, Ending::ok, 10ms);
  const Finding finding = judged(drill, p95_below(500ms));
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(says(finding, "needs 200 samples and there were only 199"));
  add(drill, 0, 1, Ending::ok, 10ms);
  CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::pass);
}

TEST_CASE("slo: requests never sent because the slots were full are slower than everything",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 800, Ending::ok, 10ms);
  drop(drill, 0, 200, Drop::in_flight_limit);
  const Finding finding = judged(drill, p95_below(500ms));
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.observed == "never sent");
  CHECK(finding.samples == 1000);
  CHECK(finding.why == "200 of 1000 requests were never sent because the system held every slot");
  // Service time knows nothing of requests that were never sent.
  CHECK(judged(drill, quantile_slo(Metric::service, 0.95, Comparison::less, 500ms)).verdict ==
        Verdict::pass);
  CHECK(judged(drill, slo(Metric::response, Aggregate::max, Comparison::less, 1)).verdict ==
        Verdict::fail);
  CHECK(judged(drill, slo(Metric::response, Aggregate::mean, Comparison::less, 1)).verdict ==
        Verdict::fail);
}

TEST_CASE("slo: a system that answered nothing at all fails, it is not merely unknown",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  drop(drill, 0, 1000, Drop::in_flight_limit);
  CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::fail);
  CHECK(judged(drill, share_slo(Metric::failed, Comparison::less, 0.01)).verdict == Verdict::fail);
}

TEST_CASE("slo: losses of the generator beyond 0.1 % make everything inconclusive",
          "[expect][slo]") {
  for (const Drop why : {Drop::late, Drop::no_descriptor, Drop::port_exhausted}) {
    SimulatedDrill drill = empty_drill();
    add(drill, 0, 3996, Ending::ok, 10ms);
    drop(drill, 0, 4, why);
    CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::pass);
    drop(drill, 1, 1, why);
    const Finding finding = judged(drill, p95_below(500ms));
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(says(finding, std::string{"it dropped 5 of 4001 requests of all streams together ("} +
                            name_of(why) + " 5), more than 0.1 %"));
    CHECK(judged(drill, p95_below(1ms)).verdict == Verdict::inconclusive);
  }
}

TEST_CASE("slo: losses of the generator in another phase or stream do not spoil a window",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 1000, Ending::ok, 10ms);
  drop(drill, 2, 500, Drop::late);
  CHECK(judged(drill, p95_below(500ms), {"steady"}).verdict == Verdict::pass);
  CHECK(judged(drill, p95_below(500ms), {"steady", "outage"}).verdict == Verdict::inconclusive);
  CHECK(judged(drill, p95_below(500ms), {}).verdict == Verdict::inconclusive);
}

TEST_CASE("slo: a slow response that is the late generator's doing is inconclusive",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 1000, Ending::ok, 600ms, 200, 500ms);
  const Finding finding = judged(drill, p95_below(500ms));
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(says(finding, "the generator was late"));
  SECTION("but a slow system stays a failure, however late the generator was") {
    SimulatedDrill slow = empty_drill();
    add(slow, 0, 1000, Ending::ok, 900ms, 200, 100ms);
    CHECK(judged(slow, p95_below(500ms)).verdict == Verdict::fail);
  }
  SECTION("and a little lateness excuses nothing") {
    SimulatedDrill near = empty_drill();
    add(near, 0, 1000, Ending::ok, 520ms, 200, 30ms);
    CHECK(judged(near, p95_below(500ms)).verdict == Verdict::fail);
  }
  SECTION("the maximum likewise") {
    CHECK(judged(drill, slo(Metric::response, Aggregate::max, Comparison::less, 0.5)).verdict ==
          Verdict::inconclusive);
  }
}

TEST_CASE("slo: the failed rate counts bad endings and full slots, and leaves out cancelled ones",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 900, Ending::ok, 10ms);
  add(drill, 0, 10, Ending::timed_out, 5s, 0);
  add(drill, 0, 5, Ending::check_failed, 10ms);
  drop(drill, 0, 5, Drop::in_flight_limit);
  add(drill, 1, 500, Ending::cancelled, 0ms);
  const Finding finding = judged(drill, share_slo(Metric::failed, Comparison::less, 0.01));
  CHECK(finding.samples == 920);
  CHECK(finding.observed == "2.174 % (20 of 920)");
  CHECK(finding.verdict == Verdict::fail);
  CHECK(judged(drill, share_slo(Metric::failed, Comparison::less, 0.1)).verdict == Verdict::pass);
}

TEST_CASE("slo: counts, rates and statuses are exact", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 300, Ending::ok, 10ms);
  add(drill, 1, 7, Ending::check_failed, 20ms, 503);
  spec::SloExpression errors = slo(Metric::status, Aggregate::count, Comparison::equal, 7);
  errors.status = {500, 599};
  CHECK(judged(drill, errors).verdict == Verdict::pass);
  errors.threshold = 6;
  CHECK(judged(drill, errors).verdict == Verdict::fail);
  errors.status = {429, 429};
  errors.threshold = 0;
  CHECK(judged(drill, errors).verdict == Verdict::pass);
  CHECK(judged(drill, slo(Metric::sent, Aggregate::per_second, Comparison::greater_equal, 153.5))
            .verdict == Verdict::pass);
  CHECK(
      judged(drill, slo(Metric::sent, Aggregate::per_second, Comparison::greater, 153.5)).verdict ==
      Verdict::fail);
  CHECK(judged(drill, slo(Metric::response, Aggregate::min, Comparison::greater_equal, 0.01))
            .verdict == Verdict::pass);
  CHECK(
      judged(drill, slo(Metric::response, Aggregate::max, Comparison::less_equal, 0.02)).verdict ==
      Verdict::pass);
}

TEST_CASE("slo: a phase that never happened is inconclusive and named", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 1000, Ending::ok, 10ms);
  drill.result.phases[1].reached = false;
  CHECK(judged(drill, p95_below(500ms), {"steady"}).verdict == Verdict::pass);
  const Finding finding = judged(drill, p95_below(500ms), {"steady", "outage"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why == "phase outage never happened");
  CHECK(judged(drill, p95_below(500ms), {}).verdict == Verdict::inconclusive);
  drill.result.phases.pop_back();
  CHECK(judged(drill, p95_below(500ms), {"outage"}).why == "phase outage never happened");
}

TEST_CASE("slo: in a phase that was cut short only what is certain stays", "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 1000, Ending::ok, 10ms);
  add(drill, 0, 100, Ending::timed_out, 5s, 0);
  drill.result.phases[0].end = 1s;
  const auto verdict = [&](const spec::SloExpression& slo) { return judged(drill, slo).verdict; };
  CHECK(verdict(p95_below(10s)) == Verdict::inconclusive);
  CHECK(verdict(p95_below(1ms)) == Verdict::inconclusive);
  CHECK(verdict(slo(Metric::failed, Aggregate::count, Comparison::less_equal, 99)) ==
        Verdict::fail);
  CHECK(verdict(slo(Metric::failed, Aggregate::count, Comparison::less_equal, 100)) ==
        Verdict::inconclusive);
  CHECK(verdict(slo(Metric::failed, Aggregate::count, Comparison::greater, 1000)) ==
        Verdict::inconclusive);
  CHECK(verdict(slo(Metric::response, Aggregate::max, Comparison::less, 1)) == Verdict::fail);
  CHECK(verdict(share_slo(Metric::failed, Comparison::equal, 0)) == Verdict::fail);
  CHECK(judged(drill, p95_below(10s)).why == "phase steady was cut short after 1.00 s of 2.00 s");
}

TEST_CASE("slo: requests still under way when a gate is judged cannot be taken for good ones",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 1000, Ending::ok, 10ms);
  Slice& slice = drill.result.streams.front().slices[1];
  slice.planned = slice.sent = 1000;  // none of these has ended
  for (const spec::SloExpression& slo :
       {share_slo(Metric::failed, Comparison::less, 0.01), p95_below(500ms),
        quantile_slo(Metric::service, 0.95, Comparison::less, 500ms)}) {
    const Finding finding = judged(drill, slo);
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(says(finding, "1000 requests had not ended when this was judged"));
  }
  CHECK(judged(drill, p95_below(1ms)).verdict == Verdict::fail);
  slice.planned = slice.sent = 1;
  CHECK(judged(drill, p95_below(500ms)).verdict == Verdict::pass);
}

TEST_CASE("slo: a stream that was not measured is inconclusive; no stream means all of them",
          "[expect][slo]") {
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 300, Ending::ok, 10ms);
  StreamSeries second = drill.result.streams.front();
  second.name = "search";
  drill.result.streams.push_back(second);
  spec::SloExpression slo = p95_below(500ms);
  CHECK(judged(drill, slo).samples == 600);
  slo.stream = "search";
  CHECK(judged(drill, slo).samples == 300);
  slo.stream = "gone";
  CHECK(judged(drill, slo).why == "the result has no traffic named gone");
  CHECK(judged(drill, slo).verdict == Verdict::inconclusive);
}
