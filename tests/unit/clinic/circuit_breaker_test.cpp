#include "mocks/clinic/circuit_breaker.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::clinic {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

/// A breaker, the time, and what it told its listener.
struct Bench {
  explicit Bench(CircuitBreaker::Options options = {})
      : breaker{options, [this](State from, State to) {
                  moves += std::string{name_of(from)} + ">" + std::string{name_of(to)} + " ";
                }} {}

  TimePoint now{Duration{1h}};
  std::string moves;
  CircuitBreaker breaker;

  CircuitBreaker::Permit permit() {
    auto got = breaker.try_acquire(now);
    REQUIRE(got.has_value());
    return std::move(*got);
  }
  bool refuses() { return !breaker.try_acquire(now).has_value(); }
  void fail(int times = 1) {
    for (int i = 0; i < times; ++i) permit().failed(now);
  }
  void succeed() { permit().succeeded(now); }
  State state() const { return breaker.snapshot().state; }
};

}  // namespace

TEST_CASE("circuit breaker: opens with the fifth failure in a row and not with the fourth",
          "[clinic][breaker]") {
  Bench bench;
  bench.fail(4);
  CHECK(bench.state() == State::closed);
  CHECK(bench.breaker.snapshot().failures == 4);
  CHECK_FALSE(bench.breaker.snapshot().opened_at.has_value());
  bench.fail();
  CHECK(bench.state() == State::open);
  CHECK(bench.breaker.snapshot().failures == 5);
  CHECK(bench.breaker.snapshot().opened_at == bench.now);
  CHECK(bench.breaker.snapshot().next_attempt_at == bench.now + 1s);
  CHECK(bench.moves == "closed>open ");
}

TEST_CASE("circuit breaker: a success between failures starts the count again",
          "[clinic][breaker]") {
  Bench bench;
  for (int round = 0; round < 3; ++round) {
    bench.fail(4);
    bench.succeed();
    CHECK(bench.breaker.snapshot().failures == 0);
  }
  CHECK(bench.moves.empty());
}

TEST_CASE("circuit breaker: refuses while open, up to the last nanosecond", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  CHECK(bench.refuses());
  bench.now += 1s - 1ns;
  CHECK(bench.refuses());
  CHECK(bench.state() == State::open);
  bench.now += 1ns;
  const auto trial = bench.permit();
  CHECK(trial.is_trial());
  CHECK(bench.state() == State::half_open);
  CHECK_FALSE(bench.breaker.snapshot().next_attempt_at.has_value());
}

TEST_CASE("circuit breaker: stays open until somebody calls", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1h;
  CHECK(bench.state() == State::open);
}

TEST_CASE("circuit breaker: half-open admits one trial at a time", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1s;
  auto trial = bench.permit();
  CHECK(bench.refuses());
  bench.now += 10s;
  CHECK(bench.refuses());
  trial.succeeded(bench.now);
  CHECK(bench.state() == State::closed);
  CHECK_FALSE(bench.permit().is_trial());
  CHECK(bench.moves == "closed>open open>half_open half_open>closed ");
}

TEST_CASE("circuit breaker: half-open admits as many trials at a time as its option says",
          "[clinic][breaker]") {
  Bench bench{{.trials_max = 3}};
  bench.fail(5);
  bench.now += 1s;
  std::vector<CircuitBreaker::Permit> trials;
  for (int i = 0; i < 3; ++i) trials.push_back(bench.permit());
  CHECK(bench.refuses());
  trials[0].succeeded(bench.now);
  CHECK(bench.state() == State::closed);
  trials[1].failed(bench.now);  // of the half-open time, which is over
  CHECK(bench.breaker.snapshot().failures == 0);
}

TEST_CASE("circuit breaker: a failed trial opens it again for the whole time",
          "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1s;
  auto trial = bench.permit();
  bench.now += 300ms;
  trial.failed(bench.now);
  CHECK(bench.state() == State::open);
  CHECK(bench.breaker.snapshot().opened_at == bench.now);
  CHECK(bench.breaker.snapshot().failures == 6);
  bench.now += 1s - 1ns;
  CHECK(bench.refuses());
  bench.now += 1ns;
  bench.succeed();
  CHECK(bench.state() == State::closed);
}

