#include "harness/load/release_plan.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

ArrivalSchedule every(double rate, Offset end) {
  return ArrivalSchedule{{{rate}, {rate}, 0ns}, spec::Arrivals::even, end, Rng{1}};
}

}  // namespace

TEST_CASE("release plan: merges streams in order of time and numbers each on its own",
          "[load][release]") {
  std::vector<ArrivalSchedule> schedules;
  schedules.push_back(every(10, 1s));  // 50 ms, 150 ms, …
  schedules.push_back(every(4, 1s));   // 125 ms, 375 ms, …
  ReleasePlan plan{std::move(schedules)};
  std::vector<std::uint64_t> next_index{0, 0};
  Offset last{0};
  std::size_t count = 0;
  while (const auto due = plan.peek()) {
    CHECK(due->at >= last);
    CHECK(due->index == next_index[due->stream]++);
    last = due->at;
    ++count;
    plan.pop();
  }
  CHECK(count == 14);
}

TEST_CASE("drop_reason: a request in time with a free slot is sent", "[load][release]") {
  CHECK_FALSE(drop_reason(1s, 1s, 99, 100, {}));
  CHECK_FALSE(drop_reason(1s, 1s + kLateLimit, 0, 100, {}));  // just before too late
}

TEST_CASE("drop_reason: a full limit is the system's doing while the generator is well",
          "[load][release]") {
  CHECK(drop_reason(1s, 1s, 100, 100, {}) == Drop::in_flight_limit);
  CHECK(drop_reason(1s, 1s + kHealthyLag, 100, 100, {}) == Drop::in_flight_limit);
  CHECK_FALSE(is_generators(Drop::in_flight_limit));
}

TEST_CASE("drop_reason: a late or saturated generator blames itself, not the system",
          "[load][release]") {
  CHECK(drop_reason(1s, 1s + kLateLimit + 1ns, 0, 100, {}) == Drop::late);
  CHECK(drop_reason(1s, 1s + kLateLimit + 1ns, 0, 100, {0.95}) == Drop::cpu);
  CHECK(drop_reason(1s, 1s + kHealthyLag + 1ns, 100, 100, {}) == Drop::late);
  CHECK(drop_reason(1s, 1s, 100, 100, {0.95}) == Drop::cpu);
  CHECK(is_generators(Drop::late));
  CHECK(is_generators(Drop::cpu));
}
