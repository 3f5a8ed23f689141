// A proxy without faults: nothing must change, whatever goes through.
#include "tests/support/proxy_bench.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

}  // namespace

TEST_CASE("proxy: bytes pass both ways unchanged, and are counted while the connection is open",
          "[proxy]") {
  ProxyBench bench;
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  for (const std::size_t size : {1U, 100U, 65'536U, 65'537U, 1'000'000U}) {
    CHECK(client.echoes(pattern(size)));
  }
  const ProxyCounts counts = bench.counts();
  CHECK(counts.accepted == 1);
  CHECK(counts.open == 1);
  CHECK(counts.upstream.received == 1'131'174);
  CHECK(counts.upstream.sent == 1'131'174);
  CHECK(counts.downstream.received == 1'131'174);
  CHECK(counts.downstream.sent == 1'131'174);
  client.close();
  CHECK(bench.eventually([&] { return bench.counts().open == 0; }));
}

TEST_CASE("proxy: a half close is kept, in both directions", "[proxy]") {
  ProxyBench bench;
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("hello"));
  REQUIRE(client.send("last words"));
  client.end();
  // The server answers what came before the end, then closes; the proxy must not be faster.
  CHECK(client.read_all() == Seen::end);
  CHECK(client.received() == "hellolast words");
  CHECK(bench.server.ends() == 1);
  CHECK(bench.eventually([&] { return bench.counts().open == 0; }));
}

TEST_CASE("proxy: a reset is passed on as a reset", "[proxy]") {
  ProxyBench bench;
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("hello"));
  client.reset();
  CHECK(bench.eventually([&] { return bench.server.resets() == 1; }));
  CHECK(bench.counts().reset_by_fault == 0);
  CHECK(bench.carries_traffic());
}

TEST_CASE("proxy: a client that does not read slows its server down, and no memory fills up",
          "[proxy]") {
  ProxyBench bench;
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  // The echo server stops reading while it cannot write; so all in all only the buffers of the
  // sockets and one buffer of the proxy fill up.
  const std::string bytes = pattern(64 * 1024 * 1024);
  std::thread sender{[&] { client.send(bytes); }};
  std::this_thread::sleep_for(300ms);
  const std::uint64_t before = bench.counts().upstream.received;
  CHECK(before < bytes.size());
  CHECK(client.read(bytes.size(), 20s) == Seen::bytes);
  sender.join();
  CHECK(client.received() == bytes);
}

TEST_CASE("proxy: a server that is not there is a reset, and is counted with the reason",
          "[proxy]") {
  FaultProxy::Options options;
  options.upstream = "127.0.0.1:1";
  ProxyBench bench{options};
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  CHECK(client.read_all() == Seen::reset);
  CHECK(bench.counts().upstream_failed == 1);
  CHECK(bench.with_proxy([](FaultProxy& proxy) { return proxy.upstream_problem(); }) ==
        "127.0.0.1:1: Connection refused");
}

TEST_CASE("proxy: no way leads out of this machine", "[proxy]") {
  for (const std::string upstream : {"192.0.2.1:80", "[2001:db8::1]:80"}) {
    FaultProxy::Options options;
    options.upstream = upstream;
    ProxyBench bench{options};
    TcpClient client;
    REQUIRE(client.connect(bench.port) == Seen::bytes);
    CHECK(client.read_all() == Seen::reset);
    CHECK(bench.counts().upstream_failed == 1);
    CHECK(bench.with_proxy([](FaultProxy& proxy) { return proxy.upstream_problem(); }) ==
          upstream + " may not be reached: only loopback and hosts that are allowed may");
  }
  boost::asio::io_context io;
  const EgressGuard guard;
  FaultProxy::Options options;
  options.upstream = "api.openai.com:443";
  FaultProxy proxy{io, guard, options};
  const auto started = proxy.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message.find("real provider") != std::string::npos);
}

TEST_CASE("proxy: beyond its connections it refuses, counts, and serves on", "[proxy]") {
  FaultProxy::Options options;
  options.connections_max = 3;
  ProxyBench bench{options};
  std::vector<TcpClient> clients(5);
  for (TcpClient& client : clients) REQUIRE(client.connect(bench.port) == Seen::bytes);
  int served = 0;
  for (TcpClient& client : clients) served += client.echoes("x") ? 1 : 0;
  CHECK(served == 3);
  CHECK(bench.counts().refused_by_limit == 2);
  CHECK(bench.counts().open == 3);
  clients.clear();
  CHECK(bench.eventually([&] { return bench.counts().open == 0; }));
  CHECK(bench.carries_traffic());
}

