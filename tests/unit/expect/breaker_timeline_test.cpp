#include "harness/expect/breaker_timeline.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

/// Calls every 10 ms in [from, to), each answered after 1 ms.
void add_calls(std::vector<Call>& calls, Offset from, Offset to, bool ok) {
  for (Offset at = from; at < to; at += 10ms) calls.push_back({at, at + 1ms, ok, true});
}

BreakerReading reading_until(Offset until) {
  BreakerReading reading;
  reading.from = 1s;
  reading.until = until;
  reading.silence = 140ms;
  reading.failures = 5;
  return reading;
}

BreakerTimeline read(const std::vector<Call>& calls, const BreakerReading& reading) {
  return read_breaker(calls, silences_of(calls, reading), reading);
}

}  // namespace

TEST_CASE("breaker timeline: steady calls show nothing, whether they fail or not",
          "[expect][timeline]") {
  for (const bool ok : {true, false}) {
    std::vector<Call> calls;
    add_calls(calls, 0s, 3s, ok);
    const BreakerTimeline timeline = read(calls, reading_until(3s));
    CHECK(timeline.open.empty());
    CHECK(timeline.half_open.empty());
  }
  CHECK(read({}, reading_until(3s)).open.empty());
}

TEST_CASE("breaker timeline: a silence is an opening only after a failure, and only when longer",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  SECTION("no failure") {
    add_calls(calls, 2s, 3s, true);
    CHECK(read(calls, reading_until(3s)).open.empty());
  }
  SECTION("as long as the limit") {
    add_calls(calls, 1s, 1050ms, false);
    add_calls(calls, 1040ms + 140ms, 3s, false);
    CHECK(read(calls, reading_until(3s)).open.empty());
  }
  SECTION("longer by 1 ns") {
    add_calls(calls, 1s, 1050ms, false);
    add_calls(calls, 1040ms + 140ms + 1ns, 3s, false);
    const BreakerTimeline timeline = read(calls, reading_until(3s));
    REQUIRE_FALSE(timeline.open.empty());
    CHECK(timeline.open.front().opened == 1041ms);
    CHECK(timeline.open.front().until == 1180ms + 1ns);
  }
  SECTION("a failure before the injection does not count") {
    calls.back().ok = false;
    add_calls(calls, 2s, 3s, true);
    BreakerReading reading = reading_until(3s);
    reading.from = 1s + 500ms;
    CHECK(read(calls, reading).open.empty());
  }
}

TEST_CASE("breaker timeline: while every caller waits for an answer, nothing opens",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  // As many as the system lets wait at once hang, and are given up after a second.
  for (Offset at = 1s; at < 1050ms; at += 10ms) calls.push_back({at, at + 1s, false, false});
  SECTION("it opens when the fifth is given up, though no call comes in between") {
    calls.push_back({3050ms, 3090ms, true, true});
    add_calls(calls, 3095ms, 5s, true);
    const BreakerTimeline timeline = read(calls, reading_until(5s));
    REQUIRE(timeline.open.size() == 1);
    CHECK(timeline.open.front().earliest == 2s);
    CHECK(timeline.open.front().opened == 2040ms);
    CHECK(timeline.open.front().until == 3050ms);
    CHECK(timeline.half_open.size() == 1);
  }
  SECTION("others call when the first are given up: it did not open") {
    add_calls(calls, 2005ms, 5s, true);
    CHECK(read(calls, reading_until(5s)).open.empty());
  }
  SECTION("what is left after the first is given up is no silence: it did not open") {
    add_calls(calls, 2s + 140ms, 5s, true);
    CHECK(read(calls, reading_until(5s)).open.empty());
  }
}

