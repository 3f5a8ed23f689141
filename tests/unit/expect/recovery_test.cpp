#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

/// Slices of 100 ms with 200 requests each; all fail from 2 s until `until`.
SimulatedDrill broken_until(Offset until) {
  SimulatedDrill drill = empty_drill();
  StreamSeries& series = drill.result.streams.front();
  series.slices.clear();
  for (int i = 0; i < 40; ++i) {
    Slice slice;
    slice.start = i * 100ms;
    slice.length = 100ms;
    slice.phase = i < 20 ? 0 : 1;
    slice.matched.resize(1);
    const bool bad = slice.start >= 2s && slice.start < until;
    slice.planned = slice.sent = slice.sent_here = 200;
    slice.ended[static_cast<std::size_t>(bad ? Ending::check_failed : Ending::ok)] = 200;
    slice.status[bad ? 503 : 200] = 200;
    slice.response.record(10ms, 200);
    slice.service.record(10ms, 200);
    series.slices.push_back(slice);
  }
  add_fault(drill, 1s, 2s);  // healed as "outage" begins: what is judged is the time after
  return drill;
}

spec::RecoveryExpectation recovery(Duration within, Duration stays = 500ms) {
  spec::RecoveryExpectation out;
  out.slo = {share_slo(spec::SloExpression::Metric::failed, spec::Comparison::less, 0.05)};
  out.slo.front().text = "score.failed.rate < 5%";
  out.slo.front().stream = "score";
  out.within = within;
  out.stays = stays;
  return out;
}

}  // namespace

TEST_CASE("recovery: in time, just in time and too late", "[expect][recovery]") {
  const SimulatedDrill drill = broken_until(3s);
  const Finding in_time = finding_of(drill, recovery(1s), {"outage"});
  CHECK(in_time.verdict == Verdict::pass);
  CHECK(in_time.observed == "back 1.00 s after the healing");
  CHECK(finding_of(drill, recovery(1200ms), {"outage"}).verdict == Verdict::pass);
  const Finding late = finding_of(drill, recovery(900ms), {"outage"});
  CHECK(late.verdict == Verdict::fail);
  CHECK(late.why.find("it was back only 1.00 s after the healing") == 0);
}

TEST_CASE("recovery: never back", "[expect][recovery]") {
  const Finding finding = finding_of(broken_until(10s), recovery(1s), {"outage"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.observed == "not back");
}

TEST_CASE("recovery: back for a moment only is not back", "[expect][recovery]") {
  SimulatedDrill drill = broken_until(10s);
  for (std::size_t i : {22U, 23U}) {  // 200 ms of good answers
    Slice& slice = drill.result.streams[0].slices[i];
    slice.ended[static_cast<std::size_t>(Ending::check_failed)] = 0;
    slice.ended[static_cast<std::size_t>(Ending::ok)] = 200;
  }
  CHECK(finding_of(drill, recovery(1s), {"outage"}).verdict == Verdict::fail);
  CHECK(finding_of(drill, recovery(1s, 200ms), {"outage"}).verdict == Verdict::pass);
}

TEST_CASE("recovery: a window that is too short, a fault that was not healed, no traffic",
          "[expect][recovery]") {
  CHECK(finding_of(broken_until(10s), recovery(1900ms), {"outage"}).verdict ==
        Verdict::inconclusive);
  SimulatedDrill unhealed = broken_until(3s);
  unhealed.result.faults[0].healed_at.reset();
  CHECK(finding_of(unhealed, recovery(1s), {"outage"}).verdict == Verdict::inconclusive);
  SimulatedDrill quiet = broken_until(3s);
  for (Slice& slice : quiet.result.streams[0].slices) {
    Slice empty;
    empty.start = slice.start;
    empty.length = slice.length;
    empty.phase = slice.phase;
    empty.matched.resize(1);
    slice = empty;
  }
  CHECK(finding_of(quiet, recovery(1s), {"outage"}).verdict == Verdict::inconclusive);
}

TEST_CASE("recovery: a fault that is still active lets nothing recover", "[expect][recovery]") {
  for (const Offset until : {3s, 10s}) {  // back in time, and never
    SimulatedDrill drill = broken_until(until);
    add_fault(drill, 2s, 4001ms);  // as the phase ends
    drill.result.faults[1].name = "forgotten";
    const Finding finding = finding_of(drill, recovery(1s), {"outage"});
    CHECK(finding.verdict == Verdict::inconclusive);
    CHECK(finding.why ==
          "fault forgotten was still active after the healing, so nothing could recover");
    drill.result.faults[1].hits = 0;  // it broke nothing, and need not have
    drill.result.faults[1].hits_optional = true;
    CHECK(finding_of(drill, recovery(1s), {"outage"}).verdict != Verdict::inconclusive);
  }
  SimulatedDrill later = broken_until(3s);
  add_fault(later, 3600ms, 4s);  // when the time to recover is over
  later.result.faults[1].healed_at.reset();
  CHECK(finding_of(later, recovery(1s), {"outage"}).verdict == Verdict::pass);
}

TEST_CASE("recovery: the steps of a flow belong to its stream", "[expect][recovery]") {
  SimulatedDrill drill = broken_until(3s);
  drill.result.streams.front().name = "score.book";
  CHECK(finding_of(drill, recovery(1s), {"outage"}).verdict == Verdict::pass);
}
