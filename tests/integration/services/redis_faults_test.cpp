#include "tests/integration/services/bench.hpp"
#include "tests/support/proof.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

void require_as_before(ServiceBench& bench) {
  REQUIRE(bench.tell({"SET", "k", "v"}) == "OK");
  REQUIRE(bench.tell({"GET", "k"}) == "v");
  REQUIRE(bench.tell({"CONFIG", "GET", "maxmemory"}) == "0");
  REQUIRE(bench.tell({"CONFIG", "GET", "maxmemory-policy"}) == "noeviction");
  REQUIRE(bench.tell({"CONFIG", "GET", "maxclients"}) == "10000");
}

void prove(const std::string& kind) {
  proved("redis: " + kind, {"injected", "counted", "healed"},
         Catch::getResultCapture().getCurrentTestName());
}

}  // namespace

TEST_CASE("redis: memory is full, writes are refused and reads go on", "[services][redis]") {
  ServiceBench bench{redis_service()};
  require_as_before(bench);
  REQUIRE(bench.begin(spec::RedisServerFault{spec::MemoryFull{}}).has_value());
  const std::uint64_t ours = bench.hits();
  REQUIRE(ours >= 1);  // the write that filled it
  REQUIRE(
      bench.tell({"SET", "more", std::string(20'000, 'x')}).starts_with("OOM command not allowed"));
  REQUIRE(bench.tell({"GET", "k"}) == "v");
  bench.heal();
  REQUIRE(bench.hits() > ours);
  REQUIRE(bench.tell({"DBSIZE"}) == "1");  // nothing of ours is left
  require_as_before(bench);
  prove("memory_full");
}

TEST_CASE("redis: memory is full and other keys go", "[services][redis]") {
  ServiceBench bench{redis_service()};
  RedisSession victim = bench.redis();
  REQUIRE(bench.connect(victim));
  for (int i = 0; i < 100; ++i)
    REQUIRE(bench.tell(victim, {"SET", "old:" + std::to_string(i), std::string(8000, 'x')}) ==
            "OK");
  REQUIRE(bench.begin(spec::RedisServerFault{spec::Evict{}}).has_value());
  REQUIRE(bench.hits() >= 1);
  int gone = 0;
  for (int i = 0; i < 100; ++i)
    gone += bench.tell(victim, {"EXISTS", "old:" + std::to_string(i)}) == "0";
  REQUIRE(gone >= 1);
  bench.heal();
  REQUIRE(bench.hits() >= static_cast<std::uint64_t>(gone));
  require_as_before(bench);
  prove("evict");
}

TEST_CASE("redis: a pause holds up every command, without a gap between its renewals",
          "[services][redis]") {
  ServiceBench bench{redis_service()};
  REQUIRE(bench.begin(spec::RedisServerFault{spec::ClientPause{false}}).has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.tell({"PING"}, 2600ms) == "silence");  // two renewals long
  bench.heal();
  REQUIRE(bench.hits() >= 2);
  REQUIRE(bench.tell({"PING"}) == "PONG");
  require_as_before(bench);
  prove("client_pause");
}

TEST_CASE("redis: a pause of writes lets reads go on", "[services][redis]") {
  ServiceBench bench{redis_service()};
  REQUIRE(bench.begin(spec::RedisServerFault{spec::ClientPause{true}}).has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.tell({"SET", "k", "w"}, 1500ms) == "silence");
  REQUIRE(bench.tell({"GET", "k"}).empty());
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("redis: clients beyond the cap are refused, those that were there are cut off",
          "[services][redis]") {
  ServiceBench bench{redis_service()};
  RedisSession early = bench.redis();
  REQUIRE(bench.connect(early));
  REQUIRE(bench.tell(early, {"PING"}) == "PONG");
  REQUIRE(bench.begin(spec::RedisServerFault{spec::MaxClients{1}}).has_value());
  REQUIRE(bench.tell(early, {"PING"}) == "silence");
  REQUIRE(bench.connect(early));
  REQUIRE(bench.tell(early, {"PING"}) == "PONG");
  const std::string second = bench.tell({"PING"});
  REQUIRE((second.starts_with("ERR max number of clients") || second == "silence"));
  bench.heal();
  REQUIRE(bench.hits() == 1);
  require_as_before(bench);
  prove("max_clients");
}

TEST_CASE("redis: a slow command is in the way of all others", "[services][redis]") {
  ServiceBench bench{redis_service()};
  REQUIRE(bench.begin(spec::RedisServerFault{spec::SlowCommands{400ms}}).has_value());
  int silent = 0;
  for (int i = 0; i < 6; ++i) silent += bench.tell({"PING"}, 100ms) == "silence";
  REQUIRE(silent >= 2);
  bench.heal();
  REQUIRE(bench.hits() >= 2);
  require_as_before(bench);
  prove("slow_commands");
}

TEST_CASE("redis: stopped it is gone, healed it is back", "[services][redis]") {
  ServiceBench bench{redis_service()};
  REQUIRE(bench.begin(spec::Stop{}).has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.tell({"PING"}) == "refused");
  bench.heal();
  require_as_before(bench);
  prove("stop");
}

TEST_CASE("redis: a restart cuts clients off and forgets", "[services][redis]") {
  ServiceBench bench{redis_service()};
  RedisSession early = bench.redis();
  REQUIRE(bench.connect(early));
  REQUIRE(bench.tell(early, {"SET", "k", "v"}) == "OK");
  REQUIRE(bench.begin(spec::Restart{}).has_value());
  REQUIRE(bench.hits() == 1);
  REQUIRE(bench.tell(early, {"PING"}) == "silence");
  REQUIRE(bench.tell({"EXISTS", "k"}) == "0");
  bench.heal();
  require_as_before(bench);
  prove("restart");
}

TEST_CASE("redis: a journal is enough to undo what a dead runner did", "[services][redis]") {
  ServiceBench bench{redis_service()};
  REQUIRE(bench.begin(spec::RedisServerFault{spec::MemoryFull{}}).has_value());
  const Leftovers left = bench.heal_from_journal();
  REQUIRE(left.not_healed.empty());
  REQUIRE(left.healed.size() == 1);
  bench.heal();
  require_as_before(bench);
}

TEST_CASE("services: a server that cannot start says why, in time", "[services][redis]") {
  boost::asio::io_context io{1};
  const EgressGuard guard;
  Service::Options options;
  options.name = "redis";
  options.spec = redis_service();
  options.spec.settings = {{"no-such-setting", "1"}};
  options.run_id = "test-bad-" + std::to_string(::getpid());
  options.folder = service_folder(options.run_id, "redis");
  Service service{io, guard, options};
  std::string said;
  boost::asio::co_spawn(io, service.start(),
                        [&](const std::exception_ptr&, const Result<void>& result) {
                          if (!result) said = result.error().message;
                        });
  io.run();
  CHECK(said.find("the service redis was not ready") != std::string::npos);
  CHECK(said.find("no-such-setting") != std::string::npos);
  REQUIRE(remove_service_folder(options.folder).has_value());
}
