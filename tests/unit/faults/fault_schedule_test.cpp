#include "faults/model/fault_schedule.hpp"

#include "faults/model/mock_fault.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("ramp: a straight line from its injection on, and then it stays", "[faults][schedule]") {
  const spec::Ramp up{Ratio{0}, Ratio{1}, 4s};
  CHECK(strength_at(up, -1s) == 0);
  CHECK(strength_at(up, 0s) == 0);
  CHECK(strength_at(up, 1s) == Approx(0.25));
  CHECK(strength_at(up, 4s) == 1);
  CHECK(strength_at(up, 9s) == 1);
  const spec::Ramp down{Ratio{0.8}, Ratio{0.2}, 2s};
  CHECK(strength_at(down, 0s) == Approx(0.8));
  CHECK(strength_at(down, 1s) == Approx(0.5));
  CHECK(strength_at(down, 5s) == Approx(0.2));
}

TEST_CASE("flap: on first, then off, in turn, without drift", "[faults][schedule]") {
  const spec::Flap flap{200ms, 300ms};
  CHECK_FALSE(is_on(flap, -1ms));
  CHECK(next_turn(flap, -1ms) == 0ms);
  for (int cycle = 0; cycle < 1000; cycle += 111) {
    const Duration begin = cycle * 500ms;
    CHECK(is_on(flap, begin));
    CHECK(is_on(flap, begin + 199ms));
    CHECK_FALSE(is_on(flap, begin + 200ms));
    CHECK_FALSE(is_on(flap, begin + 499ms));
    CHECK(next_turn(flap, begin) == begin + 200ms);
    CHECK(next_turn(flap, begin + 199ms) == begin + 200ms);
    CHECK(next_turn(flap, begin + 200ms) == begin + 500ms);
  }
}

namespace {

spec::MockFault doing(spec::MockAction action) {
  spec::MockFault fault;
  fault.mock = "openai";
  fault.steps.resize(1);
  fault.steps[0].action = std::move(action);
  return fault;
}

/// Hits among 1000 requests, 1 ms apart.
int hits_of(MockFault& fault, TimePoint& now) {
  int hits = 0;
  for (int i = 0; i < 1000; ++i) hits += fault.decide(now += 1ms).hits() ? 1 : 0;
  return hits;
}

}  // namespace

TEST_CASE("strength: a fault that only delays delays less", "[faults][schedule]") {
  spec::MockAction slow;
  slow.latency = spec::Delay{spec::Delay::Kind::fixed, 300ms, 0ms};
  MockFault fault{doing(slow), Rng{1}, 50ms};
  TimePoint now{};
  fault.set_strength(0);
  CHECK_FALSE(fault.decide(now += 1ms).hits());
  fault.set_strength(0.5);
  CHECK(fault.decide(now += 1ms).delay == 150ms);
  fault.set_strength(1);
  CHECK(fault.decide(now += 1ms).delay == 300ms);
  CHECK(fault.hits() == 2);
}

TEST_CASE("strength: any other fault hits fewer, and keeps its share", "[faults][schedule]") {
  spec::MockAction down;
  down.respond = spec::MockAction::Respond{503, {}};
  down.latency = spec::Delay{spec::Delay::Kind::fixed, 10ms, 0ms};
  TimePoint now{};
  MockFault all{doing(down), Rng{1}, 50ms};
  all.set_strength(0);
  CHECK(hits_of(all, now) == 0);
  all.set_strength(0.3);
  const int some = hits_of(all, now);
  CHECK(some > 230);
  CHECK(some < 370);
  CHECK(all.decide(now += 1ms).delay % 10ms == 0ms);  // whole or not at all
  all.set_strength(1);
  CHECK(hits_of(all, now) == 1000);
  spec::MockFault half = doing(down);
  half.share = Ratio{0.5};
  MockFault shared{half, Rng{1}, 50ms};
  shared.set_strength(0.5);
  const int quarter = hits_of(shared, now);
  CHECK(quarter > 190);
  CHECK(quarter < 310);
}
