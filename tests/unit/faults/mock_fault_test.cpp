#include "faults/model/mock_fault.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::FaultStep;
using Ends = spec::FaultStep::Ends;

namespace {

constexpr Duration kSilence = 50ms;

spec::MockAction respond(int status) {
  spec::MockAction action;
  action.respond = spec::MockAction::Respond{status, {}};
  return action;
}

spec::MockFault fault_of(std::vector<FaultStep> steps) {
  spec::MockFault fault;
  fault.mock = "openai";
  fault.steps = std::move(steps);
  return fault;
}

/// A fault under a stream of requests at chosen gaps.
class Requests {
 public:
  explicit Requests(spec::MockFault spec, std::uint64_t seed = 1)
      : fault{std::move(spec), Rng{seed}, kSilence} {}

  MockFault::Decision after(Duration gap) {
    now_ += gap;
    return fault.decide(now_);
  }
  /// One letter per request 1 ms apart: 'x' for a hit, '.' for none.
  std::string pattern(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += after(1ms).hits() ? 'x' : '.';
    return text;
  }

  MockFault fault;

 private:
  TimePoint now_{};
};

struct Moments {
  double mean = 0;
  double deviation = 0;
};

Moments moments_of(const spec::Delay& delay) {
  Rng rng{42};
  constexpr int kDraws = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = seconds(draw(delay, rng));
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  return {mean, std::sqrt(squares / kDraws - mean * mean)};
}

}  // namespace

TEST_CASE("draw: a fixed delay is that delay", "[faults][delay]") {
  Rng rng{1};
  CHECK(draw({spec::Delay::Kind::fixed, 40ms, 0ms}, rng) == 40ms);
  CHECK(draw({}, rng) == 0ms);
}

TEST_CASE("draw: delays have the mean and the deviation that they are given", "[faults][delay]") {
  const Moments lognormal = moments_of({spec::Delay::Kind::lognormal, 40ms, 10ms});
  CHECK(lognormal.mean == Approx(0.040).epsilon(0.005));
  CHECK(lognormal.deviation == Approx(0.010).epsilon(0.02));
  const Moments normal = moments_of({spec::Delay::Kind::normal, 40ms, 5ms});
  CHECK(normal.mean == Approx(0.040).epsilon(0.005));
  CHECK(normal.deviation == Approx(0.005).epsilon(0.02));
  const Moments uniform = moments_of({spec::Delay::Kind::uniform, 10ms, 40ms});
  CHECK(uniform.mean == Approx(0.025).epsilon(0.005));
  CHECK(uniform.deviation == Approx(0.030 / std::sqrt(12.0)).epsilon(0.02));
}

TEST_CASE("draw: no delay is negative, and degenerate ones are harmless", "[faults][delay]") {
  Rng rng{3};
  for (int i = 0; i < 1000; ++i) {
    if (draw({spec::Delay::Kind::normal, 1ms, 10ms}, rng) < 0ms) FAIL_CHECK("negative");
  }
  CHECK(draw({spec::Delay::Kind::lognormal, 0ms, 10ms}, rng) == 0ms);
  CHECK(draw({spec::Delay::Kind::lognormal, 40ms, 0ms}, rng) == 40ms);
  CHECK(draw({spec::Delay::Kind::uniform, 7ms, 7ms}, rng) == 7ms);
}

TEST_CASE("mock fault: an action without an end hits every request", "[faults][mock]") {
  Requests requests{fault_of({{Ends::never, 0, respond(503)}})};
  CHECK(requests.pattern(5) == "xxxxx");
  CHECK(requests.fault.seen() == 5);
  CHECK(requests.fault.hits() == 5);
  CHECK(requests.fault.hits_by_step() == std::vector<std::uint64_t>{5});
}

TEST_CASE("mock fault: a step for N requests ends after N", "[faults][mock]") {
  Requests requests{fault_of({{Ends::after_requests, 2, respond(500)},
                              {Ends::after_requests, 3, {}},
                              {Ends::never, 0, respond(503)}})};
  CHECK(requests.pattern(8) == "xx...xxx");
  CHECK(requests.fault.hits_by_step() == std::vector<std::uint64_t>{2, 0, 3});
}

TEST_CASE("mock fault: until breaker.open ends with the first request after a silence, not before",
          "[faults][mock]") {
  Requests requests{
      fault_of({{Ends::at_breaker_open, 0, respond(503)}, {Ends::never, 0, respond(500)}})};
  CHECK(requests.after(1ms).step == 0);
  CHECK(requests.after(kSilence).step == 0);  // exactly as long: no silence yet
  const MockFault::Decision trial = requests.after(kSilence + 1ns);
  CHECK(trial.step == 1);
  CHECK(trial.action->respond->status == 500);
  CHECK(requests.after(1ms).step == 1);
}

TEST_CASE("mock fault: a silence before the first hit opens nothing", "[faults][mock]") {
  spec::MockFault spec = fault_of({{Ends::at_breaker_open, 0, respond(503)}, {Ends::never, 0, {}}});
  SECTION("before the first request") {
    Requests requests{spec};
    CHECK(requests.after(10s).step == 0);
  }
  SECTION("after requests that the script let pass") {
    spec.fail_count = 1;
    spec.pass_count = 1;
    spec.share = Ratio{0.0};
    Requests requests{spec};
    CHECK(requests.after(1ms).step == 0);
    CHECK(requests.after(10s).step == 0);
  }
}

