#include "faults/model/redis_command.hpp"
#include "tests/unit/faults/wire_bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using Kind = spec::RedisFault::Kind;

const std::string kUnknown = "*1\r\n$9\r\nFIREDRILL\r\n";
const std::string kUnknownError =
    "-ERR unknown command 'FIREDRILL', with args beginning with: \r\n";

std::string command(const std::vector<std::string>& args) {
  std::string text = "*" + std::to_string(args.size()) + "\r\n";
  for (const std::string& arg : args)
    text += "$" + std::to_string(arg.size()) + "\r\n" + arg + "\r\n";
  return text;
}

spec::WireFault fault(Kind kind, std::string key = "", std::vector<std::string> commands = {}) {
  spec::RedisFault redis;
  redis.kind = kind;
  redis.key = std::move(key);
  redis.commands = std::move(commands);
  return {redis, {}};
}

WireBench bench() { return {WireProtocol::redis, GENERATE(from_range(kPieces))}; }

TEST_CASE("Redis passes unchanged without faults", "[redis]") {
  WireBench wire{WireProtocol::redis, GENERATE(from_range(kPieces))};
  const std::string asked =
      command({"SET", "a", "1"}) + "PING\r\n" + command({"GET", std::string("\r\n$3\0", 5)});
  const std::string answered =
      "+OK\r\n+PONG\r\n$4\r\na\r\nb\r\n*2\r\n$-1\r\n*1\r\n:7\r\n%1\r\n+k\r\n,1.5\r\n";
  wire.client(asked);
  CHECK(wire.to_server() == asked);
  wire.server(answered);
  CHECK(wire.to_client() == answered);
}

TEST_CASE("Redis refuses what it would refuse in that state, and nothing else", "[redis]") {
  struct Case {
    Kind kind;
    std::string error;
    std::vector<std::string> refused;
    std::vector<std::string> passes;
  };
  const std::vector<Case> cases{
      {Kind::loading,
       "-LOADING Redis is loading the dataset in memory\r\n",
       {"GET", "a"},
       {"INFO"}},
      {Kind::read_only,
       "-READONLY You can't write against a read only replica.\r\n",
       {"DEL", "a"},
       {"GET", "a"}},
      {Kind::no_auth, "-NOAUTH Authentication required.\r\n", {"PING"}, {"AUTH", "secret"}},
      {Kind::busy,
       "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN "
       "NOSAVE.\r\n",
       {"GET", "a"},
       {"SCRIPT", "KILL"}},
      {Kind::oom,
       "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
       {"SET", "a", "1"},
       {"DEL", "a"}},
  };
  WireBench wire{WireProtocol::redis, GENERATE(from_range(kPieces))};
  for (const Case& one : cases) {
    CAPTURE(one.error);
    wire.inject("f", fault(one.kind));
    wire.client(command(one.refused));
    CHECK(wire.to_server() == kUnknown);
    wire.server(kUnknownError);
    CHECK(wire.to_client() == one.error);
    wire.client(command(one.passes));
    CHECK(wire.to_server() == command(one.passes));
    wire.server("+OK\r\n");
    CHECK(wire.to_client() == "+OK\r\n");
    const WireFaultCounts counts = wire.heal("f");
    CHECK(counts.seen == 1);
    CHECK(counts.hits == 1);
    wire.client(command(one.refused));  // healed: as before
    CHECK(wire.to_server() == command(one.refused));
    wire.server("$-1\r\n");
    CHECK(wire.to_client() == "$-1\r\n");
  }
}

