#include "harness/aio/egress_guard.hpp"

#include "harness/aio/http_client.hpp"
#include "harness/load/curl_sender.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <string>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

// From the block that RFC 5737 keeps for documentation: nobody is there, and the guard must not
// even try.
constexpr const char* kOutside = "http://192.0.2.1:9";

SendResult::Kind curl_get(const std::string& base_url, const EgressGuard& guard) {
  net::io_context io;
  CurlLoop loop{io, guard};
  SenderOptions options;
  options.base_url = base_url;
  options.method = "GET";
  options.timeout = 2s;
  options.connections_max = 1;
  const auto sender = loop.make_sender(options);
  std::optional<SendResult::Kind> kind;
  sender->send({"/", {}, "", ""}, [&](const SendResult& result) { kind = result.kind; });
  while (!kind && io.run_one_for(5s) > 0) {
  }
  REQUIRE(kind);
  return *kind;
}

}  // namespace

TEST_CASE("guard: loopback in all its forms is permitted, everything else is not", "[aio][guard]") {
  const EgressGuard guard;
  for (const char* ip : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    CAPTURE(ip);
    CHECK(guard.permits_ip(ip));
  }
  for (const char* ip : {"192.0.2.1", "10.0.0.1", "0.0.0.0", "128.0.0.1", "::", "fe80::1",
                         "::ffff:10.0.0.1", "", "localhost"}) {
    CAPTURE(ip);
    CHECK_FALSE(guard.permits_ip(ip));
  }
}

TEST_CASE("guard: the real providers are refused whatever a scenario allows", "[aio][guard]") {
  for (const char* host : {"api.openai.com", "API.STRIPE.COM", "api.hubapi.com.", "twilio.com",
                           "events.pagerduty.com"}) {
    CAPTURE(host);
    CHECK(is_real_provider(host));
    CHECK_FALSE(EgressGuard{}.check_host(host));
    CHECK_FALSE(EgressGuard::allowing({host}));
  }
  CHECK_FALSE(is_real_provider("notopenai.com"));
  CHECK_FALSE(is_real_provider("127.0.0.1"));
}

TEST_CASE("guard: a target is judged by its text, before anything is resolved", "[aio][guard]") {
  CHECK(check_target("http://127.0.0.1:80", {}));
  CHECK(check_target("http://localhost:80/x", {}));
  CHECK(check_target("https://[::1]:80", {}));
  CHECK(check_target("http://staging.example.com", {"Staging.example.com"}));
  CHECK(check_target("http://staging.example.com", {}).error().message ==
        "'staging.example.com' is neither loopback nor listed under 'allow:'; a drill reaches "
        "nothing else");
  CHECK_FALSE(check_target("http://api.openai.com", {"api.openai.com"}));
  CHECK_FALSE(check_target("ftp://127.0.0.1", {}));
  CHECK_FALSE(check_target("127.0.0.1:80", {}));
  CHECK_FALSE(check_target("http://127.0.0.1.example.com", {}));
}

TEST_CASE("guard: the load's sender does not connect outside", "[aio][guard][load]") {
  CHECK(curl_get(kOutside, EgressGuard{}) == SendResult::Kind::guard_refused);
}

TEST_CASE("guard: the load's sender ignores the proxies of the environment", "[aio][guard][load]") {
  ::setenv("http_proxy", "http://192.0.2.2:9", 1);
  // Port 1 on loopback: refused by nobody listening, not by the guard on the way to the proxy.
  CHECK(curl_get("http://127.0.0.1:1", EgressGuard{}) == SendResult::Kind::refused);
  ::unsetenv("http_proxy");
}

TEST_CASE("guard: the client of probes and of the reference system does not connect outside",
          "[aio][guard]") {
  net::io_context io;
  const EgressGuard guard;
  HttpClient client{io, guard, {}};
  HttpClient::Request request;
  request.url = kOutside;
  request.timeout = 2s;
  auto answer = net::co_spawn(io, client.send(request), net::use_future);
  io.run_for(5s);
  const auto failure = std::get<HttpFailure>(answer.get());
  CHECK(failure.cause == HttpFailure::Cause::refused_by_guard);
  CHECK(failure.message ==
        "connection to 192.0.2.1 (192.0.2.1) refused: only loopback and hosts under 'allow:' may "
        "be reached");
}
