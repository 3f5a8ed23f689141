#include "harness/scenario/load.hpp"
#include "harness/scenario/replay_file.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

std::string scenario_with(const std::string& rate) {
  return "firedrill: 1\nname: rates\nsystem: { clinic: {} }\ntraffic:\n  a:\n    rate: " + rate +
         "\n    request: { get: / }\ntimeline: [{ all: 30s }]\nexpect: [{ slo: failed.rate < 1% "
         "}]\n";
}

spec::RateShape rate_of(const std::string& rate) {
  const Loaded loaded = load_scenario_text(scenario_with(rate), "s.yaml", {});
  for (const auto& problem : loaded.problems) UNSCOPED_INFO(problem.message);
  REQUIRE(loaded.scenario);
  return loaded.scenario->traffic.at(0).rate;
}

std::string refusal_of(const std::string& rate) {
  const Loaded loaded = load_scenario_text(scenario_with(rate), "s.yaml", {});
  REQUIRE(loaded.problems.size() == 1);
  return loaded.problems[0].message;
}

std::string replay_error(const std::string& text) {
  const auto times = scenario::parse_replay(text, "log.csv");
  REQUIRE_FALSE(times);
  return times.error().message;
}

}  // namespace

TEST_CASE("rate: every form becomes a shape", "[scenario][rate]") {
  CHECK(rate_of("40/s") == spec::RateShape{{40}, {40}, 0s});
  CHECK(rate_of("{ from: 1/s, to: 9/s, over: 4s }") == spec::RateShape{{1}, {9}, 4s});
  CHECK(
      rate_of(
          "{ steps: [{ rate: 10/s, for: 5s }, { to: 50/s, over: 3s }, { rate: 0/s, for: 1s }] }") ==
      spec::RateShape{
          spec::StretchedRate{{{{10}, {10}, 5s}, {{10}, {50}, 3s}, {{0}, {0}, 1s}}, {0}}});
  CHECK(rate_of("{ spike: { base: 20/s, to: 500/s, at: 4s, for: 2s } }") ==
        spec::RateShape{spec::StretchedRate{{{{20}, {20}, 4s}, {{500}, {500}, 2s}}, {20}}});
  CHECK(rate_of("{ sine: { mean: 100/s, swing: 50/s, period: 20s } }") ==
        spec::RateShape{spec::SineRate{{100}, {50}, 20s}});
}

TEST_CASE("rate: what makes no sense is refused in words", "[scenario][rate]") {
  CHECK(refusal_of("{ sine: { mean: 10/s, swing: 11/s, period: 1s } }") ==
        "a swing of 11/s around a mean of 10/s would go below 0/s; at most the mean is accepted");
  CHECK(refusal_of("{ steps: [{ rate: 0/s, for: 1s }] }") ==
        "a stream at 0/s never sends anything");
  CHECK(refusal_of("{ replay: no-such.csv }") == "'no-such.csv' cannot be read: no such file");
}

TEST_CASE("replay: times count from the earliest, whatever their clock and order",
          "[scenario][rate]") {
  const auto times = scenario::parse_replay(
      "# recorded\n1763964134.500000001,/a,200\r\n1763964134.25 , /b\n\n1763964136\n", "log.csv");
  REQUIRE(times);
  CHECK(*times == std::vector<Offset>{0ns, 250'000'001ns, 1'750'000'000ns});
}

TEST_CASE("replay: the first line that is no time is named", "[scenario][rate]") {
  CHECK(replay_error("0.1\nsoon\n") ==
        "log.csv:2: an arrival time in seconds wanted, such as 12.345, not 'soon'");
  CHECK(replay_error("-1\n") ==
        "log.csv:1: an arrival time in seconds wanted, such as 12.345, not '-1'");
  CHECK(replay_error("99999999999\n") ==
        "log.csv:1: an arrival time in seconds wanted, such as 12.345, not '99999999999'");
  CHECK(replay_error("# nothing\n") == "'log.csv' holds no arrival time");
}
