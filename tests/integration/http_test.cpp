#include "harness/aio/http_client.hpp"
#include "harness/aio/http_server.hpp"
#include "tests/support/loopback.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

/// Answers by path, one path for each way of delivering.
net::awaitable<HttpReply> answer(HttpRequest request) {
  HttpReply reply = json_reply(
      200, "{\"path\":\"" + request.path + "\",\"n\":" + std::to_string(request.body.size()) + "}");
  if (request.path == "/reset") {
    reply.hang = 0ns;
    reply.then = HttpReply::Then::reset;
  } else if (request.path == "/cut") {
    reply.cut_after = 5;
    reply.then = HttpReply::Then::close;
  } else if (request.path == "/hang") {
    reply.hang = Duration::max();
  } else if (request.path == "/drip") {
    reply.drip_bytes = 3;
    reply.drip_every = 1ms;
  } else if (request.path == "/stream") {
    reply.body.clear();
    reply.stream = {{0ns, "data: a\n\n"}, {1ms, "data: b\n\n"}};
  }
  co_return reply;
}

/// A client on a thread of its own.
class ClientThread {
 public:
  ClientThread() {
    thread_.call([this] {
      client_ = std::make_unique<HttpClient>(thread_.io(), guard_, HttpClient::Options{});
    });
  }
  ~ClientThread() {
    thread_.call([this] { client_.reset(); });
  }
  HttpClient::Answer get(const std::string& url, Duration timeout = 5s, std::string body = "") {
    HttpClient::Request request;
    request.method = body.empty() ? "GET" : "POST";
    request.url = url;
    request.body = std::move(body);
    request.timeout = timeout;
    return net::co_spawn(thread_.io(), client_->send(std::move(request)), net::use_future).get();
  }

 private:
  EgressGuard guard_;
  IoThread thread_;
  std::unique_ptr<HttpClient> client_;
};

HttpFailure::Cause cause_of(const HttpClient::Answer& answer) {
  return std::get<HttpFailure>(answer).cause;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("http: a request and its answer arrive whole, many times over kept connections",
          "[aio][http]") {
  LoopbackServer server{answer};
  ClientThread client;
  for (int i = 0; i < 200; ++i) {
    const auto got = client.get(server.url() + "/x", 5s, std::string(1000, 'b'));
    REQUIRE(std::holds_alternative<HttpResponse>(got));
    REQUIRE(std::get<HttpResponse>(got).body == R"({"path":"/x","n":1000})");
    REQUIRE(find_header(std::get<HttpResponse>(got).headers, "content-type") == "application/json");
  }
}

TEST_CASE("http: every kind of bad delivery looks to the caller as it should", "[aio][http]") {
  LoopbackServer server{answer};
  ClientThread client;
  CHECK(cause_of(client.get(server.url() + "/reset")) == HttpFailure::Cause::connection_lost);
  CHECK(cause_of(client.get(server.url() + "/cut")) == HttpFailure::Cause::connection_lost);
  CHECK(cause_of(client.get(server.url() + "/hang", 100ms)) == HttpFailure::Cause::timed_out);
  CHECK(std::get<HttpResponse>(client.get(server.url() + "/drip")).body ==
        R"({"path":"/drip","n":0})");
  CHECK(std::get<HttpResponse>(client.get(server.url() + "/stream")).body ==
        "data: a\n\ndata: b\n\n");
  CHECK(std::get<HttpResponse>(client.get(server.url() + "/x")).status ==
        200);  // and afterwards all is well
}

TEST_CASE("http: pipelined requests are answered in order", "[aio][http]") {
  LoopbackServer server{answer};
  const std::string got =
      exchange_raw(server.port(),
                   "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
                   "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(count_of(got, "HTTP/1.1 200 OK") == 3);
  CHECK(got.find("\"/a\"") < got.find("\"/b\""));
  CHECK(got.find("\"/b\"") < got.find("\"/c\""));
}

TEST_CASE("http: nonsense, huge heads and huge bodies get a clear answer and the server lives on",
          "[aio][http]") {
  HttpServer::Options options;
  options.body_max = 1000;
  options.head_max = 2000;
  LoopbackServer server{answer, options};
  CHECK(exchange_raw(server.port(), "\x16\x03\x01 nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(exchange_raw(server.port(), "GET / HTTP/1.1\r\nx: " + std::string(5000, 'a') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431 "));
  CHECK(exchange_raw(server.port(),
                     "POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'a'))
            .starts_with("HTTP/1.1 413 "));
  CHECK(exchange_raw(server.port(), "BREW /x HTTP/1.1\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("http: HEAD has a length and no body; Expect is answered before the body",
          "[aio][http]") {
  LoopbackServer server{answer};
  const std::string head =
      exchange_raw(server.port(), "HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(head.find("Content-Length: ") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  const std::string expect = exchange_raw(server.port(),
                                          "POST /x HTTP/1.1\r\nExpect: 100-continue\r\nConnection: "
                                          "close\r\nContent-Length: 2\r\n\r\nab");
  CHECK(expect.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"));
}

TEST_CASE("http: the handler is told how each delivery ended", "[aio][http]") {
  std::atomic<int> complete{0};
  std::atomic<int> gone{0};
  const auto handler = [&](HttpRequest request) -> net::awaitable<HttpReply> {
    return [](HttpRequest wanted, std::atomic<int>* ok,
              std::atomic<int>* lost) -> net::awaitable<HttpReply> {
      HttpReply reply = json_reply(200, "{}");
      if (wanted.path == "/slow") reply.delay = 10s;
      reply.on_delivered = [ok, lost](HttpDelivery how) {
        ++*(how == HttpDelivery::complete ? ok : lost);
      };
      co_return reply;
    }(std::move(request), &complete, &gone);
  };
  LoopbackServer server{handler};
  ClientThread client;
  CHECK(std::holds_alternative<HttpResponse>(client.get(server.url() + "/x")));
  CHECK(cause_of(client.get(server.url() + "/slow", 50ms)) == HttpFailure::Cause::timed_out);
  for (int i = 0; i < 500 && gone == 0; ++i)
    std::this_thread::sleep_for(10ms);  // the close must travel
  CHECK(complete == 1);
  CHECK(gone == 1);
}

TEST_CASE("http: a port that is taken is refused with address and reason", "[aio][http]") {
  LoopbackServer first{answer};
  net::io_context io;
  HttpServer::Options options;
  options.port = first.port();
  HttpServer second{io, options, answer};
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message ==
        "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
}

TEST_CASE("http client: a server that went away while the connection was kept is asked anew",
          "[aio][http]") {
  HttpServer::Options options;
  options.idle_timeout = 50ms;
  LoopbackServer server{answer, options};
  ClientThread client;
  CHECK(std::holds_alternative<HttpResponse>(client.get(server.url() + "/x")));
  std::this_thread::sleep_for(150ms);  // the server closes the idle connection
  CHECK(std::holds_alternative<HttpResponse>(client.get(server.url() + "/x")));
}
