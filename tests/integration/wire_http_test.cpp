// What a client sees of a real HTTP server through a proxy that knows its protocol.
#include "tests/support/loopback.hpp"
#include "tests/support/proof.hpp"
#include "tests/support/wire_relay.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBody = R"({"id":"lead-17","score":4})";

boost::asio::awaitable<HttpReply> answer(HttpRequest /*request*/) {
  co_return json_reply(200, kBody);
}

std::string get(std::uint16_t port) {
  return test::exchange_raw(port, "GET /v1/leads HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
}

std::string body_of(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  return end == std::string::npos ? "" : text.substr(end + 4);
}

bool is_healthy(const std::string& text) {
  return text.starts_with("HTTP/1.1 200") && body_of(text) == kBody;
}

/// What is broken, and whether the client saw it: its answer, and how long it took.
struct Kind {
  const char* name;
  spec::HttpFault fault;
  std::function<bool(const std::string& text, Duration took)> seen;
};

std::vector<Kind> kinds() {
  const auto delay = [](Duration time) { return spec::Delay{spec::Delay::Kind::fixed, time, 0ms}; };
  const auto changed = [](const std::function<void(spec::HttpFault&)>& change) {
    spec::HttpFault fault;
    change(fault);
    return fault;
  };
  return {
      {"respond", changed([](auto& f) {
         f.respond = spec::HttpFault::Respond{503, "down"};
       }),
       [](const std::string& text, Duration) {
         return text.starts_with("HTTP/1.1 503 Service Unavailable\r\n") && body_of(text) == "down";
       }},
      {"latency", changed([&](auto& f) { f.latency = delay(200ms); }),
       [](const std::string& text, Duration took) { return is_healthy(text) && took >= 200ms; }},
      {"rate_limit", changed([](auto& f) { f.rate_limit = Rate{0}; }),
       [](const std::string& text, Duration) { return text.starts_with("HTTP/1.1 429 "); }},
      {"hang", changed([](auto& f) { f.hang = spec::HttpFault::Hang{200ms}; }),
       [](const std::string& text, Duration took) { return text.empty() && took >= 200ms; }},
      {"reset", changed([](auto& f) { f.reset = true; }),
       [](const std::string& text, Duration) { return text.empty(); }},
      {"set_headers", changed([](auto& f) {
         f.headers = {{"X-Odd", "1"}, {"Content-Type", std::nullopt}};
       }),
       [](const std::string& text, Duration) {
         return body_of(text) == kBody && text.find("X-Odd: 1\r\n") != std::string::npos &&
                text.find("application/json") == std::string::npos;
       }},
      {"corrupt", changed([](auto& f) { f.corrupt = 4; }),
       [](const std::string& text, Duration) {
         return text.starts_with("HTTP/1.1 200") && body_of(text).size() == 26 &&
                body_of(text).substr(4) == std::string{kBody}.substr(4) && !is_healthy(text);
       }},
      {"malformed", changed([](auto& f) { f.malformed = true; }),
       [](const std::string& text, Duration) {
         return body_of(text) == "}" + std::string{kBody}.substr(1);
       }},
      {"truncate", changed([](auto& f) { f.truncate = 10; }),
       [](const std::string& text, Duration) {
         return text.find("Content-Length: 26") != std::string::npos && body_of(text).size() == 10;
       }},
      {"wrong_length", changed([](auto& f) { f.wrong_length = 7; }),
       [](const std::string& text, Duration) {
         return text.find("Content-Length: 33") != std::string::npos && body_of(text) == kBody;
       }},
      {"drip", changed([](auto& f) {
         f.drip = spec::HttpFault::Drip{13, 200ms};
       }),
       [](const std::string& text, Duration took) { return is_healthy(text) && took >= 200ms; }},
  };
}

TEST_CASE("HTTP: each fault is seen, counted and healed", "[wire][http]") {
  test::LoopbackServer server{answer};
  WireRelay relay{WireProtocol::http, server.port()};
  REQUIRE(is_healthy(get(relay.port())));
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    relay.inject(kind.name, {kind.fault, {}});
    const auto began = std::chrono::steady_clock::now();
    const std::string text = get(relay.port());
    CAPTURE(text);
    REQUIRE(kind.seen(text, std::chrono::steady_clock::now() - began));
    const WireFaultCounts counts = relay.heal(kind.name);
    REQUIRE(counts.seen == 1);
    REQUIRE(counts.hits == 1);
    REQUIRE(is_healthy(get(relay.port())));
    proved(std::string{"proxy http: "} + kind.name, {"injected", "counted", "healed"},
           "wire_http_test");
  }
}

TEST_CASE("HTTP: a pipeline on one connection, part of it answered by the proxy", "[wire][http]") {
  test::LoopbackServer server{answer};
  WireRelay relay{WireProtocol::http, server.port()};
  spec::HttpFault down;
  down.respond = spec::HttpFault::Respond{503, ""};
  down.match.path = "/down";
  relay.inject("down", {down, {}});
  const std::string text = test::exchange_raw(
      relay.port(),
      "GET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST /down HTTP/1.1\r\nHost: a\r\nContent-Length: "
      "3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::size_t first = text.find("HTTP/1.1 200");
  const std::size_t second = text.find("HTTP/1.1 503");
  const std::size_t third = text.rfind("HTTP/1.1 200");
  REQUIRE(first == 0);
  REQUIRE(second != std::string::npos);
  REQUIRE(third > second);
  REQUIRE(text.ends_with(kBody));
  REQUIRE(relay.heal("down").hits == 1);
}

}  // namespace
}  // namespace firedrill
