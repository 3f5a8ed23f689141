#include "harness/load/worker.hpp"
#include "tests/support/loopback.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <numeric>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

net::awaitable<HttpReply> ok(HttpRequest /*request*/) {
  co_return json_reply(200, R"({"source":"ai"})");
}

net::awaitable<HttpReply> never(HttpRequest /*request*/) {
  HttpReply reply;
  reply.hang = Duration::max();
  co_return reply;
}

net::awaitable<HttpReply> unavailable(HttpRequest /*request*/) { co_return json_reply(503, "{}"); }

LoadWorker::Options options_for(const std::string& url, double rate, Duration length) {
  spec::Stream stream;
  stream.name = "score";
  stream.rate = {{rate}, {rate}, 0ns};
  stream.request.path = "/x";
  stream.timeout = 300ms;
  LoadWorker::Options options;
  options.streams.push_back({stream, {}});
  options.phases = {{0s, length}};
  options.origin = std::chrono::steady_clock::now() + 20ms;
  options.base_url = url;
  options.correlation_header = "x-correlation-id";
  options.seed = 1;
  options.constants = [](std::string_view) { return std::string{}; };
  return options;
}

StreamSeries run(LoadWorker::Options options, bool stop_early = false) {
  const EgressGuard guard;
  std::promise<void> finished;
  options.on_finished = [&] { finished.set_value(); };
  LoadWorker worker{std::move(options), guard};
  worker.start();
  if (stop_early) {
    std::this_thread::sleep_for(100ms);
    worker.stop();
  }
  finished.get_future().wait();
  return worker.join().front();
}

Slice total(const StreamSeries& series) { return total_of_phase(series, 0); }

std::uint64_t ended(const Slice& slice, Ending how) {
  return slice.ended[static_cast<std::size_t>(how)];
}

void check_books(const Slice& slice) {
  CHECK(slice.planned == slice.sent + slice.dropped_total());
  CHECK(std::accumulate(slice.ended.begin(), slice.ended.end(), std::uint64_t{0}) == slice.sent);
}

}  // namespace

TEST_CASE("worker: sends exactly what was planned, and books every answer", "[load][worker]") {
  LoopbackServer server{ok};
  LoadWorker::Options options = options_for(server.url(), 200, 500ms);
  spec::ResponseMatch ai;
  ai.json.push_back({"/source", {}});
  ai.json[0].value.equals = std::string{"ai"};
  options.streams[0].watches.push_back({"ai", ai});
  const Slice all = total(run(std::move(options)));
  CHECK(all.planned == 100);
  CHECK(ended(all, Ending::ok) == 100);
  CHECK(all.status.at(200) == 100);
  CHECK(all.matched == std::vector<std::uint64_t>{100});
  CHECK(all.response.count() == 100);
  CHECK(all.response.min() >= all.service.min());
  check_books(all);
}

TEST_CASE("worker: a 503 without a stated check is a failure, and has a time", "[load][worker]") {
  LoopbackServer server{unavailable};
  const Slice all = total(run(options_for(server.url(), 100, 200ms)));
  CHECK(ended(all, Ending::check_failed) == 20);
  CHECK(all.failed() == 20);
  CHECK(all.response.count() == 20);
  check_books(all);
}

TEST_CASE("worker: nobody listening is refused, not dropped", "[load][worker]") {
  const Slice all = total(run(options_for("http://127.0.0.1:1", 100, 200ms)));
  CHECK(ended(all, Ending::refused) == 20);
  check_books(all);
}

TEST_CASE("worker: a system that hangs fails by time-outs and by drops that are its own doing",
          "[load][worker]") {
  LoopbackServer server{never};
  LoadWorker::Options options = options_for(server.url(), 200, 500ms);
  options.streams[0].stream.in_flight_max = 10;
  const StreamSeries series = run(std::move(options));
  const Slice all = total(series);
  CHECK(all.planned == 100);
  CHECK(ended(all, Ending::timed_out) == all.sent);
  // On a machine that is busy with other things a few may be the generator's; none is forgotten.
  CHECK(all.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] > 0);
  CHECK(all.failed() + all.dropped_by_generator() == 100);
  CHECK(all.response.min() >= 300ms);
  CHECK(series.in_flight_at_phase_end[0] == 10);  // counted, not forgotten
  check_books(all);
}

