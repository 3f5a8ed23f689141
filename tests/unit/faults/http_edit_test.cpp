// What faults do to an answer on its way.
#include "faults/model/http_head.hpp"
#include "tests/unit/faults/wire_bench.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: x\r\nContent-Length: 9\r\n\r\n";
const std::string kBody = " {\"a\":12}";
const std::string kChunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kChunked = "3\r\n {\"\r\n6\r\na\":12}\r\n0\r\n\r\n";

struct Bench : WireBench {
  explicit Bench(const spec::HttpFault& http)
      : WireBench{WireProtocol::http, GENERATE(from_range(kPieces))} {
    inject("f", {http, {}});
    client(kGet);
    REQUIRE(to_server() == kGet);
  }
};

TEST_CASE("headers are set, replaced and taken out", "[http]") {
  spec::HttpFault http;
  http.headers = {
      {"server", "y"}, {"Content-Type", std::nullopt}, {"X-New", "1"}, {"X-Not", std::nullopt}};
  Bench wire{http};
  wire.server(kHead + kBody);
  CHECK(wire.to_client() ==
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nserver: y\r\nX-New: 1\r\n\r\n" + kBody);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a header that is so already is no hit", "[http]") {
  spec::HttpFault http;
  http.headers = {{"server", "x"}};
  Bench wire{http};
  wire.server(kHead + kBody);
  CHECK(wire.to_client() == kHead + kBody);
  CHECK(wire.counts("f").seen == 1);
  CHECK(wire.counts("f").hits == 0);
}

TEST_CASE("a body is corrupted from its start, its length kept", "[http]") {
  spec::HttpFault http;
  http.corrupt = 5;
  std::string spoilt = kBody;
  for (std::size_t i = 0; i < 5; ++i) spoilt[i] = static_cast<char>(~spoilt[i]);
  Bench wire{http};
  SECTION("of known length") {
    wire.server(kHead + kBody);
    CHECK(wire.to_client() == kHead + spoilt);
  }
  SECTION("in chunks, whose sizes stay") {
    wire.server(kChunkedHead + kChunked);
    CHECK(wire.to_client() == kChunkedHead + "3\r\n" + spoilt.substr(0, 3) + "\r\n6\r\n" +
                                  spoilt.substr(3) + "\r\n0\r\n\r\n");
  }
  CHECK(wire.counts("f").hits == 1);
  wire.client(kGet);
  wire.server("HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(wire.to_client() == "HTTP/1.1 204 No Content\r\n\r\n");
  CHECK(wire.counts("f").seen == 2);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("JSON that is none", "[http]") {
  spec::HttpFault http;
  http.malformed = true;
  Bench wire{http};
  wire.server(kHead + kBody);
  CHECK(wire.to_client() == kHead + " }\"a\":12}");
  CHECK(wire.counts("f").hits == 1);
  wire.client(kGet);
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}";
  wire.server(text);
  CHECK(wire.to_client() == text);
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("a body is cut, and the connection ends", "[http]") {
  spec::HttpFault http;
  http.truncate = 4;
  Bench wire{http};
  SECTION("of known length") {
    wire.server(kHead + kBody);
    CHECK(wire.to_client() == kHead + kBody.substr(0, 4));
    CHECK(wire.closed());
    CHECK(wire.counts("f").hits == 1);
  }
  SECTION("in chunks") {
    wire.server(kChunkedHead + kChunked);
    CHECK(wire.to_client() == kChunkedHead + "3\r\n {\"\r\n6\r\na");
    CHECK(wire.closed());
  }
  SECTION("short enough to stay whole") {
    const std::string brief = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd";
    wire.server(brief);
    CHECK(wire.to_client() == brief);
    CHECK_FALSE(wire.closed());
    CHECK(wire.counts("f").hits == 0);
  }
}

TEST_CASE("a length that is wrong", "[http]") {
  spec::HttpFault http;
  http.wrong_length = GENERATE(10, -4, -100);
  const std::string said = std::to_string(std::max<std::int64_t>(0, 9 + *http.wrong_length));
  Bench wire{http};
  wire.server(kHead + kBody);
  CHECK(wire.to_client() ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: "
        "x\r\nContent-Length: " +
            said + "\r\n\r\n" + kBody);
  CHECK(wire.closed());
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("an answer without a length cannot have a wrong one", "[http]") {
  spec::HttpFault http;
  http.wrong_length = 10;
  Bench wire{http};
  wire.server(kChunkedHead + kChunked);
  CHECK(wire.to_client() == kChunkedHead + kChunked);
  CHECK_FALSE(wire.closed());
  CHECK(wire.counts("f").hits == 0);
}

TEST_CASE("a body drips", "[http]") {
  spec::HttpFault http;
  http.drip = spec::HttpFault::Drip{2, 10ms};
  Bench wire{http};
  SECTION("of known length") {
    wire.server(kHead + kBody);
    CHECK(wire.to_client() == kHead + kBody);
  }
  SECTION("in chunks") {
    wire.server(kChunkedHead + kChunked);
    CHECK(wire.to_client() == kChunkedHead + kChunked);
  }
  CHECK(wire.last_to_client() == 40ms);  // nine bytes: at 0, 10, 20, 30 and 40 ms
  CHECK(wire.counts("f").hits == 1);
}

TEST_CASE("several faults of one answer", "[http]") {
  spec::HttpFault first;
  first.corrupt = 1;
  Bench wire{first};
  spec::HttpFault second;
  second.truncate = 3;
  wire.heal("f");
  wire.inject("a", {first, {}});
  wire.inject("b", {second, {}});
  wire.server(kHead + kBody);  // asked for before the faults
  CHECK(wire.to_client() == kHead + kBody);
  wire.client(kGet);
  wire.server(kHead + kBody);
  CHECK(wire.to_client() == kHead + static_cast<char>(~' ') + "{\"");
  CHECK(wire.counts("a").hits == 1);
  CHECK(wire.counts("b").hits == 1);
}

TEST_CASE("a fault that is healed leaves answers under way alone", "[http]") {
  spec::HttpFault http;
  http.corrupt = 9;
  Bench wire{http};
  wire.server(kHead + " {");
  wire.heal("f");
  wire.server("\"a\":12}");
  CHECK(wire.to_client().ends_with("\"a\":12}"));
}

TEST_CASE("heads", "[http]") {
  const auto head = parse_http_head(
      "GET http://a.b:80/p/q?x=1&y=%41+b&x=2 HTTP/1.1\r\nA:  b \r\nc:d, E\n\n", true);
  REQUIRE(head);
  CHECK(head->path() == "/p/q");
  CHECK(head->query("x") == "1");
  CHECK(head->query("y") == "A b");
  CHECK(head->find("a") == "b");
  CHECK(head->lists("C", "e"));
  CHECK_FALSE(parse_http_head("GET / HTTP/1.1\r\nno colon\r\n\r\n", true));
  CHECK_FALSE(parse_http_head("GET / HTTP/1.1\r\nname : x\r\n\r\n", true));
  CHECK_FALSE(parse_http_head("HTTP/1.1 20 x\r\n\r\n", false));
}

}  // namespace
}  // namespace firedrill
