#include "reports/statistics.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

namespace firedrill {

using namespace std::chrono_literals;

TEST_CASE("statistics: the phases of a stream add up to the whole drill", "[reports][statistics]") {
  const RunResult result = samples::failed();
  const StreamSeries& series = result.streams[0];
  const TrafficSummary whole = whole_drill(result, series);
  std::uint64_t planned = 0;
  std::uint64_t failed = 0;
  for (const TrafficSummary& phase : by_phase(result, series)) {
    CHECK(phase.total.planned == phase.total.sent + phase.total.dropped_total());
    planned += phase.total.planned;
    failed += phase.total.failed();
  }
  CHECK(whole.total.planned == planned);
  CHECK(whole.total.failed() == failed);
  CHECK(whole.total.failed() == 4 * 24 + 12);  // 503s and what the system left no slot for
  CHECK(whole.failed_share() == Approx(108.0 / 2612));
  CHECK(whole.in_flight_at_end == 3);
}

TEST_CASE("statistics: rates are over the phase's own wall clock", "[reports][statistics]") {
  const RunResult result = samples::interrupted();
  const auto phases = by_phase(result, result.streams[0]);
  REQUIRE(phases.size() == 4);
  CHECK(phases[2].wall == 1400ms);  // cut off
  CHECK(phases[2].throughput() == Approx(200));
  CHECK_FALSE(phases[3].reached);
  CHECK(phases[3].wall == 0s);
  CHECK_FALSE(phases[3].throughput());
  CHECK_FALSE(phases[3].failed_share());
  CHECK_FALSE(phases[3].in_flight_at_end);
}

TEST_CASE("statistics: a quantile is told only with enough samples", "[reports][statistics]") {
  LatencyHistogram histogram;
  histogram.record(5ms, 999);
  CHECK_FALSE(trusted_quantile(histogram, 0.99));
  CHECK(trusted_quantile(histogram, 0.95));
  histogram.record(5ms);
  CHECK(trusted_quantile(histogram, 0.99) == 5ms);
}

TEST_CASE("statistics: slices of one second become one, whatever their phase",
          "[reports][statistics]") {
  StreamSeries series;
  const auto add = [&](Offset start, std::uint64_t planned) {
    Slice slice;
    slice.start = start;
    slice.planned = slice.sent = slice.sent_here = planned;
    series.slices.push_back(slice);
  };
  add(-500ms, 1);
  add(1s, 10);
  add(1400ms, 20);
  add(2s, 0);
  add(3900ms, 5);
  const auto merged = whole_seconds(series);
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].start == -1s);
  CHECK(merged[1].start == 1s);
  CHECK(merged[1].planned == 30);
  CHECK(merged[1].length == 1s);
  CHECK(merged[2].start == 3s);
}

TEST_CASE("statistics: a drill lasts from its first moment to its last", "[reports][statistics]") {
  const DrillSpan span = span_of(samples::passed());
  CHECK(span.start == -820ms);
  CHECK(span.end == 13'002ms);
  CHECK(span_of(samples::not_ready()).length() == 10'200ms);
  CHECK(span_of(RunResult{}).length() == 0s);
}

TEST_CASE("statistics: an instant belongs to the phase that began last", "[reports][statistics]") {
  const RunResult result = samples::interrupted();
  CHECK(phase_at(result, -1s) == nullptr);
  CHECK(phase_at(result, 999ms)->name == "warm-up");
  CHECK(phase_at(result, 1s)->name == "steady");
  CHECK(phase_at(result, 100s)->name == "outage");  // recovery was never reached
}

}  // namespace firedrill
