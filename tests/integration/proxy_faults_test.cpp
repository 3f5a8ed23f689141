// Every fault of a proxy: what the victim saw, the count, the healing, and traffic as before.
#include "tests/support/proof.hpp"
#include "tests/support/proxy_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

TimePoint now() { return std::chrono::steady_clock::now(); }

spec::ProxyLatency latency(Duration delay) { return {{spec::Delay::Kind::fixed, delay, 0ns}}; }

/// All three of a fault that these tests show; see proof.hpp.
void proved_all(const std::string& kind, const std::string& test) {
  proved("proxy: " + kind, {"injected", "counted", "healed"}, test);
}

/// A connection that works, made before the fault.
TcpClient open_connection(ProxyBench& bench) {
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("hello"));
  return client;
}

}  // namespace

TEST_CASE("proxy fault: latency, on open connections too, and what waits flows when it is healed",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  bench.inject("slow", latency(50ms));
  for (int i = 0; i < 3; ++i) {
    const TimePoint began = now();
    REQUIRE(client.echoes("x"));
    REQUIRE(now() - began >= 50ms);
  }
  REQUIRE(bench.fault("slow").hits == 3);
  REQUIRE(bench.fault("slow").connections == 1);
  REQUIRE(bench.fault("slow").bytes == 3);
  bench.with_proxy([](FaultProxy& proxy) {
    REQUIRE(proxy.change_fault(
        "slow", {spec::ProxyStream::downstream, {1}, latency(std::chrono::hours{1})}));
  });
  REQUIRE(client.send("late"));
  REQUIRE(client.read(1, 100ms) == Seen::bytes);  // the last "x" is still in received()
  REQUIRE(bench.eventually([&] { return bench.fault("slow").hits == 4; }));
  REQUIRE(bench.heal("slow").hits == 4);
  REQUIRE(client.read(5, 5s) == Seen::bytes);
  REQUIRE(client.received() == "xlate");
  REQUIRE(client.echoes("as before"));
  proved_all("latency", "latency, on open connections too");
}

