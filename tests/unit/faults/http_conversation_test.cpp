#include "tests/unit/faults/wire_bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string kGet = "GET /v1/leads?state=new%20one HTTP/1.1\r\nHost: a\r\nX-Team: red\r\n\r\n";
const std::string kPost = "POST /v1/leads HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const std::string kChunkedPost =
    "POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n";
const std::string kOk =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}";

spec::WireFault respond(int status, std::string path = "") {
  spec::HttpFault http;
  http.match.path = std::move(path);
  http.respond = spec::HttpFault::Respond{status, "{}"};
  return {http, {}};
}

struct Bench : WireBench {
  Bench() : WireBench{WireProtocol::http, GENERATE(from_range(kPieces))} {}
};

const std::string k503 =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: "
    "2\r\n\r\n{}";

TEST_CASE("HTTP passes unchanged without faults", "[http]") {
  Bench wire;
  const std::string asked =
      kGet + kPost + kChunkedPost + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + kGet;
  const std::string answered =
      "HTTP/1.1 100 Continue\r\n\r\n" + kOk + kOk +
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
      "HTTP/1.1 200 OK\r\n\r\nuntil the end";
  wire.client(asked);
  CHECK(wire.to_server() == asked);
  wire.server(answered);
  CHECK(wire.to_client() == answered);
  wire.end(Direction::downstream);
  wire.end(Direction::upstream);
  CHECK(wire.ends() == 2);
}

TEST_CASE("the proxy answers instead of the server, on a connection that stays", "[http]") {
  Bench wire;
  wire.inject("f", respond(503, "/v1/*"));
  wire.client(kPost);
  CHECK(wire.to_server().empty());
  CHECK(wire.to_client() == k503);
  wire.client(kChunkedPost);
  CHECK(wire.to_server() == kChunkedPost);
  wire.server(kOk);
  CHECK(wire.to_client() == kOk);
  const WireFaultCounts counts = wire.heal("f");
  CHECK(counts.seen == 1);
  CHECK(counts.hits == 1);
  wire.client(kPost);
  CHECK(wire.to_server() == kPost);
  wire.server(kOk);
  CHECK(wire.to_client() == kOk);
  CHECK_FALSE(wire.closed());
}

TEST_CASE("answers of a pipeline keep their order", "[http]") {
  Bench wire;
  wire.inject("f", respond(503, "/v1/*"));
  wire.client(kChunkedPost + kGet + kChunkedPost + kPost);
  CHECK(wire.to_server() == kChunkedPost + kChunkedPost);
  CHECK(wire.to_client().empty());
  wire.server(kOk);
  CHECK(wire.to_client() == kOk + k503);
  wire.server(kOk);
  CHECK(wire.to_client() == kOk + k503);
  CHECK(wire.counts("f").hits == 2);
}

TEST_CASE("by method, path, query and header", "[http]") {
  struct Case {
    std::string_view what;
    spec::HttpPick match;
    bool fits;
  };
  spec::HttpPick all{{"GET", "PUT"}, "/v1/*", {}, {}};
  all.query.push_back({"state", {spec::Scalar{"new one"s}, {}, {}, {}}});
  all.headers.push_back({"x-team", {{}, {}, "^r", {}}});
  spec::HttpPick other_query;
  other_query.query.push_back({"state", {spec::Scalar{"new%20one"s}, {}, {}, {}}});
  spec::HttpPick absent_header;
  absent_header.headers.push_back({"X-TEAM", {{}, {}, {}, false}});
  const std::vector<Case> cases = {{"all of them", all, true},
                                   {"another method", {{"POST"}, {}, {}, {}}, false},
                                   {"another path", {{}, "/v1", {}, {}}, false},
                                   {"another value in the query", other_query, false},
                                   {"a header that must be absent", absent_header, false}};
  for (const Case& c : cases) {
    INFO(c.what);
    Bench wire;
    spec::WireFault fault = respond(500);
    std::get<spec::HttpFault>(fault.what).match = c.match;
    wire.inject("f", fault);
    wire.client(kGet);
    CHECK(wire.to_server().empty() == c.fits);
    CHECK(wire.counts("f").hits == (c.fits ? 1 : 0));
  }
}

TEST_CASE("fail 2, pass 1; and a share of the requests", "[http]") {
  Bench wire;
  spec::WireFault scripted = respond(503);
  scripted.picks = {std::nullopt, 2, 1};
  wire.inject("f", scripted);
  std::string seen;
  for (int i = 0; i < 6; ++i) {
    wire.client(kGet);
    const bool passed = wire.to_server() == kGet;
    seen += passed ? 'p' : 'f';
    if (passed) wire.server(kOk);
  }
  CHECK(seen == "ffpffp");
  CHECK(wire.heal("f").hits == 4);

  spec::WireFault some = respond(503);
  some.picks.share = Ratio{0.25};
  wire.inject("s", some);
  for (int i = 0; i < 400; ++i) {
    wire.client(kGet);
    if (!wire.to_server().empty()) wire.server(kOk);
  }
  CHECK(wire.counts("s").seen == 400);
  CHECK(wire.counts("s").hits > 60);
  CHECK(wire.counts("s").hits < 140);
}

