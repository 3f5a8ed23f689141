// Faults of a proxy that grow and fade, and the moment of their first hit.
#include "faults/model/strength.hpp"
#include "tests/support/proxy_bench.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

TimePoint now() { return std::chrono::steady_clock::now(); }

spec::ProxyFault fault_of(spec::ProxyAction action) {
  return {spec::ProxyStream::downstream, {1}, std::move(action)};
}

spec::ProxyFault latency(Duration delay) {
  return fault_of(spec::ProxyLatency{{spec::Delay::Kind::fixed, delay, 0ns}});
}

void ramp(ProxyBench& bench, const spec::ProxyFault& fault, double strength) {
  bench.with_proxy(
      [&](FaultProxy& proxy) { REQUIRE(proxy.ramp_fault("it", weakened(fault, strength))); });
}

TcpClient open_connection(ProxyBench& bench) {
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("hello"));
  return client;
}

/// How long a byte is under way at least; more when the machine is busy.
bool takes(TcpClient& client, Duration least) {
  const TimePoint began = now();
  return client.echoes("x") && now() - began >= least;
}

/// Adds a fault, and counts how often its first hit is told.
void inject_told(ProxyBench& bench, const spec::ProxyFault& fault, std::atomic<int>& told) {
  bench.with_proxy([&](FaultProxy& proxy) {
    REQUIRE(proxy.add_fault("it", fault, [&told](TimePoint) { ++told; }));
  });
}

}  // namespace

TEST_CASE("proxy ramp: a latency grows on connections that are open", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  const spec::ProxyFault slow = latency(200ms);
  bench.inject("it", weakened(slow, 0));
  REQUIRE(client.echoes("x"));
  REQUIRE(bench.fault("it").hits == 0);
  ramp(bench, slow, 0.25);
  REQUIRE(takes(client, 50ms));
  ramp(bench, slow, 1);
  REQUIRE(takes(client, 200ms));
  REQUIRE(bench.fault("it").hits == 2);
  ramp(bench, slow, 0);
  REQUIRE(client.echoes("x"));
  REQUIRE(bench.heal("it").hits == 2);
}

TEST_CASE("proxy ramp: what waits keeps the time that it was given", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  const spec::ProxyFault slow = latency(2s);
  bench.inject("it", weakened(slow, 0.1));
  const TimePoint began = now();
  REQUIRE(client.send("early"));
  REQUIRE(bench.eventually([&] { return bench.fault("it").hits == 1; }));
  ramp(bench, slow, 0.00001);
  ramp(bench, slow, 0.1);
  REQUIRE(client.read(10) == Seen::bytes);
  REQUIRE(now() - began >= 200ms);
  REQUIRE(bench.heal("it").hits == 1);
}

TEST_CASE("proxy ramp: a share that grows takes in open connections, and lets them go again",
          "[proxy][faults]") {
  ProxyBench bench;
  std::vector<TcpClient> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(open_connection(bench));
  const spec::ProxyFault hole = fault_of(spec::ProxyBlackhole{});
  bench.inject("it", weakened(hole, 0));
  ramp(bench, hole, 0.5);
  for (TcpClient& client : clients) REQUIRE(client.send("x"));
  REQUIRE(bench.eventually([&] { return bench.counts().upstream.received == 20 * 6; }));
  const auto held = [&] { return bench.fault("it").connections; };
  REQUIRE(bench.eventually([&] { return bench.counts().downstream.received == 20 * 6; }));
  REQUIRE(held() > 3);
  REQUIRE(held() < 17);
  ramp(bench, hole, 0);
  for (TcpClient& client : clients) REQUIRE(client.read(6) == Seen::bytes);
  ramp(bench, hole, 1);
  for (TcpClient& client : clients) REQUIRE(client.send("y"));
  REQUIRE(bench.eventually([&] { return held() == 20; }));
  bench.heal("it");
  for (TcpClient& client : clients) REQUIRE(client.read(7) == Seen::bytes);
}

TEST_CASE("proxy ramp: fewer connections are refused, and in full strength the port is closed",
          "[proxy][faults]") {
  ProxyBench bench;
  const spec::ProxyFault refuse = fault_of(spec::ProxyRefuse{});
  bench.inject("it", weakened(refuse, 0));
  REQUIRE(bench.carries_traffic());
  ramp(bench, refuse, 1);
  REQUIRE(TcpClient{}.connect(bench.port) == Seen::refused);
  REQUIRE(bench.eventually([&] { return bench.fault("it").refusals_seen == 1; }));
  ramp(bench, refuse, 0);
  REQUIRE(bench.carries_traffic());
  bench.heal("it");
}

TEST_CASE("proxy ramp: what hangs for ever is taken up when the fault has faded",
          "[proxy][faults]") {
  ProxyBench bench;
  const spec::ProxyFault hang = fault_of(spec::ProxyConnectHang{});
  bench.inject("it", weakened(hang, 0.999999));
  TcpClient hung;
  REQUIRE(hung.connect(bench.port) == Seen::bytes);
  REQUIRE(hung.send("x"));
  REQUIRE(bench.eventually([&] { return bench.fault("it").hits == 1; }));
  ramp(bench, hang, 0);
  REQUIRE(hung.read(1) == Seen::bytes);
  REQUIRE(bench.heal("it").hits == 1);
}

TEST_CASE("proxy: the first hit of a fault is told once", "[proxy][faults]") {
  ProxyBench bench;
  std::atomic<int> told = 0;
  TcpClient client = open_connection(bench);
  inject_told(bench, latency(5ms), told);
  REQUIRE(told.load() == 0);
  REQUIRE(client.echoes("x"));
  REQUIRE(client.echoes("y"));
  REQUIRE(told.load() == 1);
  bench.heal("it");

  inject_told(bench, fault_of(spec::ProxyConnectionCap{1}), told);
  static_cast<void>(TcpClient{}.connect(bench.port));
  REQUIRE(bench.eventually([&] { return told.load() == 2; }));
  bench.heal("it");

  inject_told(bench, fault_of(spec::ProxyDown{}), told);
  REQUIRE(bench.eventually([&] { return bench.fault("it").refusals_seen == 1; }));
  REQUIRE(told.load() == 3);
  bench.heal("it");
}

TEST_CASE("proxy: the first hit of a silent port is seen by looking", "[proxy][faults]") {
  ProxyBench bench;
  std::atomic<int> told = 0;
  inject_told(bench, fault_of(spec::ProxyConnectHang{}), told);
  bench.with_proxy([](FaultProxy& proxy) { proxy.look(); });
  REQUIRE(told.load() == 0);
  REQUIRE(TcpClient{}.connect(bench.port, 200ms) == Seen::nothing);
  bench.with_proxy([](FaultProxy& proxy) { proxy.look(); });
  REQUIRE(told.load() == 1);
  bench.heal("it");
  REQUIRE(told.load() == 1);
}
