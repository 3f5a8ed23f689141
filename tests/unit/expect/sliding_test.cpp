#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

/// "steady" of 2 s in slices of 50 ms with 100 requests each; those in [from, to) fail.
SimulatedDrill broken(Offset from, Offset to, std::uint64_t per_slice = 100) {
  SimulatedDrill drill = empty_drill();
  StreamSeries& series = drill.result.streams.front();
  series.slices.clear();
  for (int i = 0; i < 80; ++i) {
    Slice slice;
    slice.start = i * 50ms;
    slice.length = 50ms;
    slice.phase = i < 40 ? 0 : 1;
    slice.matched.resize(1);
    const bool bad = slice.start >= from && slice.start < to;
    slice.planned = slice.sent = slice.sent_here = per_slice;
    slice.ended[static_cast<std::size_t>(bad ? Ending::check_failed : Ending::ok)] = per_slice;
    slice.status[bad ? 503 : 200] = per_slice;
    slice.response.record(bad ? 900ms : 10ms, per_slice);
    slice.service.record(bad ? 900ms : 10ms, per_slice);
    if (per_slice > 0) {
      slice.note({static_cast<std::uint64_t>(i), "fd-" + std::to_string(i), slice.start,
                  slice.start + (bad ? 900ms : 10ms), bad ? Ending::check_failed : Ending::ok,
                  bad ? 503 : 200});
    }
    series.slices.push_back(slice);
  }
  return drill;
}

spec::SloExpectation failed_rate(Duration window, std::uint32_t windows = 1) {
  spec::SloExpectation out;
  out.slo = share_slo(spec::SloExpression::Metric::failed, spec::Comparison::less, 0.05);
  out.slo.stream = "score";
  out.window = window;
  out.windows = windows;
  return out;
}

spec::SloExpectation limited(spec::SloExpression::Aggregate aggregate, Duration limit,
                             double threshold) {
  spec::SloExpectation out;
  out.slo = slo(spec::SloExpression::Metric::response, aggregate, spec::Comparison::greater_equal,
                threshold);
  out.slo.limit = limit;
  return out;
}

}  // namespace

TEST_CASE("sliding windows: a short burst breaks a window that a whole phase hides",
          "[expect][sliding]") {
  const SimulatedDrill burst = broken(1s, 1050ms);  // 2.5 % of the phase, 10 % of half a second
  spec::SloExpectation whole = failed_rate(500ms);
  whole.window.reset();
  CHECK(finding_of(burst, whole, {"steady"}).verdict == Verdict::pass);
  const Finding finding = finding_of(burst, failed_rate(500ms), {"steady"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("from +550 ms on it was 10 %") == 0);
  CHECK(finding.evidence.front() == "+1.00 s fd-20 → 503 (not as the check demands) after 900 ms");
  CHECK(finding_of(broken(0s, 0s), failed_rate(500ms), {"steady"}).verdict == Verdict::pass);
}

TEST_CASE("sliding windows: broken only when so many in a row are", "[expect][sliding]") {
  const SimulatedDrill second = broken(500ms, 1500ms);
  CHECK(finding_of(second, failed_rate(250ms, 3), {"steady"}).verdict == Verdict::fail);
  CHECK(finding_of(second, failed_rate(250ms, 7), {"steady"}).verdict == Verdict::pass);
  CHECK(finding_of(broken(1s, 1200ms), failed_rate(250ms, 3), {"steady"}).verdict == Verdict::pass);
}

TEST_CASE("sliding windows: too few requests, or too short a phase, prove nothing",
          "[expect][sliding]") {
  CHECK(finding_of(broken(0s, 0s, 1), failed_rate(500ms), {"steady"}).verdict ==
        Verdict::inconclusive);
  spec::SloExpectation quiet = failed_rate(500ms);
  quiet.requests_min = 5000;
  const Finding finding = finding_of(broken(1s, 2s), quiet, {"steady"});
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why == "no window had 5000 requests");
  CHECK(finding_of(broken(0s, 0s), failed_rate(3s), {"steady"}).verdict == Verdict::inconclusive);
  spec::SloExpectation whole = quiet;
  whole.window.reset();
  CHECK(finding_of(broken(1s, 2s), whole, {"steady"}).verdict == Verdict::inconclusive);
}

TEST_CASE("within: the share of requests done well in time", "[expect][sliding]") {
  using Aggregate = spec::SloExpression::Aggregate;
  CHECK(finding_of(broken(0s, 0s), limited(Aggregate::within, 100ms, 0.99), {"steady"}).verdict ==
        Verdict::pass);
  const Finding slow =
      finding_of(broken(1s, 1200ms), limited(Aggregate::within, 100ms, 0.99), {"steady"});
  CHECK(slow.verdict == Verdict::fail);
  CHECK(slow.observed == "90 % (3600 of 4000)");
  // Failed quickly is not done in time.
  SimulatedDrill quick = empty_drill();
  add(quick, 0, 900, Ending::ok, 10ms);
  add(quick, 1, 100, Ending::check_failed, 1ms, 503);
  const Finding failed = finding_of(quick, limited(Aggregate::within, 100ms, 0.99), {"steady"});
  CHECK(failed.verdict == Verdict::fail);
  CHECK(failed.observed == "90 % (900 of 1000)");
}

TEST_CASE("Apdex: satisfied, tolerating and frustrated", "[expect][sliding]") {
  using Aggregate = spec::SloExpression::Aggregate;
  SimulatedDrill drill = empty_drill();
  add(drill, 0, 600, Ending::ok, 100ms);
  add(drill, 0, 300, Ending::ok, 900ms);
  add(drill, 1, 100, Ending::ok, 3s);
  const Finding finding = finding_of(drill, limited(Aggregate::apdex, 300ms, 0.7), {"steady"});
  CHECK(finding.observed == "0.75 (600 satisfied, 300 tolerating of 1000)");
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding_of(drill, limited(Aggregate::apdex, 300ms, 0.75), {"steady"}).verdict ==
        Verdict::inconclusive);
  CHECK(finding_of(drill, limited(Aggregate::apdex, 300ms, 0.8), {"steady"}).verdict ==
        Verdict::fail);
  CHECK(finding_of(empty_drill(), limited(Aggregate::apdex, 300ms, 0.8), {"steady"}).verdict ==
        Verdict::inconclusive);
}
