// Faults of proxies that are weaker than their scenario says.
#include "faults/model/strength.hpp"

#include "tests/unit/faults/wire_bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

spec::ProxyFault fault_of(spec::ProxyAction action, double share = 1) {
  return {spec::ProxyStream::downstream, {share}, std::move(action)};
}

template <typename Action>
Action at(double strength, const Action& action) {
  return std::get<Action>(weakened(fault_of(action), strength).action);
}

double share_at(double strength, const spec::ProxyAction& action, double share = 1) {
  return weakened(fault_of(action, share), strength).share.value;
}

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_CASE("strength: what delays delays less, by every number of its shape", "[faults][strength]") {
  CHECK(weakened(300ms, 0.5) == 150ms);
  CHECK(weakened(300ms, 0) == 0ms);
  CHECK(weakened(300ms, 1) == 300ms);
  const spec::Delay delay{spec::Delay::Kind::uniform, 100ms, 300ms};
  CHECK(at(0.5, spec::ProxyLatency{delay}).delay ==
        spec::Delay{spec::Delay::Kind::uniform, 50ms, 150ms});
  CHECK(at(0.25, spec::ProxySlowClose{1s}).delay == 250ms);
  CHECK(at(0.5, spec::ProxyConnectHang{2s}).time == Duration{1s});
  CHECK(at(0.5, spec::ProxyHandshakeHang{2s}).time == Duration{1s});
  CHECK(at(0.5, spec::ProxyLoss{{0.4}, {0.2}, 200ms}).rate.value == Approx(0.2));
  CHECK(share_at(0.5, spec::ProxyLatency{delay}, 0.6) == Approx(0.6));
}

TEST_CASE("strength: a limit is so many times as high", "[faults][strength]") {
  CHECK(loosened(100, 0.5) == 200);
  CHECK(loosened(100, 1) == 100);
  CHECK(loosened(100, 0) == UINT64_MAX);
  CHECK(loosened(UINT64_MAX, 0.5) > 100'000'000'000'000'000ULL);
  CHECK(at(0.5, spec::ProxyBandwidth{10'000, true}) == spec::ProxyBandwidth{20'000, true});
  CHECK(at(0.1, spec::ProxyConnectionCap{5}).most == 50);
  // There is no higher multiple of nothing: then fewer connections meet it.
  CHECK(at(0.5, spec::ProxyBandwidth{}).bytes_per_second == 0);
  CHECK(share_at(0.5, spec::ProxyBandwidth{}) == Approx(0.5));
  CHECK(share_at(0.5, spec::ProxyConnectionCap{}) == Approx(0.5));
}

TEST_CASE("strength: anything else hits a smaller share", "[faults][strength]") {
  CHECK(share_at(0.5, spec::ProxyBlackhole{}) == Approx(0.5));
  CHECK(share_at(0.5, spec::ProxyReset{}, 0.4) == Approx(0.2));
  CHECK(share_at(0.5, spec::ProxyRefuse{}) == Approx(0.5));
  CHECK(share_at(0.5, spec::ProxyConnectHang{}) == Approx(0.5));
  CHECK(share_at(0.5, spec::ProxyCertificate{}) == Approx(0.5));
  CHECK(weakened(fault_of(spec::ProxyTimeout{1s}, 0.7), 1) ==
        fault_of(spec::ProxyTimeout{1s}, 0.7));
}

TEST_CASE("strength: at none at all no connection is hit, whatever the fault",
          "[faults][strength]") {
  CHECK(share_at(0, spec::ProxyLatency{{spec::Delay::Kind::fixed, 1s, 0s}}) == 0);
  CHECK(share_at(0, spec::ProxyBandwidth{1, false}) == 0);
  CHECK(share_at(0, spec::ProxyBlackhole{}) == 0);
}

TEST_CASE("strength: of a count at least one is left", "[faults][strength]") {
  CHECK(part_of(10, 0) == 0);
  CHECK(part_of(10, 0.001) == 1);
  CHECK(part_of(10, 0.3) == 3);
  CHECK(part_of(10, 0.31) == 4);
  CHECK(part_of(10, 1) == 10);
}

TEST_CASE("strength: a fault of requests that only slows is told from others",
          "[faults][strength]") {
  spec::HttpFault http;
  http.latency = spec::Delay{spec::Delay::Kind::fixed, 1s, 0s};
  CHECK(only_slows({http, {}}));
  http.drip = spec::HttpFault::Drip{1, 10ms};
  CHECK(only_slows({http, {}}));
  http.truncate = 3;
  CHECK_FALSE(only_slows({http, {}}));
  spec::PostgresFault postgres;
  postgres.kind = spec::PostgresFault::Kind::slow_rows;
  CHECK(only_slows({postgres, {}}));
  postgres.kind = spec::PostgresFault::Kind::statement_timeout;
  CHECK_FALSE(only_slows({postgres, {}}));
  spec::RedisFault redis;
  redis.kind = spec::RedisFault::Kind::latency;
  CHECK(only_slows({redis, {}}));
  redis.kind = spec::RedisFault::Kind::cut;
  CHECK_FALSE(only_slows({redis, {}}));
}

TEST_CASE("strength: requests are slowed less, and all of them", "[faults][strength]") {
  WireBench wire{WireProtocol::http, 1'000};
  spec::HttpFault http;
  http.latency = spec::Delay{spec::Delay::Kind::fixed, 100ms, 0s};
  wire.inject("slow", {http, {}});
  wire.set_strength("slow", 0.5);
  wire.client(kGet);
  CHECK(wire.last_to_server() == 50ms);
  CHECK(wire.counts("slow").hits == 1);
  wire.wait(1s);
  wire.set_strength("slow", 0);
  wire.client(kGet);
  CHECK(wire.last_to_server() == 1s);
  CHECK(wire.counts("slow").hits == 1);
  wire.set_strength("slow", 1);
  wire.client(kGet);
  CHECK(wire.last_to_server() == 1100ms);
}

TEST_CASE("strength: fewer requests fail, each of them in full", "[faults][strength]") {
  WireBench wire{WireProtocol::redis, 1'000};
  spec::RedisFault redis;
  redis.kind = spec::RedisFault::Kind::oom;
  wire.inject("full", {redis, {}});
  const auto hits_of = [&wire](double strength) {
    const std::uint64_t before = wire.counts("full").hits;
    wire.set_strength("full", strength);
    for (int i = 0; i < 1'000; ++i) {
      wire.client("SET a b\r\n");
      wire.server("-ERR unknown command\r\n");
    }
    return wire.counts("full").hits - before;
  };
  CHECK(hits_of(0) == 0);
  const std::uint64_t half = hits_of(0.5);
  CHECK(half > 400);
  CHECK(half < 600);
  CHECK(hits_of(1) == 1'000);
}

}  // namespace firedrill
