#include "faults/model/proxy_stage.hpp"

#include "faults/model/proxy_chain.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{1'000s};

Parcel data(std::uint64_t bytes, TimePoint at = kStart) {
  return {Parcel::Kind::data, bytes, at, at};
}
Parcel end(TimePoint at = kStart) { return {Parcel::Kind::end, 0, at, at}; }

ProxyStage stage_of(const spec::ProxyAction& action, bool open_before = false,
                    ProxyStage::Pipe* shared = nullptr) {
  return ProxyStage{action, Rng{7}, {kStart, open_before, shared}};
}

std::vector<Parcel> passed(ProxyStage& stage, const Parcel& parcel) {
  std::vector<Parcel> out;
  stage.pass(parcel, out);
  return out;
}

std::uint64_t bytes_of(const std::vector<Parcel>& parcels) {
  return std::accumulate(parcels.begin(), parcels.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Parcel& one) { return sum + one.bytes; });
}

spec::ProxyLatency latency(Duration delay) { return {{spec::Delay::Kind::fixed, delay, 0ns}}; }

}  // namespace

TEST_CASE("proxy stage: latency counts from when bytes came in, so that it does not add up",
          "[faults][proxy]") {
  ProxyStage stage = stage_of(latency(100ms));
  for (int i = 0; i < 50; ++i) {
    const TimePoint came = kStart + i * 1ms;
    const auto out = passed(stage, data(10, came));
    REQUIRE(out.size() == 1);
    CHECK(out[0].at == came + 100ms);
    CHECK(out[0].bytes == 10);
  }
  CHECK(passed(stage, end())[0].at == kStart + 100ms);
  const auto tally = stage.take_tally();
  CHECK(tally.hits == 51);
  CHECK(tally.bytes == 500);
  CHECK(stage.take_tally().hits == 0);
}

