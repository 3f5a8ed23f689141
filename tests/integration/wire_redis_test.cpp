// What hiredis sees of a real Redis through a proxy that knows its protocol.
#include "tests/support/proof.hpp"
#include "tests/support/real_servers.hpp"
#include "tests/support/wire_relay.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <hiredis/hiredis.h>
#include <memory>
#include <string>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using Kind = spec::RedisFault::Kind;

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Context = std::unique_ptr<redisContext, Free>;

RealRedis& server() {
  static RealRedis redis;
  return redis;
}

Context connect(std::uint16_t port) {
  return Context{redisConnectWithTimeout("127.0.0.1", port, timeval{5, 0})};
}

/// The answer as a text; errors begin with '-', no answer at all is "gone".
std::string text_of(redisReply* reply) {
  if (reply == nullptr) return "gone";
  std::string text = "other";
  if (reply->type == REDIS_REPLY_ERROR) text = "-" + std::string{reply->str, reply->len};
  if (reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS)
    text = std::string{reply->str, reply->len};
  if (reply->type == REDIS_REPLY_INTEGER) text = std::to_string(reply->integer);
  if (reply->type == REDIS_REPLY_NIL) text = "nil";
  freeReplyObject(reply);
  return text;
}

std::string run(const Context& context, const char* command) {
  return text_of(static_cast<redisReply*>(redisCommand(context.get(), command)));
}

std::string next(const Context& context) {
  void* reply = nullptr;
  if (redisGetReply(context.get(), &reply) != REDIS_OK) return "gone";
  return text_of(static_cast<redisReply*>(reply));
}

spec::WireFault fault(Kind kind, std::string key = "") {
  spec::RedisFault redis;
  redis.kind = kind;
  redis.key = std::move(key);
  return {redis, {}};
}

struct Bench {
  Bench() : relay{WireProtocol::redis, server().port()}, context{connect(relay.port())} {
    REQUIRE(server().port() != 0);
    REQUIRE(context);
    REQUIRE(context->err == 0);
    REQUIRE(run(context, "FLUSHALL") == "OK");
  }
  WireRelay relay;
  Context context;
};

TEST_CASE("commands fail with the errors of Redis, and change nothing", "[wire][redis]") {
  Bench bench;
  struct Case {
    Kind kind;
    const char* word;
    const char* name;
  };
  for (const Case& one : {Case{Kind::loading, "-LOADING ", "proxy redis: loading"},
                          Case{Kind::read_only, "-READONLY ", "proxy redis: read_only"},
                          Case{Kind::no_auth, "-NOAUTH ", "proxy redis: no_auth"},
                          Case{Kind::misconf, "-MISCONF ", "proxy redis: misconf"},
                          Case{Kind::busy, "-BUSY ", "proxy redis: busy"},
                          Case{Kind::oom, "-OOM ", "proxy redis: oom"}}) {
    CAPTURE(one.name);
    bench.relay.inject("f", fault(one.kind, "session:*"));
    REQUIRE(run(bench.context, "SET session:1 a").starts_with(one.word));
    REQUIRE(run(bench.context, "SET other a") == "OK");
    const WireFaultCounts counts = bench.relay.heal("f");
    REQUIRE(counts.seen == 1);
    REQUIRE(counts.hits == 1);
    REQUIRE(run(bench.context, "GET session:1") == "nil");
    REQUIRE(run(bench.context, "SET session:1 a") == "OK");
    REQUIRE(run(bench.context, "DEL session:1") == "1");
    proved(one.name, {"injected", "counted", "healed"}, "wire_redis_test");
  }
}

TEST_CASE("pipelines keep their order", "[wire][redis]") {
  Bench bench;
  bench.relay.inject("f", fault(Kind::oom, "b"));
  for (const char* command : {"SET a 1", "SET b 1", "GET a", "SET b 2", "GET b"})
    REQUIRE(redisAppendCommand(bench.context.get(), command) == REDIS_OK);
  std::string seen;
  for (int i = 0; i < 5; ++i) seen += next(bench.context).substr(0, 4) + " ";
  REQUIRE(seen == "OK -OOM 1 -OOM nil ");
  REQUIRE(bench.relay.heal("f").hits == 2);
}

TEST_CASE("a transaction is spoilt by the server itself", "[wire][redis]") {
  Bench bench;
  bench.relay.inject("f", fault(Kind::oom, "b"));
  REQUIRE(run(bench.context, "MULTI") == "OK");
  REQUIRE(run(bench.context, "SET a 1") == "QUEUED");
  REQUIRE(run(bench.context, "SET b 1").starts_with("-OOM "));
  REQUIRE(run(bench.context, "EXEC").starts_with("-EXECABORT "));
  REQUIRE(run(bench.context, "GET a") == "nil");
}

TEST_CASE("RESP3 is understood", "[wire][redis]") {
  Bench bench;
  REQUIRE(run(bench.context, "HELLO 3") == "other");  // a map
  bench.relay.inject("f", fault(Kind::read_only));
  REQUIRE(run(bench.context, "HSET h a 1").starts_with("-READONLY "));
  REQUIRE(bench.relay.heal("f").hits == 1);
  REQUIRE(run(bench.context, "HSET h a 1") == "1");
  REQUIRE(run(bench.context, "HGETALL h") == "other");  // a map again
  REQUIRE(run(bench.context, "PING") == "PONG");
}

TEST_CASE("answers are cut, and late", "[wire][redis]") {
  Bench bench;
  REQUIRE(run(bench.context, "SET a 0123456789") == "OK");
  spec::WireFault late = fault(Kind::latency, "a");
  std::get<spec::RedisFault>(late.what).time = {spec::Delay::Kind::fixed, 150ms, 0ms};
  bench.relay.inject("f", late);
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(run(bench.context, "GET a") == "0123456789");
  REQUIRE(std::chrono::steady_clock::now() - began >= 150ms);
  REQUIRE(bench.relay.heal("f").hits == 1);
  proved("proxy redis: latency", {"injected", "counted", "healed"}, "wire_redis_test");

  spec::WireFault cut = fault(Kind::cut, "a");
  std::get<spec::RedisFault>(cut.what).bytes = 8;
  bench.relay.inject("f", cut);
  REQUIRE(run(bench.context, "GET a") == "gone");
  REQUIRE(bench.relay.heal("f").hits == 1);
  const Context again = connect(bench.relay.port());
  REQUIRE(run(again, "GET a") == "0123456789");
  proved("proxy redis: cut", {"injected", "counted", "healed"}, "wire_redis_test");
}

}  // namespace
}  // namespace firedrill