TEST_CASE("breaker timeline: open, failed trial, open, good trial, closed", "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2550ms, false, false});  // hung
  calls.push_back({3560ms, 3600ms, true, true});
  add_calls(calls, 3605ms, 5s, true);
  const BreakerTimeline timeline = read(calls, reading_until(5s));
  REQUIRE(timeline.open.size() == 2);
  CHECK(timeline.open[0].opened == 1041ms);
  CHECK(timeline.open[0].until == 2050ms);
  CHECK_FALSE(timeline.open[0].again);
  CHECK(timeline.open[1].opened == 2550ms);
  CHECK(timeline.open[1].until == 3560ms);
  CHECK(timeline.open[1].again);
  REQUIRE(timeline.half_open.size() == 2);
  CHECK_FALSE(timeline.half_open[0].ok);
  CHECK(timeline.half_open[0].admitted == 1);
  CHECK(timeline.half_open[1].closed);
  REQUIRE(timeline.gaps.size() == 2);
  // Nobody saw when the caller gave the hung trial up: between its arrival and its end.
  CHECK(timeline.gaps[1].longest() == 1510ms);
  CHECK(timeline.gaps[1].shortest() == 1010ms);
  CHECK(timeline.first_closed_between(0s, 5s) == Offset{3600ms});
  CHECK_FALSE(timeline.first_closed_between(3601ms, 5s).has_value());
  CHECK(timeline.first_open_between(2s, 5s) == Offset{2550ms});
  CHECK_FALSE(timeline.open_at(1040ms));
  CHECK(timeline.open_at(1041ms));
  CHECK(timeline.open_at(2100ms));
  CHECK_FALSE(timeline.open_at(3600ms));
}

TEST_CASE("breaker timeline: every call before the trial's answer was let through",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2550ms, false, false});
  calls.push_back({2060ms, 2061ms, false, true});
  calls.push_back({2549ms, 2551ms, false, true});
  calls.push_back({2550ms, 2551ms, false, true});  // as the answer goes out: no longer half-open
  const BreakerTimeline timeline = read(calls, reading_until(5s));
  REQUIRE(timeline.half_open.size() >= 1);
  CHECK(timeline.half_open.front().admitted == 3);
}

TEST_CASE("breaker timeline: a call sooner than the open time is a leak, not a trial",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({1500ms, 1501ms, false, true});
  calls.push_back({2050ms, 2051ms, false, true});
  BreakerReading reading = reading_until(4s);
  reading.reset = 1s;
  const BreakerTimeline timeline = read(calls, reading);
  REQUIRE(timeline.open.size() == 2);
  CHECK(timeline.open[0].until == 2050ms);
  CHECK(timeline.half_open.size() == 1);
  REQUIRE(timeline.gaps.size() == 2);
  CHECK(timeline.gaps[0].ended == 1500ms);

  reading.reset.reset();
  CHECK(read(calls, reading).half_open.size() == 2);
}

TEST_CASE("breaker timeline: the earliest trial comes 0.9 open times less 20 ms after the opening",
          "[expect][timeline]") {
  CHECK(earliest_trial(1s) == 880ms);
  for (const Duration shift : {0ns, 1ns}) {
    std::vector<Call> calls;
    add_calls(calls, 0s, 1s, true);
    add_calls(calls, 1s, 1050ms, false);  // the last one arrives at 1040 ms
    calls.push_back({1040ms + 880ms - shift, 2s, false, true});
    BreakerReading reading = reading_until(4s);
    reading.reset = 1s;
    CHECK(read(calls, reading).half_open.size() == (shift == 0ns ? 1 : 0));
  }
}

TEST_CASE("breaker timeline: a good trial closes only when calls flow after it",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2051ms, true, true});
  SECTION("silence again: opened again") {
    calls.push_back({3060ms, 3061ms, true, true});
    const BreakerTimeline timeline = read(calls, reading_until(5s));
    REQUIRE(timeline.half_open.size() == 2);
    CHECK_FALSE(timeline.half_open[0].closed);
    CHECK(timeline.open.size() == 3);
  }
  SECTION("the observation ends at once: undecided") {
    const BreakerTimeline timeline = read(calls, reading_until(2100ms));
    REQUIRE(timeline.half_open.size() == 1);
    CHECK(timeline.half_open[0].undecided);
    CHECK_FALSE(timeline.half_open[0].closed);
  }
  SECTION("seven calls: closed") {
    add_calls(calls, 2060ms, 2060ms + 7 * 10ms, true);
    const BreakerTimeline timeline = read(calls, reading_until(2130ms));
    REQUIRE(timeline.half_open.size() == 1);
    CHECK(timeline.half_open[0].closed);
  }
}

