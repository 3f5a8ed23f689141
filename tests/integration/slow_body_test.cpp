// Bodies that trickle in: as a webhook sender on a congested link would send them.
#include "harness/load/worker.hpp"
#include "tests/support/loopback.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <mutex>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

/// Every other body is slow.
class SlowSource final : public RequestSource {
 public:
  OutgoingRequest make(const Release& release) override {
    OutgoingRequest request;
    request.path = "/hook";
    request.body = std::string(999, 'a') + std::to_string(release.index % 10);
    if (release.index % 2 == 1) request.body_over = 200ms;
    return request;
  }
  void ended(const Release& release, const SendResult& result, Offset done) override {
    const bool slow = release.index % 2 == 1;
    const bool was_answered = result.kind == SendResult::Kind::answered;
    answered += was_answered ? 1 : 0;
    slow_answered += slow && was_answered ? 1 : 0;
    slow_timed_out += slow && result.kind == SendResult::Kind::timed_out ? 1 : 0;
    if (slow) quickest_slow = std::min(quickest_slow, done - release.at);
  }

  int answered = 0;
  int slow_answered = 0;
  int slow_timed_out = 0;
  Duration quickest_slow = Duration::max();
};

struct Seen {
  std::mutex mutex;
  std::vector<std::string> bodies;
};

net::awaitable<HttpReply> keep(Seen* seen, HttpRequest request) {
  const std::lock_guard lock{seen->mutex};
  seen->bodies.push_back(request.body);
  co_return json_reply(200, "{}");
}

/// Releases 20 requests in 200 ms.
void run(const std::string& url, const std::shared_ptr<SlowSource>& source, Duration timeout) {
  spec::Stream stream;
  stream.name = "hooks";
  stream.rate = {{100}, {100}, 0ns};
  stream.request.method = "POST";
  stream.request.path = "/hook";
  stream.timeout = timeout;
  LoadWorker::Options options;
  options.streams.push_back({stream, {}, source});
  options.phases = {{0s, 200ms}};
  options.origin = std::chrono::steady_clock::now() + 20ms;
  options.base_url = url;
  std::promise<void> finished;
  options.on_finished = [&] { finished.set_value(); };
  const EgressGuard guard;
  LoadWorker worker{std::move(options), guard};
  worker.start();
  finished.get_future().wait();
  (void)worker.join();
}

}  // namespace

TEST_CASE("slow body: arrives whole, after its time, beside others that do not wait",
          "[load][worker]") {
  Seen seen;
  LoopbackServer server{[&seen](HttpRequest request) { return keep(&seen, std::move(request)); }};
  const auto source = std::make_shared<SlowSource>();
  run(server.url(), source, 10s);
  CHECK(source->answered == 20);
  CHECK(source->quickest_slow >= 180ms);
  REQUIRE(seen.bodies.size() == 20);
  for (const std::string& body : seen.bodies) {
    CHECK(body.size() == 1000);
    CHECK(body.substr(0, 999) == std::string(999, 'a'));
  }
}

TEST_CASE("slow body: one that takes too long is timed out", "[load][worker]") {
  Seen seen;
  LoopbackServer server{[&seen](HttpRequest request) { return keep(&seen, std::move(request)); }};
  const auto source = std::make_shared<SlowSource>();
  run(server.url(), source, 100ms);
  CHECK(source->slow_answered == 0);
  CHECK(source->slow_timed_out == 10);
}