TEST_CASE("circuit breaker: after closing it takes five failures again", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1s;
  bench.succeed();
  bench.fail(4);
  CHECK(bench.state() == State::closed);
  bench.fail();
  CHECK(bench.state() == State::open);
}

TEST_CASE("circuit breaker: an answer of a call from before the opening changes nothing",
          "[clinic][breaker]") {
  Bench bench;
  std::vector<CircuitBreaker::Permit> late;
  for (int i = 0; i < 6; ++i) late.push_back(bench.permit());
  bench.fail(5);
  const TimePoint opened_at = bench.now;
  bench.now += 500ms;

  late[0].succeeded(bench.now);
  late[1].failed(bench.now);
  CHECK(bench.state() == State::open);
  CHECK(bench.breaker.snapshot().opened_at == opened_at);
  CHECK(bench.breaker.snapshot().failures == 5);

  bench.now += 500ms;
  auto trial = bench.permit();
  late[2].succeeded(bench.now);
  CHECK(bench.state() == State::half_open);
  late[3].failed(bench.now);
  CHECK(bench.state() == State::half_open);
  CHECK(bench.refuses());  // the trial still holds its place

  trial.succeeded(bench.now);
  late[4].failed(bench.now);
  late[5].succeeded(bench.now);
  CHECK(bench.state() == State::closed);
  CHECK(bench.breaker.snapshot().failures == 0);
}

TEST_CASE("circuit breaker: a late trial of an earlier half-open time changes nothing",
          "[clinic][breaker]") {
  Bench bench{{.trials_max = 2}};
  bench.fail(5);
  bench.now += 1s;
  auto slow = bench.permit();
  bench.permit().failed(bench.now);
  bench.now += 1s;
  const auto trial = bench.permit();
  slow.succeeded(bench.now);
  CHECK(bench.state() == State::half_open);
}

TEST_CASE("circuit breaker: a trial that is dropped gives its place back", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1s;
  {
    const auto dropped = bench.permit();
    CHECK(bench.refuses());
  }
  CHECK(bench.state() == State::half_open);
  bench.succeed();
  CHECK(bench.state() == State::closed);
}

TEST_CASE("circuit breaker: a dropped trial of an earlier time frees no place of this one",
          "[clinic][breaker]") {
  Bench bench{{.trials_max = 2}};
  bench.fail(5);
  bench.now += 1s;
  std::optional<CircuitBreaker::Permit> old{bench.permit()};
  bench.permit().failed(bench.now);
  bench.now += 1s;
  const auto first = bench.permit();
  const auto second = bench.permit();
  old.reset();
  CHECK(bench.refuses());
}

TEST_CASE("circuit breaker: a call that is dropped while closed counts as nothing",
          "[clinic][breaker]") {
  Bench bench;
  bench.fail(4);
  { const auto dropped = bench.permit(); }
  CHECK(bench.breaker.snapshot().failures == 4);
  bench.fail();
  CHECK(bench.state() == State::open);
}

TEST_CASE("circuit breaker: only the first word of a permit counts", "[clinic][breaker]") {
  Bench bench;
  auto permit = bench.permit();
  for (int i = 0; i < 10; ++i) permit.failed(bench.now);
  permit.succeeded(bench.now);
  CHECK(bench.breaker.snapshot().failures == 1);
}

TEST_CASE("circuit breaker: a moved permit speaks once, from its new place", "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  bench.now += 1s;
  std::optional<CircuitBreaker::Permit> from{bench.permit()};
  CircuitBreaker::Permit to{std::move(*from)};
  from.reset();
  CHECK(bench.refuses());  // the trial is still under way
  to.succeeded(bench.now);
  CHECK(bench.state() == State::closed);
}

TEST_CASE("circuit breaker: in a long outage it makes one trial each time it may",
          "[clinic][breaker]") {
  Bench bench;
  bench.fail(5);
  int trials = 0;
  for (int tick = 0; tick < 10'000; ++tick) {  // 10 s, a call each millisecond
    bench.now += 1ms;
    if (auto trial = bench.breaker.try_acquire(bench.now)) {
      ++trials;
      trial->failed(bench.now);
    }
  }
  CHECK(trials == 10);
  CHECK(bench.state() == State::open);
}

}  // namespace firedrill::clinic