TEST_CASE("proxy: without descriptors it turns connections away and lives on", "[proxy]") {
  ProxyBench bench;
  REQUIRE(bench.carries_traffic());
  REQUIRE(bench.eventually([&] { return bench.counts().open == 0; }));
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  TcpClient waiting;
  {
    // Sockets of our own until there are none; the last few are given back.
    rlimit few = before;
    few.rlim_cur = 200;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    std::vector<int> taken;
    for (int fd = 0; (fd = ::dup(0)) >= 0;) taken.push_back(fd);
    ::close(taken.back());  // for the client; nothing is left for the proxy
    taken.pop_back();
    CHECK(waiting.connect(bench.port) == Seen::bytes);
    CHECK(waiting.read_all() == Seen::reset);
    for (const int fd : taken) ::close(fd);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  }
  CHECK(bench.counts().refused_by_limit == 1);
  CHECK(bench.carries_traffic());
}

TEST_CASE("proxy: stopped it refuses, started again it serves at the same port", "[proxy]") {
  ProxyBench bench;
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.echoes("hello"));
  bench.with_proxy([](FaultProxy& proxy) { proxy.stop(); });
  CHECK(client.read_all() == Seen::end);
  CHECK(TcpClient{}.connect(bench.port) == Seen::refused);
  bench.with_proxy([](FaultProxy& proxy) { REQUIRE(proxy.start()); });
  CHECK(bench.carries_traffic());
}

TEST_CASE("proxy: what cannot be listened on is said with its address", "[proxy]") {
  ProxyBench bench;
  boost::asio::io_context io;
  const EgressGuard guard;
  FaultProxy::Options options;
  options.upstream = "127.0.0.1:1";
  options.listen = "127.0.0.1:" + std::to_string(bench.port);
  FaultProxy second{io, guard, options};
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message ==
        "listen tcp " + options.listen + ": bind: address already in use");
  CHECK_FALSE(second.running());
}

namespace {

/// Answers "ping" itself, resets at "reset", closes at "bye", and passes the rest.
class Scripted final : public Conversation {
 public:
  void received(Direction direction, std::string_view bytes, TimePoint now,
                std::vector<ProxyAct>& acts) override {
    using Kind = ProxyAct::Kind;
    if (direction == Direction::upstream && bytes == "ping") {
      acts.push_back({Kind::send, Direction::downstream, "pong", now + 20ms});
    } else if (direction == Direction::upstream && bytes == "bye") {
      acts.push_back({Kind::send, Direction::downstream, "farewell", now});
      acts.push_back({Kind::close, Direction::downstream, "", now});
    } else if (direction == Direction::upstream && bytes == "reset") {
      acts.push_back({Kind::reset, Direction::downstream, "", now});
    } else {
      acts.push_back({Kind::send, direction, std::string{bytes}, now});
    }
  }
  void ended(Direction direction, TimePoint now, std::vector<ProxyAct>& acts) override {
    acts.push_back({ProxyAct::Kind::end, direction, "", now});
  }
};

}  // namespace

TEST_CASE("proxy: a conversation decides for new connections, beside the faults", "[proxy]") {
  ProxyBench bench;
  TcpClient before;
  REQUIRE(before.connect(bench.port) == Seen::bytes);
  REQUIRE(before.echoes("ping"));
  std::uint64_t numbers = 0;
  bench.with_proxy([&](FaultProxy& proxy) {
    proxy.set_conversations([&](std::uint64_t number, Rng) -> std::unique_ptr<Conversation> {
      numbers += number;
      return std::make_unique<Scripted>();
    });
  });
  CHECK(before.echoes("ping"));  // as it began
  TcpClient client;
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.send("ping"));
  CHECK(client.read(4) == Seen::bytes);
  CHECK(client.received() == "pong");
  CHECK(client.echoes("through"));
  bench.inject("slow", spec::ProxyLatency{{spec::Delay::Kind::fixed, 100ms, 0ns}});
  const auto began = std::chrono::steady_clock::now();
  CHECK(client.echoes("slower"));
  CHECK(std::chrono::steady_clock::now() - began >= 100ms);
  bench.heal("slow");
  client.end();
  CHECK(client.read_all() == Seen::end);

  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.send("bye"));
  CHECK(client.read_all() == Seen::end);
  CHECK(client.received() == "farewell");
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  REQUIRE(client.send("reset"));
  CHECK(client.read_all() == Seen::reset);

  bench.with_proxy([](FaultProxy& proxy) { proxy.set_conversations({}); });
  REQUIRE(client.connect(bench.port) == Seen::bytes);
  CHECK(client.echoes("ping"));
  CHECK(numbers == 1 + 2 + 3);
}