TEST_CASE("MISCONF stops writes", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::misconf));
  wire.client(command({"LPUSH", "q", "1"}));
  wire.server(kUnknownError);
  CHECK(wire.to_client().starts_with("-MISCONF Redis is configured to save RDB snapshots"));
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("answers in a pipeline keep their order, and a transaction is spoilt", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::oom, "session:*"));
  wire.client(command({"MULTI"}) + command({"SET", "other", "1"}) +
              command({"SET", "session:7", "1"}) + command({"EXEC"}) +
              command({"GET", "session:7"}));
  CHECK(wire.to_server() == command({"MULTI"}) + command({"SET", "other", "1"}) + kUnknown +
                                command({"EXEC"}) + command({"GET", "session:7"}));
  wire.server("+OK\r\n+QUEUED\r\n" + kUnknownError +
              "-EXECABORT Transaction discarded because of previous errors.\r\n$1\r\n1\r\n");
  CHECK(wire.to_client() ==
        "+OK\r\n+QUEUED\r\n-OOM command not allowed when used memory > 'maxmemory'.\r\n"
        "-EXECABORT Transaction discarded because of previous errors.\r\n$1\r\n1\r\n");
  CHECK(wire.counts("f").seen == 1);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("any key of a command may be the one", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::loading, "b*"));
  wire.client(command({"MGET", "a1", "b1"}) + command({"MSET", "a", "b1", "c", "1"}) +
              command({"EVAL", "return 1", "1", "b2", "b3"}) +
              command({"EVAL", "return 1", "0", "b2"}));
  CHECK(wire.to_server() == kUnknown + command({"MSET", "a", "b1", "c", "1"}) + kUnknown +
                                command({"EVAL", "return 1", "0", "b2"}));
  CHECK(redis_keys({"xread", "COUNT", "2", "STREAMS", "s1", "s2", "0", "0"}) ==
        std::vector<std::string_view>{"s1", "s2"});
  CHECK(redis_keys({"blpop", "a", "b", "0"}) == std::vector<std::string_view>{"a", "b"});
  CHECK(redis_keys({"ping", "b"}).empty());
}

TEST_CASE("inline commands are commands, blank lines are none", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::read_only));
  wire.client("\r\nSET a \"b c\"\r\nget a\r\n");
  CHECK(wire.to_server() == "\r\n" + kUnknown + "get a\r\n");
  wire.server(kUnknownError + "$-1\r\n");
  CHECK(wire.to_client() == "-READONLY You can't write against a read only replica.\r\n$-1\r\n");
}

TEST_CASE("an answer is cut in its midst and the connection ends", "[redis]") {
  WireBench wire = bench();
  spec::WireFault cut = fault(Kind::cut, "", {"get"});
  std::get<spec::RedisFault>(cut.what).bytes = 6;
  wire.inject("f", cut);
  wire.client(command({"PING"}) + command({"GET", "a"}) + command({"GET", "a"}));
  wire.server("+PONG\r\n$5\r\nhello\r\n$5\r\nhello\r\n");
  CHECK(wire.to_client() == "+PONG\r\n$5\r\nhe");
  CHECK(wire.closed());
  CHECK(wire.counts("f").hits == 1);
  wire.client(command({"PING"}));
  CHECK(wire.to_server() == command({"PING"}) + command({"GET", "a"}) + command({"GET", "a"}));
}

TEST_CASE("an answer that is shorter than the cut stays whole and is no hit", "[redis]") {
  WireBench wire = bench();
  spec::WireFault cut = fault(Kind::cut);
  std::get<spec::RedisFault>(cut.what).bytes = 7;
  wire.inject("f", cut);
  wire.client("PING\r\n");
  wire.server("+PONG\r\n");
  CHECK(wire.to_client() == "+PONG\r\n");
  CHECK_FALSE(wire.closed());
  CHECK(wire.counts("f").seen == 1);
  CHECK(wire.counts("f").hits == 0);
}