TEST_CASE("breaker timeline: who waits for a slow answer to the trial is not silent again",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2550ms, true, true});
  add_calls(calls, 2555ms, 5s, true);
  const BreakerTimeline timeline = read(calls, reading_until(5s));
  CHECK(timeline.open.size() == 1);
  REQUIRE(timeline.half_open.size() == 1);
  CHECK(timeline.half_open[0].closed);
  CHECK(timeline.first_closed_between(0s, 5s) == Offset{2550ms});
  CHECK(timeline.gaps.size() == 1);
  // One that is silent for long after the answer has opened again.
  std::erase_if(calls,
                [](const Call& call) { return call.arrived >= 2555ms && call.arrived < 3s; });
  CHECK(read(calls, reading_until(5s)).open.size() == 2);
}

TEST_CASE("breaker timeline: a silence in which the machine stood still opens nothing",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  add_calls(calls, 1500ms, 3s, true);
  const BreakerReading reading = reading_until(3s);
  std::vector<Silence> silences = silences_of(calls, reading);
  REQUIRE(silences.size() == 1);
  CHECK(read_breaker(calls, silences, reading).open.size() == 1);
  silences.front().stood_still = true;
  CHECK(read_breaker(calls, silences, reading).open.empty());
}

TEST_CASE("breaker timeline: the trial behind a machine that stood still closes what was open",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2051ms, false, true});
  add_calls(calls, 3200ms, 5s, true);
  const BreakerReading reading = reading_until(5s);
  std::vector<Silence> silences = silences_of(calls, reading);
  REQUIRE(silences.size() == 2);
  silences.back().stood_still = true;
  const BreakerTimeline timeline = read_breaker(calls, silences, reading);
  REQUIRE(timeline.open.size() == 2);
  CHECK(timeline.open[1].until == 3200ms);
  CHECK(timeline.first_closed_between(0s, 5s) == Offset{3201ms});
  CHECK(timeline.gaps.size() == 1);  // how long it was open the second time is not known
}

TEST_CASE("breaker timeline: standing still after it closed does not move the closing",
          "[expect][timeline]") {
  std::vector<Call> calls;
  add_calls(calls, 0s, 1s, true);
  add_calls(calls, 1s, 1050ms, false);
  calls.push_back({2050ms, 2051ms, true, true});
  add_calls(calls, 2060ms, 2090ms, true);  // three calls, then nothing for a while
  add_calls(calls, 2600ms, 5s, true);
  const BreakerReading reading = reading_until(5s);
  std::vector<Silence> silences = silences_of(calls, reading);
  REQUIRE(silences.size() == 2);
  silences.back().stood_still = true;
  CHECK(read_breaker(calls, silences, reading).first_closed_between(0s, 5s) == Offset{2051ms});
}

TEST_CASE(
    "call ends: runs of failures are certain or possible by the order that answers may have had",
    "[expect][timeline]") {
  std::vector<Call> calls;
  const auto end_at = [&](Offset at, bool ok) { calls.push_back({at, at, ok, true}); };
  for (int i = 0; i < 4; ++i) end_at(i * 100ms, false);
  end_at(310ms, true);  // may have reached the caller before or after the failure at 300 ms
  for (int i = 4; i < 9; ++i) end_at(i * 100ms, false);
  const CallEnds ends{calls};
  CHECK(ends.failures_between(0s, 1s) == 9);
  CHECK(ends.first_failure(50ms, 1s) == Offset{100ms});
  CHECK_FALSE(ends.first_failure(850ms, 1s).has_value());
  CHECK(ends.last_failure(0s, 250ms) == Offset{200ms});
  CHECK(ends.certain_run(3, 0s, 1s) == Offset{200ms});
  CHECK_FALSE(ends.certain_run(4, 0s, 350ms).has_value());
  CHECK(ends.certain_run(5, 0s, 1s) == Offset{800ms});
  CHECK_FALSE(ends.certain_run(6, 0s, 1s).has_value());
  CHECK(ends.possible_run(4, 0s, 1s) == Offset{300ms});
  CHECK(ends.longest_possible_run(0s, 350ms) == 4);
  CHECK(ends.longest_possible_run(0s, 1s) == 6);  // the failure at 300 ms and the five after it
}