TEST_CASE("worker: more than the machine can send is blamed on the generator", "[load][worker]") {
  LoopbackServer server{ok};
  const Slice all = total(run(options_for(server.url(), 2'000'000, 1500ms)));
  CHECK(all.planned == 3'000'000);
  CHECK(all.dropped_by_generator() > all.planned / 1000);
  CHECK(all.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] < all.planned / 100);
  check_books(all);
}

TEST_CASE("worker: stopped early, it cancels what is under way and blames nobody",
          "[load][worker]") {
  LoopbackServer server{never};
  LoadWorker::Options options = options_for(server.url(), 200, 60s);
  options.streams[0].stream.timeout = 30s;
  const Slice all = total(run(std::move(options), true));
  CHECK(all.planned > 0);
  CHECK(all.planned < 12000);  // what the whole minute would have been
  CHECK(ended(all, Ending::cancelled) == all.sent);
  CHECK(all.failed() == 0);
  check_books(all);
}

TEST_CASE("worker: a kept connection that breaks is a failure; nothing is sent a second time",
          "[load][worker]") {
  std::atomic<int> seen{0};
  const auto breaks_every_other = [&seen](HttpRequest /*request*/) {
    return [](int number) -> net::awaitable<HttpReply> {
      HttpReply reply = json_reply(200, "{}");
      if (number % 2 == 1) {  // the second request on each connection
        reply.hang = 5ms;
        reply.then = HttpReply::Then::close;
      }
      co_return reply;
    }(seen++);
  };
  LoopbackServer server{breaks_every_other};
  const Slice all = total(run(options_for(server.url(), 50, 400ms)));
  CHECK(all.planned == 20);
  CHECK(seen == 20);
  CHECK(ended(all, Ending::ok) == 10);
  CHECK(ended(all, Ending::reset) == 10);
  check_books(all);
}

namespace {

/// Sends the paths of its own making, and counts what it is told.
class CountingSource final : public RequestSource {
 public:
  OutgoingRequest make(const Release& release) override {
    OutgoingRequest request;
    request.path = "/own/" + std::to_string(release.index);
    return request;
  }
  void dropped(const Release& /*release*/, Drop /*why*/) override { ++told_dropped; }
  void ended(const Release& release, const SendResult& result, Offset done) override {
    ++told_ended;
    in_order = in_order && done >= release.at && release.at >= release.due;
    bodies += result.body ? *result.body : "";
  }
  [[nodiscard]] bool reads_answers() const override { return true; }

  int told_dropped = 0;
  int told_ended = 0;
  bool in_order = true;
  std::string bodies;
};

net::awaitable<HttpReply> own_path_only(HttpRequest request) {
  co_return json_reply(request.target.starts_with("/own/") ? 200 : 404, "x");
}

}  // namespace

TEST_CASE("worker: a stream can bring a source of its own, which is told every outcome",
          "[load][worker][source]") {
  LoopbackServer server{own_path_only};
  LoadWorker::Options options = options_for(server.url(), 100, 200ms);
  const auto source = std::make_shared<CountingSource>();
  options.streams[0].source = source;
  const Slice all = total(run(std::move(options)));
  CHECK(ended(all, Ending::ok) == 20);
  CHECK(source->told_ended == 20);
  CHECK(source->told_dropped == 0);
  CHECK(source->in_order);
  CHECK(source->bodies == std::string(20, 'x'));
  check_books(all);
}

TEST_CASE("worker: a source is told of what was dropped", "[load][worker][source]") {
  LoopbackServer server{never};
  LoadWorker::Options options = options_for(server.url(), 200, 200ms);
  options.streams[0].stream.in_flight_max = 5;
  const auto source = std::make_shared<CountingSource>();
  options.streams[0].source = source;
  const Slice all = total(run(std::move(options)));
  CHECK(source->told_dropped == static_cast<int>(all.dropped_total()));
  CHECK(source->told_ended == static_cast<int>(all.sent));
  check_books(all);
}
