#include "harness/run/breakpoint_drive.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

spec::BreakpointSearch search() {
  spec::BreakpointSearch search;
  search.from = {100};
  search.to = {1000};
  spec::SloExpression slo;
  slo.text = "response.p95 < 200ms";
  slo.quantile = 0.95;
  slo.threshold = 0.2;
  search.slo.push_back(slo);
  return search;
}

/// A window in which each of `count` requests took `time`.
Slice window(std::uint64_t count, Duration time) {
  Slice slice;
  slice.planned = slice.sent = count;
  slice.ended[static_cast<std::size_t>(Ending::ok)] = count;
  slice.response.record(time, count);
  slice.service.record(time, count);
  return slice;
}

void drop(Slice& slice, Drop why, std::uint64_t count) {
  slice.planned += count;
  slice.dropped[static_cast<std::size_t>(why)] += count;
}

}  // namespace

TEST_CASE("window: holds when the objective is shown", "[run][breakpoint]") {
  const JudgedWindow judged = judge_window(search(), window(1000, 50ms));
  CHECK(judged.verdict == WindowVerdict::held);
  CHECK(judged.why.empty());
}

TEST_CASE("window: an objective that breaks is named, with what was seen", "[run][breakpoint]") {
  const JudgedWindow judged = judge_window(search(), window(1000, 250ms));
  CHECK(judged.verdict == WindowVerdict::breached);
  CHECK(judged.why == "response.p95 < 200ms not shown, it was 250 ms");
}

TEST_CASE("window: too few samples are no proof", "[run][breakpoint]") {
  CHECK(judge_window(search(), window(20, 50ms)).verdict == WindowVerdict::breached);
}

TEST_CASE("window: what the system held back breaks it, fast answers or not", "[run][breakpoint]") {
  Slice slice = window(1000, 50ms);
  drop(slice, Drop::in_flight_limit, 10);  // 99.0 % sent
  CHECK(judge_window(search(), slice).verdict == WindowVerdict::held);
  drop(slice, Drop::in_flight_limit, 10);
  const JudgedWindow judged = judge_window(search(), slice);
  CHECK(judged.verdict == WindowVerdict::breached);
  CHECK(judged.why == "only 1000 of 1020 requests could be sent");
}

TEST_CASE("window: a generator that did not keep up says nothing about the system",
          "[run][breakpoint]") {
  Slice slice = window(1000, 250ms);
  drop(slice, Drop::cpu, 2);
  const JudgedWindow judged = judge_window(search(), slice);
  CHECK(judged.verdict == WindowVerdict::generator);
  CHECK(judged.why == "the generator dropped 2 of 1002 requests");
  CHECK(judge_window(search(), Slice{}).verdict == WindowVerdict::generator);
}
