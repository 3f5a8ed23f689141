// Mocks over real sockets on 127.0.0.1: what a caller sees, and what the ledger says about it.
#include "harness/aio/http.hpp"
#include "mocks/control.hpp"
#include "mocks/mock_set.hpp"
#include "tests/unit/mocks/actions.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <future>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

TimePoint now() { return std::chrono::steady_clock::now(); }

/// A set with one mock and its control server, on a thread of their own as in a drill.
class RunningMock {
 public:
  explicit RunningMock(const spec::Mock& mock = {})
      : set_{io_, {{"openai", mock}}, options()}, control_{io_, set_} {
    REQUIRE(set_.start());
    REQUIRE(control_.start());
    port_ = set_.find("openai")->port();
    control_port_ = static_cast<std::uint16_t>(
        std::strtoul(control_.url().substr(control_.url().rfind(':') + 1).c_str(), nullptr, 10));
    thread_ = std::thread{[this] { io_.run(); }};
  }

  ~RunningMock() {
    on_thread([this](Mock&) {
      set_.stop();
      control_.stop();
      work_.reset();
    });
    thread_.join();
  }

  RunningMock(const RunningMock&) = delete;
  RunningMock& operator=(const RunningMock&) = delete;

  /// Runs `work` on the mock's thread and waits for it.
  template <typename Work>
  auto on_thread(Work work) -> decltype(work(std::declval<Mock&>())) {
    using Value = decltype(work(std::declval<Mock&>()));
    // Shared: the waiting thread may go on before set_value() has returned.
    const auto done = std::make_shared<std::promise<Value>>();
    boost::asio::post(io_, [this, done, work] {
      if constexpr (std::is_void_v<Value>) {
        work(*set_.find("openai"));
        done->set_value();
      } else {
        done->set_value(work(*set_.find("openai")));
      }
    });
    return done->get_future().get();
  }

  void inject(const spec::MockAction& action) {
    on_thread([&](Mock& mock) { mock.inject(0, fault_of(action), now()); });
  }
  void heal() {
    on_thread([](Mock& mock) { mock.heal(0); });
  }

