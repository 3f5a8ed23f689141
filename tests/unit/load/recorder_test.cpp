#include "harness/load/recorder.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

const std::vector<PhaseSpan> kPhases{{0s, 1s}, {1s, 2s}};

std::uint64_t ended(const Slice& slice, Ending how) {
  return slice.ended[static_cast<std::size_t>(how)];
}

void check_invariant(const StreamSeries& series) {
  for (const Slice& slice : series.slices)
    CHECK(slice.planned == slice.sent + slice.dropped_total());
}

}  // namespace

TEST_CASE("recorder: slices tile every phase and never straddle two", "[load][recorder]") {
  const StreamRecorder recorder{"s", {}, {{0s, 125ms}, {125ms, 1s}}};
  Offset expected{0};
  for (const Slice& slice : recorder.series().slices) {
    CHECK(slice.start == expected);
    expected += slice.length;
  }
  CHECK(expected == 1125ms);
  CHECK(recorder.series().slices[2].length == 25ms);
  CHECK(recorder.series().slices[2].phase == 0);
  CHECK(recorder.series().slices[3].phase == 1);
}

TEST_CASE(
    "recorder: response time counts from due, service time from sending, the difference is lag",
    "[load][recorder]") {
  StreamRecorder recorder{"s", {}, kPhases};
  recorder.sent(100ms, 130ms);
  recorder.ended(100ms, 130ms, 180ms, Ending::ok, 200, {});
  const Slice total = total_of_phase(recorder.series(), 0);
  CHECK(total.response.max() == 80ms);
  CHECK(total.service.max() == 50ms);
  CHECK(total.send_lag.max() == 30ms);
  CHECK(total.status.at(200) == 1);
  check_invariant(recorder.series());
}

TEST_CASE(
    "recorder: a request belongs to the phase it was due in, throughput to the time of sending",
    "[load][recorder]") {
  StreamRecorder recorder{"s", {}, kPhases};
  recorder.sent(990ms, 1010ms);
  recorder.phase_ended(0);
  recorder.ended(990ms, 1010ms, 1500ms, Ending::timed_out, 0, {});
  const Slice first = total_of_phase(recorder.series(), 0);
  const Slice second = total_of_phase(recorder.series(), 1);
  CHECK(first.sent == 1);
  CHECK(first.failed() == 1);
  CHECK(first.sent_here == 0);
  CHECK(second.sent == 0);
  CHECK(second.sent_here == 1);
  CHECK(recorder.series().in_flight_at_phase_end[0] == 1);
  CHECK(recorder.in_flight() == 0);
}

TEST_CASE("recorder: planned is sent plus dropped, also when sending fails on this machine",
          "[load][recorder]") {
  StreamRecorder recorder{"s", {}, kPhases};
  recorder.sent(10ms, 10ms);
  recorder.sent(20ms, 20ms);
  recorder.dropped(30ms, Drop::in_flight_limit);
  recorder.dropped(40ms, Drop::late);
  check_invariant(recorder.series());
  recorder.sent_became_dropped(20ms, 20ms, Drop::no_descriptor);
  check_invariant(recorder.series());
  recorder.ended(10ms, 10ms, 15ms, Ending::ok, 200, {});
  const Slice total = total_of_phase(recorder.series(), 0);
  CHECK(total.planned == 4);
  CHECK(total.sent == 1);
  CHECK(total.failed() == 1);  // the system's drop counts, the generator's do not
  CHECK(total.dropped_by_generator() == 2);
  CHECK(total.sent_here == 1);
}

TEST_CASE("recorder: cancelled requests have no time and fail nobody", "[load][recorder]") {
  StreamRecorder recorder{"s", {}, kPhases};
  recorder.sent(10ms, 10ms);
  recorder.ended(10ms, 10ms, 900ms, Ending::cancelled, 0, {});
  const Slice total = total_of_phase(recorder.series(), 0);
  CHECK(ended(total, Ending::cancelled) == 1);
  CHECK(total.failed() == 0);
  CHECK(total.response.empty());
}

TEST_CASE("recorder: watches count the answers that match them", "[load][recorder]") {
  StreamRecorder recorder{"s", {"ai", "rules"}, kPhases};
  recorder.sent(10ms, 10ms);
  recorder.sent(20ms, 20ms);
  recorder.ended(10ms, 10ms, 15ms, Ending::ok, 200, {true, false});
  recorder.ended(20ms, 20ms, 25ms, Ending::ok, 200, {true, true});
  CHECK(total_of_phase(recorder.series(), 0).matched == std::vector<std::uint64_t>{2, 1});
}

TEST_CASE("recorder: memory does not grow with the drill", "[load][recorder]") {
  CHECK(slice_length(12s) == 50ms);
  CHECK(slice_length(10min) == 1s);
  const StreamRecorder long_one{"s", {}, {{0s, 24h * 31}}};
  CHECK(long_one.series().slices.size() <= 6001);
}

TEST_CASE("recorder: what comes late to a slice long past is counted as ever", "[load][recorder]") {
  StreamRecorder recorder{"s", {}, {{0s, 10s}}};
  recorder.sent(10ms, 10ms);
  recorder.sent(20ms, 20ms);
  recorder.ended(20ms, 20ms, 25ms, Ending::ok, 200, {});
  for (Offset due = 1s; due < 9s; due += 1s) {
    recorder.sent(due, due);
    recorder.ended(due, due, due + 3ms, Ending::ok, 200, {});
  }
  recorder.ended(10ms, 10ms, 9s, Ending::ok, 200, {});
  const Slice& first = recorder.series().slices.front();
  CHECK(first.response.count() == 2);
  CHECK(first.response.min() == 5ms);
  CHECK(first.response.max() == 8990ms);
  CHECK(total_of_phase(recorder.series(), 0).response.count() == 10);
  check_invariant(recorder.series());
}

TEST_CASE("recorder: receipts are kept up to a bound, counted beyond, and merged",
          "[load][recorder]") {
  StreamRecorder recorder{"s", {}, kPhases};
  for (std::size_t i = 0; i < kReceiptsMax + 2; ++i) recorder.keep({"c", "id", 1s, 2s, 200});
  CHECK(recorder.series().receipts.size() == kReceiptsMax);
  CHECK(recorder.series().receipts_not_kept == 2);
  StreamRecorder other{"s", {}, kPhases};
  other.keep({"d", "", 1s, 2s, 0});
  StreamSeries sum = other.series();
  sum.merge(recorder.series());
  CHECK(sum.receipts.size() == kReceiptsMax + 1);
  CHECK(sum.receipts.front().correlation_id == "d");
  CHECK(sum.receipts_not_kept == 2);
}
