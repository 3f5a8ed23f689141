#include "harness/load/self_watch.hpp"

#include "harness/load/load_generator.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("self watch: a look that comes late is a stall, and is counted once", "[load][watch]") {
  SelfWatch watch;
  watch.look(0ms, 0ms, 0ms);
  watch.look(10ms, 10ms + kStallLimit, 1ms);  // just within
  CHECK(watch.health().stalls == 0);
  watch.look(30ms, 80ms, 2ms);
  CHECK(watch.health().stalls == 1);
  CHECK(watch.health().longest_stall == 50ms);
  CHECK(watch.take_recent_stall() == 50ms);
  CHECK(watch.take_recent_stall() == 0ms);
}

TEST_CASE("self watch: processor time is a share of the time that passed", "[load][watch]") {
  SelfWatch watch;
  watch.look(0ms, 0ms, 500ms);  // what the thread used before does not count
  watch.look(50ms, 50ms, 550ms);
  CHECK(watch.cpu_share() == 0);  // too short a stretch
  watch.look(100ms, 100ms, 590ms);
  CHECK(watch.cpu_share() == Approx(0.9));
  watch.look(200ms, 200ms, 600ms);
  CHECK(watch.cpu_share() == Approx(0.1));
  CHECK(watch.health().cpu_share_max == Approx(0.9));
  CHECK(watch.health().cpu_share == Approx(0.5));
}

TEST_CASE("self watch: the most connections stay known", "[load][watch]") {
  SelfWatch watch;
  watch.connections(3);
  watch.connections(7);
  watch.connections(2);
  CHECK(watch.health().connections_max == 7);
}

TEST_CASE("workers: as many as the rate and the machine are worth", "[load][workers]") {
  const auto streams = [](double rate, std::uint32_t slots) {
    spec::Stream stream;
    stream.rate = {{rate}, {rate}, 0ns};
    stream.in_flight_max = slots;
    return std::vector<spec::Stream>{stream};
  };
  CHECK(workers_for(streams(100, 0), 10s, 16, 2) == 1);
  CHECK(workers_for(streams(12'000, 0), 10s, 16, 2) == 3);
  CHECK(workers_for(streams(1e6, 0), 10s, 16, 2) == 14);
  CHECK(workers_for(streams(1e6, 0), 10s, 2, 2) == 1);
  CHECK(workers_for(streams(1e6, 130), 10s, 16, 0) == 2);  // 65 slots each
  CHECK(workers_for(streams(1e6, 10), 10s, 16, 0) == 1);
  CHECK(physical_cores() >= 1);
}

TEST_CASE("shard: K/N, and nothing else", "[load][shard]") {
  CHECK(*parse_shard("") == Share{0, 1});
  CHECK(*parse_shard("1/1") == Share{0, 1});
  CHECK(*parse_shard("2/8") == Share{1, 8});
  for (const char* wrong : {"0/8", "9/8", "2", "2/", "/8", "a/b", "2/8 ", "-1/8", "1/10001"}) {
    CAPTURE(wrong);
    const auto share = parse_shard(wrong);
    REQUIRE_FALSE(share);
    CHECK(share.error().message ==
          "--shard K/N wanted, such as 2/8, with 1 <= K <= N <= 10000, not '" + std::string{wrong} +
              "'");
  }
}