  /// Waits until `count` exchanges are over, then takes the ledger.
  Ledger ledger(std::size_t count) {
    for (int i = 0; i < 2000; ++i) {
      const bool over = on_thread([&](Mock& mock) {
        const auto lines = mock.book().lines(0, count, TimePoint{});
        std::size_t closed = 0;
        for (const auto& line : lines) closed += line.open ? 0 : 1;
        return closed == count;
      });
      if (over) break;
      std::this_thread::sleep_for(1ms);
    }
    return on_thread([](Mock& mock) { return mock.take_ledger(TimePoint{}); });
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t control_port() const { return control_port_; }
  [[nodiscard]] int first_hits() const { return first_hits_; }

 private:
  MockSet::Options options() {
    MockSet::Options made;
    made.first_hit = [this](int, TimePoint) { ++first_hits_; };
    return made;
  }

  std::atomic<int> first_hits_ = 0;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  MockSet set_;
  Control control_;
  std::uint16_t port_ = 0;
  std::uint16_t control_port_ = 0;
  std::thread thread_;
};

/// A caller with nothing between it and the bytes. Reads give up after five seconds.
class Caller {
 public:
  explicit Caller(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    static_assert(sizeof generic == sizeof address);
    std::memcpy(&generic, &address, sizeof address);
    REQUIRE(::connect(socket_, &generic, sizeof generic) == 0);
  }
  ~Caller() { leave(); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void leave() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  void send(const std::string& bytes) {
    REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  /// Everything up to the end of the connection; then `end` is 0 for an orderly one, else errno.
  std::string read_to_end() {
    std::string all;
    while (read_some(all)) {
    }
    return all;
  }

  /// Until `text` holds `wanted` this many times, or the connection ends.
  std::string read_until(const std::string& wanted, int times = 1) {
    std::string all;
    const auto count = [&] {
      int seen = 0;
      for (std::size_t at = all.find(wanted); at != std::string::npos;
           at = all.find(wanted, at + 1)) {
        ++seen;
      }
      return seen;
    };
    while (count() < times && read_some(all)) {
    }
    return all;
  }

  int end = -1;

 private:
  bool read_some(std::string& all) {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
      return true;
    }
    end = got == 0 ? 0 : errno;
    return false;
  }

  int socket_;
};

std::string request(const std::string& line, const std::string& body = "",
                    const std::string& more_headers = "") {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-test\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chat(const std::string& changes = "") {
  return request("POST /v1/chat/completions",
                 R"({"model":"gpt-4o","messages":[{"role":"user","content":"hi"}])" + changes + "}",
                 "x-correlation-id: visit-1\r\n");
}

const std::string kModels = request("GET /v1/models");

std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

std::size_t content_length(const std::string& response) {
  const std::string name = "Content-Length: ";
  const std::size_t at = response.find(name);
  REQUIRE(at != std::string::npos);
  return std::strtoul(response.c_str() + at + name.size(), nullptr, 10);
}

Json control(const RunningMock& mock, const std::string& line, int status = 200) {
  Caller caller{mock.control_port()};
  caller.send(request(line, "", "Connection: close\r\n"));
  const std::string response = caller.read_to_end();
  CHECK(response.starts_with("HTTP/1.1 " + std::to_string(status)));
  return Json::parse(body_of(response));
}

}  // namespace

TEST_CASE("mock server: a healthy exchange is answered and written down", "[mocks]") {
  RunningMock mock;
  Caller caller{mock.port()};
  caller.send(chat());
  const std::string response = caller.read_until("\"system_fingerprint\"");
  CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK_THAT(response, Catch::Contains("x-request-id: req_"));
  const Ledger ledger = mock.ledger(1);
  REQUIRE(ledger.entries.size() == 1);
  CHECK(ledger.entries[0].ok());
  CHECK(ledger.entries[0].correlation_id == "visit-1");
  CHECK(ledger.entries[0].done >= ledger.entries[0].arrived);
}

TEST_CASE("mock server: pipelined requests are answered in order on one connection", "[mocks]") {
  RunningMock mock;
  Caller caller{mock.port()};
  caller.send(kModels + request("GET /v1/models/gpt-4o") + request("GET /nowhere"));
  const std::string all = caller.read_until("Invalid URL");
  const std::size_t list = all.find("{\"object\":\"list\"");
  const std::size_t one = all.find("\r\n\r\n{\"id\":\"gpt-4o\",\"object\":\"model\",");
  const std::size_t unknown = all.find("HTTP/1.1 404");
  REQUIRE(list != std::string::npos);
  REQUIRE(one != std::string::npos);
  REQUIRE(unknown != std::string::npos);
  CHECK(list < one);
  CHECK(one < unknown);
  const Ledger ledger = mock.ledger(3);
  REQUIRE(ledger.entries.size() == 3);
  CHECK(ledger.entries[1].path == "/v1/models/gpt-4o");
  CHECK(ledger.entries[2].status == 404);
}

TEST_CASE("mock server: a streamed answer arrives as events in chunks", "[mocks]") {
  RunningMock mock;
  Caller caller{mock.port()};
  caller.send(chat(R"(,"stream":true)"));
  const std::string response = caller.read_until("\r\n0\r\n\r\n");
  CHECK_THAT(response, Catch::Contains("Content-Type: text/event-stream; charset=utf-8\r\n"));
  CHECK_THAT(response, Catch::Contains("Transfer-Encoding: chunked\r\n"));
  CHECK_THAT(response, Catch::Contains("data: [DONE]\n\n"));
}

TEST_CASE("mock server: a fault answers until it heals", "[mocks]") {
  RunningMock mock;
  mock.inject(respond_with(503));
  Caller caller{mock.port()};
  caller.send(kModels);
  CHECK_THAT(caller.read_until("overloaded"), Catch::Contains("HTTP/1.1 503"));
  mock.heal();
  caller.send(kModels);
  CHECK_THAT(caller.read_until("\"list\""), Catch::Contains("HTTP/1.1 200"));
  CHECK(mock.first_hits() == 1);
  const Ledger ledger = mock.ledger(2);
  CHECK(ledger.entries.at(0).fault == 0);
  CHECK(ledger.entries.at(1).fault == -1);
}

TEST_CASE("mock server: healing closes the connections that a fault holds", "[mocks]") {
  RunningMock mock;
  mock.inject(hang_for());
  Caller first{mock.port()};
  Caller second{mock.port()};
  first.send(kModels);
  second.send(chat());
  const auto requests = [&] { return mock.on_thread([](Mock& m) { return m.book().requests(); }); };
  while (requests() < 2) std::this_thread::yield();
  mock.heal();
  CHECK(first.read_to_end().empty());
  CHECK(first.end == 0);
  CHECK(second.read_to_end().empty());
  const Ledger ledger = mock.ledger(2);
  REQUIRE(ledger.entries.size() == 2);
  for (const LedgerEntry& entry : ledger.entries) {
    CHECK(entry.delivery == Delivery::hung);
    CHECK(entry.status == 0);
  }
}

TEST_CASE("mock server: a held caller that gives up is noticed while the fault lasts", "[mocks]") {
  RunningMock mock;
  mock.inject(hang_for());
  Caller caller{mock.port()};
  caller.send(kModels);
  while (mock.on_thread([](Mock& m) { return m.book().requests(); }) < 1) {
    std::this_thread::yield();
  }
  caller.leave();
  const Ledger ledger = mock.ledger(1);
  REQUIRE(ledger.entries.size() == 1);
  CHECK(ledger.entries[0].delivery == Delivery::hung);
}

TEST_CASE("mock server: a timed hang ends with a closed connection", "[mocks]") {
  RunningMock mock;
  mock.inject(hang_for(20ms));
  Caller caller{mock.port()};
  caller.send(kModels);
  CHECK(caller.read_to_end().empty());
  CHECK(caller.end == 0);
  const Ledger ledger = mock.ledger(1);
  CHECK(ledger.entries.at(0).done - ledger.entries.at(0).arrived >= 20ms);
}

TEST_CASE("mock server: a reset is a reset", "[mocks]") {
  RunningMock mock;
  mock.inject(reset_it());
  Caller caller{mock.port()};
  caller.send(kModels);
  CHECK(caller.read_to_end().empty());
  CHECK(caller.end == ECONNRESET);
  CHECK(mock.ledger(1).entries.at(0).delivery == Delivery::reset);
}

TEST_CASE("mock server: a truncated body is shorter than it promised", "[mocks]") {
  RunningMock mock;
  mock.inject(truncate_after(10));
  Caller caller{mock.port()};
  caller.send(kModels);
  const std::string response = caller.read_to_end();
  CHECK(body_of(response).size() == 10);
  CHECK(content_length(response) > 10);
  CHECK(caller.end == 0);
  CHECK(mock.ledger(1).entries.at(0).delivery == Delivery::truncated);
}

TEST_CASE("mock server: a truncated stream ends without its last chunk", "[mocks]") {
  RunningMock mock;
  mock.inject(truncate_after(600));
  Caller caller{mock.port()};
  caller.send(chat(R"(,"stream":true)"));
  const std::string response = caller.read_to_end();
  CHECK_THAT(response, Catch::Contains("data: {"));
  CHECK_THAT(response, !Catch::Contains("[DONE]"));
  CHECK_FALSE(response.ends_with("0\r\n\r\n"));
  CHECK(mock.ledger(1).entries.at(0).delivery == Delivery::truncated);
}

TEST_CASE("mock server: a malformed body has the right length and is no JSON", "[mocks]") {
  RunningMock mock;
  mock.inject(malform_it());
  Caller caller{mock.port()};
  caller.send(request("GET /v1/models", "", "Connection: close\r\n"));
  const std::string response = caller.read_to_end();
  CHECK(response.starts_with("HTTP/1.1 200 OK"));
  CHECK(body_of(response).size() == content_length(response));
  CHECK_FALSE(Json::accept(body_of(response)));
  CHECK_FALSE(mock.ledger(1).entries.at(0).ok());
}

TEST_CASE("mock server: a dripped body arrives whole", "[mocks]") {
  RunningMock mock;
  spec::MockAction slowly;
  slowly.drip = spec::MockAction::Drip{100, 1ms};
  mock.inject(slowly);
  Caller caller{mock.port()};
  caller.send(request("GET /v1/models", "", "Connection: close\r\n"));
  CHECK(Json::accept(body_of(caller.read_to_end())));
  CHECK(mock.ledger(1).entries.at(0).delivery == Delivery::answered);
}

TEST_CASE("mock server: a port that is taken is named with the mock", "[mocks]") {
  RunningMock mock;
  boost::asio::io_context io{1};
  spec::Mock same;
  same.port = mock.port();
  MockSet set{io, {{"second", same}}, {}};
  const auto started = set.start();
  REQUIRE_FALSE(started);
  CHECK_THAT(started.error().message, Catch::Contains("mock 'second'"));
  CHECK_THAT(started.error().message, Catch::Contains(std::to_string(mock.port())));
}

TEST_CASE("mock server: an answer that cannot be rendered is refused before it listens",
          "[mocks]") {
  boost::asio::io_context io{1};
  spec::Mock scripted;
  scripted.answer = "${fake.nobody}";
  MockSet set{io, {{"openai", scripted}}, {}};
  const auto started = set.start();
  REQUIRE_FALSE(started);
  CHECK_THAT(started.error().message,
             Catch::StartsWith("mock 'openai': answer: unknown variable 'fake.nobody'"));
}

TEST_CASE("control server: shows, pages and clears the ledger", "[mocks][control]") {
  RunningMock mock;
  CHECK(control(mock, "GET /health") == Json{{"status", "ok"}});
  for (int i = 0; i < 3; ++i) {
    Caller caller{mock.port()};
    caller.send(chat());
    caller.read_until("\"system_fingerprint\"");
  }
  const Json mocks = control(mock, "GET /mocks")["mocks"];
  CHECK(mocks["openai"]["requests"] == 3);
  CHECK(mocks["openai"]["url"] == "http://127.0.0.1:" + std::to_string(mock.port()));

  const Json ledger = control(mock, "GET /mocks/openai/ledger?since=1");
  CHECK(ledger["next"] == 3);
  CHECK(ledger["more"] == false);
  REQUIRE(ledger["entries"].size() == 2);
  CHECK(ledger["entries"][0]["number"] == 1);
  CHECK(ledger["entries"][0]["path"] == "/v1/chat/completions");
  CHECK(ledger["entries"][0]["correlation_id"] == "visit-1");

  CHECK(control(mock, "DELETE /mocks/openai/ledger")["cleared"] == 3);
  CHECK(control(mock, "GET /mocks/openai/ledger")["entries"].empty());
}

TEST_CASE("control server: says what is wrong and what there is", "[mocks][control]") {
  RunningMock mock;
  const auto error = [&](const std::string& line, int status) {
    return control(mock, line, status)["error"].get<std::string>();
  };
  CHECK_THAT(error("GET /mocks/opnai/ledger", 404), Catch::Contains("did you mean 'openai'?"));
  CHECK_THAT(error("GET /mocks/openai/ledger?since=-1", 400), Catch::Contains("since is '-1'"));
  CHECK_THAT(error("POST /mocks/openai/ledger", 405), Catch::Contains("GET or DELETE"));
  CHECK_THAT(error("GET /", 404), Catch::Contains("/mocks/NAME and below that ledger"));
}