TEST_CASE("proxy stage: latency follows its distribution, the same with the same seed",
          "[faults][proxy]") {
  const spec::ProxyLatency jittery{{spec::Delay::Kind::uniform, 50ms, 150ms}};
  ProxyStage one = stage_of(jittery);
  ProxyStage other = stage_of(jittery);
  Duration sum{0};
  for (int i = 0; i < 2'000; ++i) {
    const TimePoint at = passed(one, data(1))[0].at;
    CHECK(at == passed(other, data(1))[0].at);
    CHECK(at >= kStart + 50ms);
    CHECK(at < kStart + 150ms);
    sum += at - kStart;
  }
  CHECK(seconds(sum) / 2'000 == Approx(0.1).epsilon(0.03));
  ProxyStage none = stage_of(latency(0ns));
  CHECK(passed(none, data(1))[0].at == kStart);
  CHECK(none.take_tally().hits == 0);
}

TEST_CASE("proxy stage: a bandwidth takes the time that the bytes take", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxyBandwidth{100'000, false});
  const auto out = passed(stage, data(50'000));
  CHECK(bytes_of(out) == 50'000);
  CHECK(out.size() == 25);  // every 20 ms
  CHECK(out.front().at == kStart + 20ms);
  CHECK(out.back().at == kStart + 500ms);
  // Behind them, not beside them; and the end behind all.
  CHECK(passed(stage, data(10'000)).back().at == kStart + 600ms);
  CHECK(passed(stage, end())[0].at == kStart + 600ms);
  // What was not used is not saved up.
  CHECK(passed(stage, data(1'000, kStart + 60s)).back().at == kStart + 60s + 10ms);
}

TEST_CASE("proxy stage: a bandwidth in total is shared, another is not", "[faults][proxy]") {
  ProxyStage::Pipe pipe;
  ProxyStage one = stage_of(spec::ProxyBandwidth{100'000, true}, false, &pipe);
  ProxyStage other = stage_of(spec::ProxyBandwidth{100'000, true}, false, &pipe);
  CHECK(passed(one, data(10'000)).back().at == kStart + 100ms);
  CHECK(passed(other, data(10'000)).back().at == kStart + 200ms);
  CHECK(passed(one, end())[0].at == kStart + 100ms);  // its own bytes are through
  ProxyStage alone = stage_of(spec::ProxyBandwidth{100'000, false}, false, &pipe);
  CHECK(passed(alone, data(10'000)).back().at == kStart + 100ms);
}

TEST_CASE("proxy stage: a bandwidth of nothing holds, one that is never reached is no hit",
          "[faults][proxy]") {
  ProxyStage nothing = stage_of(spec::ProxyBandwidth{0, false});
  CHECK(passed(nothing, data(1))[0].at == Parcel::kHeld);
  CHECK(nothing.take_tally().hits == 1);
  ProxyStage wide = stage_of(spec::ProxyBandwidth{1'000'000'000, false});
  CHECK(passed(wide, data(1'000))[0].at == kStart + 1us);
  CHECK(wide.take_tally().hits == 0);
}

TEST_CASE("proxy stage: a slicer cuts within its sizes and loses nothing", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxySlicer{64, 16, 1ms});
  const auto out = passed(stage, data(10'000));
  CHECK(bytes_of(out) == 10'000);
  CHECK(out.size() >= 10'000 / 80);
  for (std::size_t i = 0; i < out.size(); ++i) {
    CHECK(out[i].bytes <= 80);
    if (i + 1 < out.size()) CHECK(out[i].bytes >= 48);
    CHECK(out[i].at == kStart + static_cast<int>(i) * 1ms);
  }
  CHECK(stage.take_tally().hits == 1);
  CHECK(passed(stage, data(5, kStart + 60s)).size() == 1);
  CHECK(stage.take_tally().hits == 0);  // nothing to cut
}

TEST_CASE("proxy stage: a slow close delays the end and nothing else", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxySlowClose{2s});
  CHECK(passed(stage, data(5))[0].at == kStart);
  CHECK(stage.take_tally().hits == 0);
  CHECK(passed(stage, end())[0].at == kStart + 2s);
  CHECK(stage.take_tally().hits == 1);
}

TEST_CASE("proxy stage: losses delay by what TCP needs, at the rate asked for", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxyLoss{{0.1}, {0.5}, 200ms});
  int late = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto out = passed(stage, data(100));
    REQUIRE(bytes_of(out) == 100);
    const Duration by = out[0].at - kStart;
    late += by > 0ns ? 1 : 0;
    CHECK((by == 0ns || by == 200ms || by >= 600ms));
  }
  CHECK(stage.take_tally().hits == static_cast<std::uint64_t>(late));
  CHECK(late > 1'700);
  CHECK(late < 2'300);
  ProxyStage none = stage_of(spec::ProxyLoss{{0}, {0}, 200ms});
  CHECK(passed(none, data(1))[0].at == kStart);
}

TEST_CASE("proxy stage: a black hole holds everything and loses nothing", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxyBlackhole{});
  CHECK(passed(stage, data(5))[0].at == Parcel::kHeld);
  CHECK(passed(stage, end())[0].at == Parcel::kHeld);
  CHECK_FALSE(stage.lost_bytes());
  CHECK_FALSE(stage.deadline());
}

TEST_CASE("proxy stage: a time-out swallows bytes, holds the end, and closes from when it met",
          "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxyTimeout{3s});
  CHECK(stage.deadline()->at == kStart + 3s);
  CHECK_FALSE(stage.deadline()->reset);
  CHECK_FALSE(stage.lost_bytes());
  CHECK(passed(stage, end())[0].at == Parcel::kHeld);
  CHECK_FALSE(stage.lost_bytes());
  CHECK(passed(stage, data(5, kStart + 2s)).empty());
  CHECK(stage.lost_bytes());
  CHECK(stage.deadline()->at == kStart + 3s);  // bytes do not begin it anew
  CHECK_FALSE(stage_of(spec::ProxyTimeout{}).deadline());
}

TEST_CASE("proxy stage: a reset counts from now for open connections, from the first bytes for new",
          "[faults][proxy]") {
  ProxyStage open = stage_of(spec::ProxyReset{1s}, true);
  CHECK(open.deadline()->at == kStart + 1s);
  CHECK(open.deadline()->reset);
  ProxyStage fresh = stage_of(spec::ProxyReset{1s});
  CHECK_FALSE(fresh.deadline());
  CHECK(passed(fresh, data(5, kStart + 10s))[0].at == Parcel::kHeld);
  CHECK(fresh.deadline()->at == kStart + 11s);
  passed(fresh, data(5, kStart + 10500ms));
  CHECK(fresh.deadline()->at == kStart + 11s);
}

TEST_CASE("proxy stage: a limit passes exactly so many bytes, then closes", "[faults][proxy]") {
  ProxyStage stage = stage_of(spec::ProxyLimitData{100});
  CHECK(bytes_of(passed(stage, data(60))) == 60);
  CHECK_FALSE(stage.lost_bytes());
  const auto out = passed(stage, data(60));
  REQUIRE(out.size() == 2);
  CHECK(out[0].bytes == 40);
  CHECK(out[1].kind == Parcel::Kind::close);
  CHECK(passed(stage, data(60)).empty());
  const auto tally = stage.take_tally();
  CHECK(tally.hits == 1);
  CHECK(tally.bytes == 80);  // cut off
  ProxyStage exact = stage_of(spec::ProxyLimitData{60});
  CHECK(passed(exact, data(60)).size() == 2);
  ProxyStage none = stage_of(spec::ProxyLimitData{0});
  const auto nothing = passed(none, data(1));
  REQUIRE(nothing.size() == 1);
  CHECK(nothing[0].kind == Parcel::Kind::close);
}

TEST_CASE("proxy chain: faults work one after the other, each knows what it did",
          "[faults][proxy]") {
  ProxyChain chain;
  chain.add(1, stage_of(latency(100ms)));
  chain.add(2, stage_of(latency(50ms)));
  chain.add(3, stage_of(spec::ProxySlicer{10, 0, 1ms}));
  std::vector<Parcel> out;
  chain.pass(data(25), out);
  REQUIRE(out.size() == 3);
  CHECK(out[0].at == kStart + 150ms);
  CHECK(out[2].at == kStart + 152ms);
  std::vector<ProxyChain::Hit> hits;
  chain.take_hits(hits);
  REQUIRE(hits.size() == 3);
  CHECK(hits[2].fault == 3);
  CHECK(hits[2].tally.bytes == 25);
}

TEST_CASE("proxy chain: what waits is timed anew when faults change, and flows when they are gone",
          "[faults][proxy]") {
  ProxyChain chain;
  chain.add(1, stage_of(spec::ProxyBlackhole{}));
  chain.add(2, stage_of(spec::ProxyLimitData{10}));
  std::vector<Parcel> waiting;
  chain.pass(data(8), waiting);
  chain.pass(data(8), waiting);
  REQUIRE(waiting.size() == 3);  // 8, 2, and the close
  CHECK(waiting[2].at == Parcel::kHeld);

  CHECK_FALSE(chain.remove(1));
  chain.retime(waiting, kStart + 5s);
  REQUIRE(waiting.size() == 3);  // not cut a second time
  CHECK(bytes_of(waiting) == 10);
  CHECK(waiting[0].at == kStart);

  chain.add(4, stage_of(spec::ProxyBandwidth{1'000, false}));
  chain.retime(waiting, kStart + 5s);
  CHECK(waiting[0].at == kStart + 5s + 8ms);  // from now, not from when it came in
  CHECK(chain.remove(2));                     // it had cut bytes off: the connection is lost
  CHECK_FALSE(chain.remove(2));
}

TEST_CASE("proxy chain: the earliest deadline counts", "[faults][proxy]") {
  ProxyChain chain;
  CHECK_FALSE(chain.deadline());
  chain.add(1, stage_of(spec::ProxyTimeout{3s}));
  chain.add(2, stage_of(spec::ProxyReset{1s}, true));
  REQUIRE(chain.deadline());
  CHECK(chain.deadline()->fault == 2);
  chain.change(1, spec::ProxyTimeout{500ms});
  CHECK(chain.deadline()->fault == 1);
}