TEST_CASE("mock fault: for 1 trial applies to that trial alone", "[faults][mock]") {
  spec::MockAction hang;
  hang.hang = spec::MockAction::Hang{500ms};
  Requests requests{fault_of({{Ends::at_breaker_open, 0, respond(503)},
                              {Ends::after_trials, 1, hang},
                              {Ends::never, 0, respond(503)}})};
  CHECK(requests.pattern(6) == "xxxxxx");
  const MockFault::Decision trial = requests.after(1s);
  CHECK(trial.step == 1);
  CHECK(trial.action->hang.has_value());
  CHECK(requests.after(1ms).step == 2);  // a stampede beside the trial
  CHECK(requests.after(1s).step == 2);
  CHECK(requests.fault.hits_by_step() == std::vector<std::uint64_t>{6, 1, 2});
}

TEST_CASE("mock fault: requests that are no trials get the action but do not count as trials",
          "[faults][mock]") {
  Requests requests{fault_of({{Ends::after_trials, 2, respond(503)}, {Ends::never, 0, {}}})};
  CHECK(requests.pattern(4) == "xxxx");
  CHECK(requests.after(1s).step == 0);  // trial 1
  CHECK(requests.after(1ms).step == 0);
  CHECK(requests.after(1s).step == 0);  // trial 2
  CHECK(requests.after(1ms).step == 1);
  CHECK(requests.fault.hits() == 7);
  CHECK(requests.fault.seen() == 8);
}

TEST_CASE("mock fault: one trial ends one step until breaker.open, not two", "[faults][mock]") {
  Requests requests{fault_of({{Ends::at_breaker_open, 0, respond(503)},
                              {Ends::at_breaker_open, 0, respond(500)},
                              {Ends::never, 0, {}}})};
  CHECK(requests.after(1ms).step == 0);
  CHECK(requests.after(1s).step == 1);
  CHECK(requests.after(1s).step == 2);
}

TEST_CASE("mock fault: a count script repeats", "[faults][mock]") {
  spec::MockFault spec = fault_of({{Ends::never, 0, respond(503)}});
  spec.fail_count = 2;
  spec.pass_count = 1;
  Requests requests{spec};
  CHECK(requests.pattern(9) == "xx.xx.xx.");
  CHECK(requests.fault.hits() == 6);
}

TEST_CASE("mock fault: a share comes from the seed and is about right", "[faults][mock]") {
  spec::MockFault spec = fault_of({{Ends::never, 0, respond(503)}});
  spec.share = Ratio{0.3};
  Requests first{spec, 7};
  Requests again{spec, 7};
  Requests other{spec, 8};
  const std::string pattern = first.pattern(2000);
  CHECK(pattern == again.pattern(2000));
  CHECK(pattern != other.pattern(2000));
  CHECK(first.fault.hits() > 520);
  CHECK(first.fault.hits() < 680);
}

TEST_CASE("mock fault: an action that only slows down hits when it drew a delay",
          "[faults][mock]") {
  spec::MockAction slow;
  slow.latency = spec::Delay{spec::Delay::Kind::fixed, 300ms, 0ms};
  Requests requests{fault_of({{Ends::never, 0, slow}})};
  const MockFault::Decision decision = requests.after(1ms);
  CHECK(decision.hits());
  CHECK(decision.delay == 300ms);
  slow.latency = spec::Delay{};
  Requests instant{fault_of({{Ends::never, 0, slow}})};
  CHECK_FALSE(instant.after(1ms).hits());
  CHECK(instant.fault.hits() == 0);
}

TEST_CASE("mock fault: a rate limit lets its rate pass and hits the rest", "[faults][mock]") {
  spec::MockAction limit;
  limit.rate_limit = Rate{10};
  Requests requests{fault_of({{Ends::never, 0, limit}})};
  CHECK(requests.pattern(3) == ".xx");  // a burst of one
  CHECK_FALSE(requests.after(100ms).over_rate);
  CHECK(requests.after(99ms).over_rate);
  CHECK_FALSE(requests.after(100ms).over_rate);

  std::uint64_t over = 0;
  for (int i = 0; i < 1000; ++i) over += requests.after(10ms).over_rate ? 1U : 0U;
  CHECK(over == Approx(900).margin(2));
}

TEST_CASE("mock fault: a rate limit of 100/s allows a burst of 10, and 0/s nothing",
          "[faults][mock]") {
  spec::MockAction limit;
  limit.rate_limit = Rate{100};
  Requests requests{fault_of({{Ends::never, 0, limit}})};
  int passed = 0;
  for (int i = 0; i < 20; ++i) passed += requests.after(0ns).over_rate ? 0 : 1;
  CHECK(passed == 10);
  limit.rate_limit = Rate{0};
  Requests none{fault_of({{Ends::never, 0, limit}})};
  CHECK(none.pattern(3) == "xxx");
}