TEST_CASE("latency holds the command and all behind it", "[redis]") {
  WireBench wire = bench();
  spec::WireFault late = fault(Kind::latency, "slow");
  std::get<spec::RedisFault>(late.what).time = {spec::Delay::Kind::fixed, 80ms, 0ms};
  wire.inject("f", late);
  wire.client(command({"GET", "fast"}));
  CHECK(wire.last_to_server() == 0ms);
  wire.client(command({"GET", "slow"}));
  CHECK(wire.last_to_server() == 80ms);
  wire.wait(10ms);
  wire.client(command({"GET", "fast"}));
  CHECK(wire.last_to_server() == 80ms);
  wire.wait(100ms);
  wire.client(command({"GET", "fast"}));
  CHECK(wire.last_to_server() == 110ms);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a script by count, and a share", "[redis]") {
  WireBench wire = bench();
  spec::WireFault scripted = fault(Kind::loading);
  scripted.picks = {std::nullopt, 2, 1};
  wire.inject("f", scripted);
  std::string wanted;
  for (int i = 0; i < 6; ++i) {
    wire.client(command({"GET", "a"}));
    wanted += i % 3 < 2 ? kUnknown : command({"GET", "a"});
  }
  CHECK(wire.to_server() == wanted);
  for (int i = 0; i < 6; ++i) wire.server(i % 3 < 2 ? kUnknownError : "$-1\r\n");
  CHECK(wire.heal("f").hits == 4);
  CHECK(wire.first_hits() == 1);

  spec::WireFault some = fault(Kind::loading);
  some.picks.share = Ratio{0.3};
  wire.inject("s", some);
  for (int i = 0; i < 1000; ++i) {
    wire.client("GET a\r\n");
    wire.server(wire.to_server() == kUnknown ? kUnknownError : "$-1\r\n");
  }
  CHECK(wire.counts("s").seen == 1000);
  CHECK(wire.counts("s").hits > 240);
  CHECK(wire.counts("s").hits < 360);
}

TEST_CASE("pushes of RESP3 are answers to nothing", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::loading));
  wire.client("GET a\r\n");
  const std::string push = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n";
  wire.server(push + kUnknownError + push);
  CHECK(wire.to_client() == push + "-LOADING Redis is loading the dataset in memory\r\n" + push);
}

TEST_CASE("subscriptions and what is not Redis pass", "[redis]") {
  WireBench wire = bench();
  wire.inject("f", fault(Kind::loading));
  wire.client("GET a\r\nSUBSCRIBE news\r\n");
  CHECK(wire.to_server() == kUnknown + "SUBSCRIBE news\r\n");
  wire.client("GET a\r\n");  // no longer looked at
  CHECK(wire.to_server() == "GET a\r\n");
  wire.server(kUnknownError);
  CHECK(wire.to_client() == "-LOADING Redis is loading the dataset in memory\r\n");
  wire.server("*3\r\n$9\r\nsubscribe\r\nanything");
  CHECK(wire.to_client() == "*3\r\n$9\r\nsubscribe\r\nanything");

  WireBench other = bench();
  other.inject("f", fault(Kind::loading));
  other.client("*1\r\nnonsense\r\n\x16\x03\x01");
  CHECK(other.to_server() == "*1\r\nnonsense\r\n\x16\x03\x01");
  other.server("\x15\x03");
  CHECK(other.to_client() == "\x15\x03");
}

TEST_CASE("a long command is decided before it is whole, and held no longer", "[redis]") {
  WireBench wire{WireProtocol::redis, 4096};
  wire.inject("f", fault(Kind::oom, "big"));
  const std::string value(1'000'000, 'x');
  const std::string large = command({"SET", "big", value});
  wire.client(std::string_view{large}.substr(0, 100'000));
  CHECK(wire.to_server() == kUnknown);
  wire.client(std::string_view{large}.substr(100'000));
  wire.client("PING\r\n");
  CHECK(wire.to_server() == "PING\r\n");
  const std::string other = command({"SET", "small", value});
  wire.client(other);
  CHECK(wire.to_server() == other);
}

TEST_CASE("ends go on, with what was held", "[redis]") {
  WireBench wire = bench();
  wire.client("PING");
  CHECK(wire.to_server().empty());
  wire.end(Direction::upstream);
  CHECK(wire.to_server() == "PING");
  wire.end(Direction::downstream);
  CHECK(wire.ends() == 2);
}

}  // namespace
}  // namespace firedrill