TEST_CASE("HEAD, HTTP/1.0 and closing clients get answers that suit them", "[http]") {
  const std::vector<std::string> last_requests = {
      "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"};
  for (const std::string& last : last_requests) {
    INFO(last);
    Bench wire;
    wire.inject("f", respond(503));
    wire.client("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(wire.to_client() == k503.substr(0, k503.size() - 2));
    CHECK_FALSE(wire.closed());
    wire.client(last);
    CHECK(wire.to_client().find("Connection: close\r\n") != std::string::npos);
    CHECK(wire.closed());
  }
}

TEST_CASE("latency, for our own answers too", "[http]") {
  Bench wire;
  spec::WireFault late;
  spec::HttpFault http;
  http.match.path = "/slow";
  http.latency = spec::Delay{spec::Delay::Kind::fixed, 100ms, 0ms};
  late.what = http;
  wire.inject("late", late);
  wire.inject("down", respond(500, "/slow/never"));
  wire.client("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(wire.last_to_server() == 100ms);
  CHECK(wire.counts("late").hits == 1);
  wire.heal("late");
  http.match.path = "/slow/never";
  late.what = http;
  wire.inject("late", late);
  wire.wait(200ms);
  wire.server(kOk);
  wire.client("GET /slow/never HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(wire.last_to_client() == 300ms);
  CHECK(wire.counts("late").hits == 1);
  CHECK(wire.counts("down").hits == 1);
}

TEST_CASE("429 beyond a rate", "[http]") {
  Bench wire;
  spec::HttpFault http;
  http.rate_limit = Rate{10};
  wire.inject("f", {http, {}});
  int refused = 0;
  for (int i = 0; i < 20; ++i) {  // 20 a second
    wire.client(kGet);
    if (wire.to_server().empty()) {
      ++refused;
      CHECK(wire.to_client() ==
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    } else {
      wire.server(kOk);
      CHECK(wire.to_client() == kOk);
    }
    wire.wait(50ms);
  }
  CHECK(refused == 10);
  CHECK(wire.counts("f").hits == 10);
  CHECK(wire.counts("f").seen == 20);
}

TEST_CASE("a request hangs", "[http]") {
  Bench wire;
  spec::HttpFault http;
  SECTION("for a time, and then the connection closes") {
    http.hang = spec::HttpFault::Hang{500ms};
    wire.inject("f", {http, {}});
    wire.client(kPost + kGet);
    CHECK(wire.closed());
    CHECK(wire.last_to_client() == 500ms);
  }
  SECTION("until the client gives up") {
    http.hang = spec::HttpFault::Hang{};
    wire.inject("f", {http, {}});
    wire.client(kPost + kGet);
    CHECK_FALSE(wire.closed());
    wire.end(Direction::upstream);
    CHECK(wire.closed());
    CHECK(wire.last_to_client() == 0ms);
  }
  CHECK(wire.to_server().empty());
  CHECK(wire.to_client().empty());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a connection is reset, after the answers before it", "[http]") {
  Bench wire;
  spec::HttpFault http;
  http.match.methods = {"POST"};
  http.reset = true;
  wire.inject("f", {http, {}});
  wire.client(kGet + kPost);
  CHECK_FALSE(wire.reset());
  wire.server(kOk);
  CHECK(wire.to_client() == kOk);
  CHECK(wire.reset());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("upgrades, tunnels and other protocols pass", "[http]") {
  Bench wire;
  const std::string upgrade =
      "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
  wire.client(upgrade);
  wire.server("HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x01x");
  CHECK(wire.to_client() == "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x01x");
  wire.inject("f", respond(503));
  wire.client(kGet);
  CHECK(wire.to_server() == upgrade + kGet);

  Bench tunnel;
  tunnel.client("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
  tunnel.server("HTTP/1.1 200 OK\r\n\r\n");
  tunnel.inject("f", respond(503));
  tunnel.client(kGet);
  CHECK(tunnel.to_server().ends_with(kGet));

  for (const std::string& other :
       {"\x16\x03\x01\x02 hello\r\n\r\n"s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"s,
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0"s,
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n0"s}) {
    Bench bare;
    bare.inject("f", respond(503));
    bare.client(other + kGet);
    CHECK(bare.to_server() == other + kGet);
    bare.server("whatever");
    CHECK(bare.to_client() == "whatever");
    CHECK(bare.counts("f").seen == 0);
  }
}

TEST_CASE("no more than a head is held", "[http]") {
  WireBench wire{WireProtocol::http, 1000};
  wire.inject("f", respond(503));
  const std::string long_head = "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x');
  wire.client(long_head);
  CHECK(wire.to_server() == long_head);

  WireBench body{WireProtocol::http, 1000};
  body.client("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
  static_cast<void>(body.to_server());
  body.client(std::string(1000, 'x'));
  CHECK(body.to_server().size() == 1000);
}

}  // namespace
}  // namespace firedrill
