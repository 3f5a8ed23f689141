#include "harness/metrics/series.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

Slice slice_at(Offset start, Duration length, std::uint32_t phase, std::uint64_t planned) {
  Slice slice;
  slice.start = start;
  slice.length = length;
  slice.phase = phase;
  slice.planned = slice.sent = slice.sent_here = planned;
  slice.ended[static_cast<std::size_t>(Ending::ok)] = planned;
  slice.status[200] = planned;
  slice.matched = {planned / 2};
  slice.response.record(10ms, planned);
  return slice;
}

StreamSeries four_slices() {
  StreamSeries series;
  series.watches = {"fallback"};
  series.slices = {slice_at(0s, 1s, 0, 10), slice_at(1s, 1s, 0, 20), slice_at(2s, 500ms, 1, 30),
                   slice_at(2500ms, 1s, 2, 40)};
  return series;
}

std::uint64_t& count(Slice& slice, Ending ending) {
  return slice.ended[static_cast<std::size_t>(ending)];
}

}  // namespace

TEST_CASE("slice: every ending but ok and cancelled counts as failed, and so do full slots",
          "[metrics][series]") {
  Slice slice;
  count(slice, Ending::ok) = 1000;
  count(slice, Ending::cancelled) = 500;
  CHECK(slice.failed() == 0);
  count(slice, Ending::check_failed) = 1;
  count(slice, Ending::refused) = 2;
  count(slice, Ending::reset) = 4;
  count(slice, Ending::timed_out) = 8;
  count(slice, Ending::garbled) = 16;
  CHECK(slice.failed() == 31);
  slice.dropped[static_cast<std::size_t>(Drop::late)] = 100;
  slice.dropped[static_cast<std::size_t>(Drop::no_descriptor)] = 200;
  slice.dropped[static_cast<std::size_t>(Drop::port_exhausted)] = 400;
  CHECK(slice.failed() == 31);
  slice.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] = 32;
  CHECK(slice.failed() == 63);
  CHECK(slice.dropped_by_generator() == 700);
  CHECK(slice.dropped_total() == 732);
}

TEST_CASE("slice: merging adds every count and keeps its own place", "[metrics][series]") {
  Slice total = slice_at(0s, 1s, 0, 10);
  Slice other = slice_at(1s, 2s, 3, 20);
  other.status[503] = 7;
  other.matched = {1, 2};
  total.merge(other);
  CHECK(total.start == 0s);
  CHECK(total.length == 1s);
  CHECK(total.phase == 0);
  CHECK(total.planned == 30);
  CHECK(total.sent == 30);
  CHECK(total.sent_here == 30);
  CHECK(total.ended[0] == 30);
  CHECK(total.status == std::map<int, std::uint64_t>{{200, 30}, {503, 7}});
  CHECK(total.matched == std::vector<std::uint64_t>{6, 2});
  CHECK(total.response.count() == 30);
}

TEST_CASE("total_between: takes only slices that lie wholly inside", "[metrics][series]") {
  const StreamSeries series = four_slices();
  CHECK(total_between(series, 0s, 3500ms).planned == 100);
  CHECK(total_between(series, 0s, 3499ms).planned == 60);
  CHECK(total_between(series, 1ms, 3500ms).planned == 90);
  CHECK(total_between(series, 1s, 2s).planned == 20);
  CHECK(total_between(series, 1s, 1999ms).planned == 0);
  const Slice nothing = total_between(series, 1s, 1s);
  CHECK(nothing.planned == 0);
  CHECK(nothing.matched.size() == 1);
  const Slice middle = total_between(series, 1s, 2500ms);
  CHECK(middle.start == 1s);
  CHECK(middle.length == 1500ms);
}

TEST_CASE("total_of_phase: sums up one phase", "[metrics][series]") {
  const StreamSeries series = four_slices();
  CHECK(total_of_phase(series, 0).planned == 30);
  CHECK(total_of_phase(series, 0).length == 2s);
  CHECK(total_of_phase(series, 1).planned == 30);
  CHECK(total_of_phase(series, 2).matched.front() == 20);
  CHECK(total_of_phase(series, 9).planned == 0);
}