TEST_CASE("proxy fault: a bandwidth, for each connection and for all together", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient one = open_connection(bench);
  TcpClient two = open_connection(bench);
  const std::string bytes(20'000, 'b');
  for (const bool in_total : {false, true}) {
    bench.inject("narrow", spec::ProxyBandwidth{100'000, in_total});
    const TimePoint began = now();
    REQUIRE(one.send(bytes));
    REQUIRE(two.send(bytes));
    for (TcpClient* client : {&one, &two}) {
      const std::size_t had = client->received().size();
      REQUIRE(client->read(had + bytes.size()) == Seen::bytes);
    }
    const Duration took = now() - began;
    REQUIRE(took >= (in_total ? 400ms : 200ms));
    REQUIRE(bench.heal("narrow").connections == 2);
  }
  REQUIRE(one.echoes("as before"));
  proved_all("bandwidth", "a bandwidth, for each connection and for all together");
}

TEST_CASE("proxy fault: a slicer, a slow close, lost packets", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  bench.inject("slices", spec::ProxySlicer{10, 0, 1ms});
  const TimePoint began = now();
  REQUIRE(client.echoes(std::string(500, 's')));
  REQUIRE(now() - began >= 49ms);
  REQUIRE(bench.heal("slices").hits >= 1);

  bench.inject("loss", spec::ProxyLoss{{1}, {0}, 1ms});
  REQUIRE(client.echoes("lost"));
  REQUIRE(bench.heal("loss").hits == 1);

  bench.inject("slow-close", spec::ProxySlowClose{100ms});
  REQUIRE(client.echoes("no slower"));
  const TimePoint ended = now();
  client.end();
  REQUIRE(client.read_all() == Seen::end);
  REQUIRE(now() - ended >= 100ms);
  REQUIRE(bench.heal("slow-close").hits == 1);
  REQUIRE(bench.carries_traffic());
  proved_all("slicer", "a slicer, a slow close, lost packets");
  proved_all("slow_close", "a slicer, a slow close, lost packets");
  proved_all("packet_loss", "a slicer, a slow close, lost packets");
}

TEST_CASE("proxy fault: a black hole swallows nothing and lets go of everything",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  bench.inject("hole", spec::ProxyBlackhole{}, 1, spec::ProxyStream::both);
  REQUIRE(client.send(" world"));
  REQUIRE(client.read(11, 100ms) == Seen::nothing);
  REQUIRE(bench.server.bytes() == 5);
  TcpClient fresh;
  REQUIRE(fresh.connect(bench.port) == Seen::bytes);
  REQUIRE(fresh.send("new"));
  REQUIRE(fresh.read(3, 100ms) == Seen::nothing);
  const auto counts = bench.heal("hole");
  REQUIRE(counts.hits == 2);
  REQUIRE(counts.connections == 2);
  REQUIRE(client.read(11) == Seen::bytes);
  REQUIRE(client.received() == "hello world");
  REQUIRE(fresh.read(3) == Seen::bytes);
  proved_all("blackhole", "a black hole swallows nothing");
}

TEST_CASE("proxy fault: a time-out swallows, closes in its time, and healing ends what it damaged",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient damaged = open_connection(bench);
  TcpClient idle = open_connection(bench);
  bench.inject("gone", spec::ProxyTimeout{});
  REQUIRE(damaged.send("x"));
  REQUIRE(damaged.read(6, 100ms) == Seen::nothing);
  REQUIRE(bench.heal("gone").hits == 1);
  REQUIRE(damaged.read(6) == Seen::end);
  REQUIRE(idle.echoes("as before"));
  const TimePoint began = now();
  bench.inject("timeout", spec::ProxyTimeout{100ms});
  for (int i = 0; i < 3; ++i) REQUIRE(idle.send("x"));
  REQUIRE(idle.read_all() == Seen::end);
  REQUIRE(now() - began >= 100ms);
  REQUIRE(bench.counts().closed_by_fault == 2);
  bench.heal("timeout");
  REQUIRE(bench.carries_traffic());
  proved_all("timeout", "a time-out swallows, closes in its time");
}

TEST_CASE("proxy fault: a reset reaches open connections, and new ones at their first bytes",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient open = open_connection(bench);
  bench.inject("reset", spec::ProxyReset{});
  REQUIRE(open.read_all() == Seen::reset);
  TcpClient fresh;
  REQUIRE(fresh.connect(bench.port) == Seen::bytes);
  REQUIRE(fresh.read(1, 100ms) == Seen::nothing);
  REQUIRE(fresh.send("x"));
  REQUIRE(fresh.read_all() == Seen::reset);
  REQUIRE(fresh.received().empty());
  REQUIRE(bench.counts().reset_by_fault == 2);
  const auto counts = bench.heal("reset");
  REQUIRE(counts.hits == 2);
  REQUIRE(counts.connections == 2);
  REQUIRE(bench.carries_traffic());
  proved_all("reset", "a reset reaches open connections");
}

TEST_CASE("proxy fault: a limit of data cuts after exactly so many bytes", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient open = open_connection(bench);
  bench.inject("limit", spec::ProxyLimitData{100});
  REQUIRE(open.send(std::string(300, 'l')));
  REQUIRE(open.read_all() == Seen::end);
  REQUIRE(open.received().size() == 5 + 100);
  REQUIRE(bench.counts().closed_by_fault == 1);
  REQUIRE(bench.heal("limit").hits == 1);
  REQUIRE(bench.carries_traffic());
  proved_all("limit_data", "a limit of data cuts after exactly so many bytes");
}

TEST_CASE("proxy fault: refused, for all in the kernel and for a share by a reset",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient open = open_connection(bench);
  bench.inject("refuse", spec::ProxyRefuse{});
  REQUIRE(TcpClient{}.connect(bench.port) == Seen::refused);
  REQUIRE(open.echoes("open ones go on"));
  REQUIRE(bench.eventually([&] { return bench.fault("refuse").refusals_seen == 1; }));
  bench.heal("refuse");
  REQUIRE(bench.carries_traffic());

  bench.inject("some", spec::ProxyRefuse{}, 0.5);
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    TcpClient client;
    if (client.connect(bench.port) != Seen::bytes || !client.echoes("x")) ++refused;
  }
  REQUIRE(refused > 5);
  REQUIRE(refused < 35);
  REQUIRE(bench.counts().refused_by_fault == static_cast<std::uint64_t>(refused));
  REQUIRE(bench.heal("some").hits == static_cast<std::uint64_t>(refused));
  REQUIRE(bench.carries_traffic());
  proved_all("refuse", "refused, for all and for a share");
}

TEST_CASE("proxy fault: down closes everything, and is up again at the same port",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient open = open_connection(bench);
  bench.inject("down", spec::ProxyDown{});
  REQUIRE(open.read_all() == Seen::end);
  REQUIRE(TcpClient{}.connect(bench.port) == Seen::refused);
  REQUIRE(bench.heal("down").hits == 1);
  REQUIRE(bench.carries_traffic());
  proved_all("down", "down closes everything");
}

TEST_CASE("proxy fault: connecting hangs without an answer, is counted, and succeeds when healed",
          "[proxy][faults]") {
  ProxyBench bench;
  TcpClient open = open_connection(bench);
  bench.inject("hang", spec::ProxyConnectHang{});
  REQUIRE(TcpClient{}.connect(bench.port, 200ms) == Seen::nothing);
  REQUIRE(open.echoes("open ones go on"));
  REQUIRE(bench.fault("hang").hits >= 1);
  REQUIRE(bench.counts().accepted == 1);
  REQUIRE(bench.heal("hang").hits >= 1);
  REQUIRE(bench.carries_traffic());
}

TEST_CASE("proxy fault: connections are taken up late, or a share of them never",
          "[proxy][faults]") {
  ProxyBench bench;
  bench.inject("late", spec::ProxyConnectHang{100ms});
  TcpClient client;
  const TimePoint began = now();
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("x"));
  REQUIRE(now() - began >= 100ms);
  REQUIRE(bench.heal("late").hits == 1);

  bench.inject("never", spec::ProxyConnectHang{}, 0.999999);
  TcpClient hung;
  REQUIRE(hung.connect(bench.port) == Seen::bytes);
  REQUIRE(hung.send("x"));
  REQUIRE(hung.read(1, 100ms) == Seen::nothing);
  REQUIRE(bench.heal("never").hits == 1);
  REQUIRE(hung.read(1) == Seen::bytes);
  proved_all("connect_hang", "connecting hangs, for all and for a share");
}

TEST_CASE("proxy fault: a cap on connections", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient one = open_connection(bench);
  bench.inject("cap", spec::ProxyConnectionCap{2});
  TcpClient two = open_connection(bench);
  TcpClient three;
  REQUIRE(three.connect(bench.port) == Seen::bytes);
  REQUIRE(three.read_all() == Seen::reset);
  REQUIRE(one.echoes("x"));
  two.close();
  REQUIRE(bench.eventually([&] { return bench.counts().open == 1; }));
  REQUIRE(three.connect(bench.port) == Seen::bytes);
  REQUIRE(three.echoes("x"));
  REQUIRE(bench.heal("cap").hits == 1);
  REQUIRE(bench.counts().refused_by_fault == 1);
  REQUIRE(bench.carries_traffic());
  proved_all("connection_cap", "a cap on connections");
}

TEST_CASE("proxy fault: a share of the connections, the same ones from the same seed",
          "[proxy][faults]") {
  const auto hit = [] {
    ProxyBench bench;
    bench.inject("some", spec::ProxyReset{}, 0.4);
    std::vector<bool> picked;
    for (int i = 0; i < 30; ++i) {
      TcpClient client;
      picked.push_back(client.connect(bench.port) == Seen::bytes && !client.echoes("x"));
    }
    REQUIRE(bench.fault("some").connections ==
            static_cast<std::uint64_t>(std::count(picked.begin(), picked.end(), true)));
    return picked;
  };
  const auto first = hit();
  REQUIRE(first == hit());
  REQUIRE(std::count(first.begin(), first.end(), true) > 3);
  REQUIRE(std::count(first.begin(), first.end(), true) < 25);
}

TEST_CASE("proxy fault: several at once, and all healed at once", "[proxy][faults]") {
  ProxyBench bench;
  TcpClient client = open_connection(bench);
  bench.inject("slow", latency(30ms));
  bench.inject("slower", latency(30ms));
  bench.inject("slices", spec::ProxySlicer{1, 0, 0ns});
  const TimePoint began = now();
  REQUIRE(client.echoes("several"));
  REQUIRE(now() - began >= 60ms);
  bench.inject("hole", spec::ProxyBlackhole{});
  bench.inject("down", spec::ProxyRefuse{});
  REQUIRE(client.send("!"));
  REQUIRE(bench.eventually([&] { return bench.fault("hole").hits == 1; }));
  bench.with_proxy([](FaultProxy& proxy) { REQUIRE(proxy.remove_faults()); });
  REQUIRE(client.read(8) == Seen::bytes);
  REQUIRE(client.received() == "several!");
  REQUIRE(bench.carries_traffic());
}
