#include "harness/observe/observer.hpp"

#include "harness/text/person.hpp"
#include "tests/support/loopback.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

spec::Probe probe(std::string name, spec::Probe::Kind kind, std::string path) {
  spec::Probe out;
  out.name = std::move(name);
  out.kind = kind;
  out.path = std::move(path);
  out.every = 20ms;
  out.timeout = 200ms;
  return out;
}

/// Counts requests, and shows the count.
class CountingSystem {
 public:
  CountingSystem() : server_{[this](HttpRequest request) { return answer(std::move(request)); }} {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] int asked() const { return asked_; }
  void hang(bool on) { hang_ = on; }

 private:
  net::awaitable<HttpReply> answer(HttpRequest request) {
    ++asked_;
    HttpReply reply;
    if (hang_) reply.hang = Duration::max();
    reply.body = request.path == "/metrics" ? "asked_total " + std::to_string(asked_) + "\n"
                                            : R"({"checks":{"db":{"status":"ok"}}})";
    co_return reply;
  }

  std::atomic<int> asked_{0};
  std::atomic<bool> hang_{false};
  LoopbackServer server_;
};

/// Metrics with somebody's address as a label.
net::awaitable<HttpReply> leaking(std::string email, std::string path) {
  HttpReply reply;
  reply.body = path == "/metrics" ? "visits_total{who=\"" + email + "\"} 1\n" : "{\"a\":1}";
  co_return reply;
}

void wait_until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!done() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  REQUIRE(done());
}

}  // namespace

TEST_CASE("observer: every probe is asked again and again, and one last time",
          "[integration][observe]") {
  CountingSystem system;
  const EgressGuard guard;
  Observer observer{{{probe("ready", spec::Probe::Kind::health, "/ready"),
                      probe("metrics", spec::Probe::Kind::metrics, "/metrics")},
                     system.url(),
                     {},
                     std::chrono::steady_clock::now()},
                    guard};
  observer.start();
  wait_until([&] { return system.asked() >= 8; });
  CHECK(observer.snapshot().size() == 2);
  const int before = system.asked();
  const std::vector<ProbeRecord> records = observer.finish();
  CHECK(system.asked() >= before + 1);
  REQUIRE(records.size() == 2);
  CHECK(records[0].track("/checks/db/status") != nullptr);
  const Track* const track = records[1].track("asked_total");
  REQUIRE(track != nullptr);
  CHECK(track->points.size() == records[1].polls.size());  // it grew every time
  std::uint64_t answered = 0;
  for (const ProbeRecord& record : records) {
    CHECK(record.failed == 0);
    answered += record.answered;
  }
  CHECK(answered == static_cast<std::uint64_t>(system.asked()));
}

TEST_CASE("observer: a system that hangs is counted as polls without an answer, and recovers",
          "[integration][observe]") {
  CountingSystem system;
  const EgressGuard guard;
  Observer observer{{{probe("ready", spec::Probe::Kind::health, "/ready")},
                     system.url(),
                     {},
                     std::chrono::steady_clock::now()},
                    guard};
  observer.start();
  const auto counts = [&] {
    const ProbeRecord record = observer.snapshot().front();
    return std::pair{record.answered, record.failed};
  };
  wait_until([&] { return counts().first >= 2; });
  CHECK(counts().second == 0);
  system.hang(true);
  wait_until([&] { return counts().second >= 2; });
  system.hang(false);
  const std::uint64_t answered = counts().first;
  wait_until([&] { return counts().first > answered + 1; });
  const ProbeRecord record = observer.finish().front();
  CHECK(record.polls.size() == record.answered + record.failed);
}

TEST_CASE("observer: resources are those of the process that it is told of, when there is one",
          "[integration][observe]") {
  const EgressGuard guard;
  std::atomic<std::int64_t> process{0};
  Observer::Options options;
  options.probes = {probe("process", spec::Probe::Kind::resources, "")};
  options.origin = std::chrono::steady_clock::now();
  options.process = [&process] { return process.load(); };
  Observer observer{std::move(options), guard};
  observer.start();
  const auto record = [&] { return observer.snapshot().front(); };
  wait_until([&] { return record().failed >= 2; });
  CHECK(record().answered == 0);
  CHECK(record().polls.front().failure == "the system is not running");
  process = ::getpid();
  wait_until([&] { return record().answered >= 3; });
  const ProbeRecord seen = observer.finish().front();
  CHECK(seen.kind == "resources");
  for (const char* const name : {"memory_bytes", "cpu_seconds", "descriptors", "threads"}) {
    CAPTURE(name);
    const Track* const track = seen.track(name);
    REQUIRE(track != nullptr);
    CHECK(track->points.front().number >= 0);
  }
  CHECK(observer.canaries().empty());
}

TEST_CASE("observer: answers are searched for canaries when somebody wants to know",
          "[integration][observe]") {
  const std::string email = person_of(7, {"intake", 3}).email;
  LoopbackServer server{[&email](HttpRequest request) { return leaking(email, request.path); }};
  const EgressGuard guard;
  Observer::Options options;
  options.probes = {probe("ready", spec::Probe::Kind::health, "/ready"),
                    probe("metrics", spec::Probe::Kind::metrics, "/metrics")};
  options.base_url = server.url();
  options.origin = std::chrono::steady_clock::now();
  options.watch_canaries = true;
  Observer observer{std::move(options), guard};
  observer.start();
  wait_until([&] { return observer.snapshot()[1].answered >= 2; });
  const std::vector<ProbeRecord> records = observer.finish();
  const std::vector<CanaryNotes> notes = observer.canaries();
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].notes.empty());
  CHECK(notes[0].texts == records[0].answered);
  CHECK(notes[1].place == spec::LeakPlace::metrics);
  CHECK(notes[1].name == "metrics");
  CHECK(notes[1].texts == records[1].answered);
  CHECK(notes[1].notes.size() == records[1].answered);
}

TEST_CASE("observer: nothing leaves the machine unless it is allowed", "[integration][observe]") {
  const EgressGuard guard;  // loopback only
  Observer observer{{{probe("ready", spec::Probe::Kind::health, "/ready")},
                     "http://192.0.2.1",
                     {},
                     std::chrono::steady_clock::now()},
                    guard};
  observer.start();
  const ProbeRecord record = observer.finish().front();
  CHECK(record.answered == 0);
  REQUIRE(record.failed >= 2);
  CHECK(record.polls[0].failure.find("192.0.2.1") != std::string::npos);
}
