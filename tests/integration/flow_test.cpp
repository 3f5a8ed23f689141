#include "harness/load/worker.hpp"
#include "tests/support/loopback.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;
using Series = std::vector<StreamSeries>;

HttpReply reply_to(const HttpRequest& request) {
  if (request.path == "/token") return json_reply(200, R"({"token":"a b/c"})");
  if (request.path == "/use/a%20b/c") return json_reply(200, "{}");
  if (request.path == "/taken") return json_reply(409, "{}");
  if (request.path == "/ok") return json_reply(200, "{}");
  if (request.path == "/events") {
    HttpReply reply;
    reply.headers = {{"Content-Type", "text/event-stream"}};
    reply.stream = {{20ms, "data: 1\n\n"}, {20ms, "data: 2\n\nda"}, {20ms, "ta: [DONE]\n\n"}};
    return reply;
  }
  return json_reply(500, "{}");
}

net::awaitable<HttpReply> serve(HttpRequest request) { co_return reply_to(request); }

net::awaitable<HttpReply> never(HttpRequest /*request*/) {
  HttpReply reply;
  reply.hang = Duration::max();
  co_return reply;
}

spec::Step step(std::string name, std::string path) {
  spec::Step out;
  out.name = std::move(name);
  out.request.path = std::move(path);
  out.timeout = 300ms;
  return out;
}

LoadWorker::Options options_for(const std::string& url, double rate, std::vector<spec::Step> flow,
                                Duration length = 200ms) {
  spec::Stream stream;
  stream.name = "s";
  stream.rate = {{rate}, {rate}, 0ns};
  stream.flow = std::move(flow);
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

Series run(LoadWorker::Options options) {
  const EgressGuard guard;
  std::promise<void> finished;
  options.on_finished = [&] { finished.set_value(); };
  LoadWorker worker{std::move(options), guard};
  worker.start();
  finished.get_future().wait();
  return worker.join();
}

Slice of(const Series& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const StreamSeries& series) { return series.name == name; });
  REQUIRE(found != all.end());
  const Slice total = total_of_phase(*found, 0);
  CAPTURE(name);
  CHECK(total.planned == total.sent + total.dropped_total());
  CHECK(std::accumulate(total.ended.begin(), total.ended.end(), std::uint64_t{0}) == total.sent);
  return total;
}

std::uint64_t ok(const Slice& slice) { return slice.ended[static_cast<std::size_t>(Ending::ok)]; }
std::uint64_t dropped(const Slice& slice, Drop why) {
  return slice.dropped[static_cast<std::size_t>(why)];
}

spec::Step token_step() {
  spec::Step first = step("token", "/token");
  first.extract = {{"token", spec::Extract::From::json, "/token"}};
  return first;
}

FeederShare ids(std::size_t rows, spec::Feeder::UsedUp used_up) {
  auto table = std::make_shared<spec::Table>();
  table->columns = {"id"};
  for (std::size_t i = 0; i < rows; ++i) table->rows.push_back({std::to_string(i)});
  spec::Feeder feeder;
  feeder.name = "ids";
  feeder.order = spec::Feeder::Order::unique;
  feeder.used_up = used_up;
  feeder.table = std::move(table);
  return {feeder, {"s"}};
}

}  // namespace

TEST_CASE("flow: a value of one answer is in the next request", "[load][flow]") {
  LoopbackServer server{serve};
  const Series all =
      run(options_for(server.url(), 100, {token_step(), step("use", "/use/${token}")}));
  CHECK(ok(of(all, "s.token")) == 20);
  CHECK(ok(of(all, "s.use")) == 20);
}

TEST_CASE("flow: what cannot be reached after a failure is dropped, and the system's doing",
          "[load][flow]") {
  LoopbackServer server{serve};
  const Series all = run(options_for(server.url(), 100, {step("a", "/broken"), step("b", "/ok")}));
  CHECK(of(all, "s.a").failed() == 20);
  const Slice b = of(all, "s.b");
  CHECK(b.planned == 20);
  CHECK(dropped(b, Drop::not_reached) == 20);
  CHECK(b.failed() == 20);
  CHECK(b.dropped_by_generator() == 0);
}

TEST_CASE("flow: an answer without the value that is wanted has failed", "[load][flow]") {
  LoopbackServer server{serve};
  spec::Step first = token_step();
  first.request.path = "/ok";
  const Series all = run(options_for(server.url(), 100, {first, step("use", "/use/${token}")}));
  CHECK(of(all, "s.token").failed() == 20);
  CHECK(dropped(of(all, "s.use"), Drop::not_reached) == 20);
}

TEST_CASE("flow: an expected failure is good and ends the round", "[load][flow]") {
  LoopbackServer server{serve};
  spec::Step first = step("book", "/taken");
  first.expect_status = {{409, 409}};
  const Series all = run(options_for(server.url(), 100, {first, step("pay", "/ok")}));
  CHECK(ok(of(all, "s.book")) == 20);
  CHECK(of(all, "s.book").status.at(409) == 20);
  CHECK(of(all, "s.pay").planned == 0);
}

TEST_CASE("flow: rivals wait for each other, and each has its own outcome", "[load][flow]") {
  LoopbackServer server{serve};
  spec::Step book = step("book", "/ok");
  book.together = true;
  LoadWorker::Options options = options_for(server.url(), 10, {token_step(), book});
  options.streams[0].stream.together = 30;
  const Series all = run(std::move(options));
  CHECK(ok(of(all, "s.token")) == 60);
  const Slice booked = of(all, "s.book");
  CHECK(ok(booked) == 60);
  // Due when the last of the group was there: one time for all 30, so one response each.
  CHECK(booked.response.count() == 60);
}

TEST_CASE("flow: a rival that fails before does not keep the others waiting", "[load][flow]") {
  LoopbackServer server{serve};
  spec::Step first = step("first", "/ok");
  first.request.query = {};
  spec::Step wait = step("wait", "/ok");
  wait.together = true;
  LoadWorker::Options options = options_for(server.url(), 10, {first, wait});
  options.streams[0].stream.together = 4;
  // Of each group, rival 3 asks for a path that is broken.
  options.streams[0].stream.flow[0].request.path = "/${feed.ids.id}";
  auto table = std::make_shared<spec::Table>();
  table->columns = {"id"};
  table->rows = {{"ok"}, {"ok"}, {"ok"}, {"broken"}};
  FeederShare share = ids(1, spec::Feeder::UsedUp::stop);
  share.feeder.order = spec::Feeder::Order::sequential;
  share.feeder.table = std::move(table);
  options.feeders = {share};
  options.streams[0].stream.feeders = {"ids"};
  const Series all = run(std::move(options));
  CHECK(ok(of(all, "s.first")) == 6);
  CHECK(ok(of(all, "s.wait")) == 6);
  CHECK(dropped(of(all, "s.wait"), Drop::not_reached) == 2);
}

TEST_CASE("closed model: each user does its rounds, no more and no less", "[load][flow][users]") {
  LoopbackServer server{serve};
  LoadWorker::Options options =
      options_for(server.url(), 0, {token_step(), step("use", "/use/${token}")}, 2s);
  spec::Users users;
  users.from = users.to = 3;
  users.iterations_each = 4;
  options.streams[0].stream.users = users;
  const Series all = run(std::move(options));
  CHECK(ok(of(all, "s.token")) == 12);
  CHECK(ok(of(all, "s.use")) == 12);
  CHECK(of(all, "s.use").planned == 12);
}

TEST_CASE("closed model: rounds that there was no time for are counted", "[load][flow][users]") {
  LoopbackServer server{never};
  LoadWorker::Options options = options_for(server.url(), 0, {step("a", "/a")}, 200ms);
  spec::Users users;
  users.from = users.to = 2;
  users.iterations_each = 5;
  options.streams[0].stream.users = users;
  const Slice a = of(run(std::move(options)), "s.a");
  CHECK(a.planned == 10);
  CHECK(a.sent == 2);
  CHECK(dropped(a, Drop::not_reached) == 8);
  CHECK(a.failed() == 10);
}

TEST_CASE("feeder: used-up rows are the generator's lack, or the end of the stream",
          "[load][flow][feeder]") {
  LoopbackServer server{serve};
  for (const auto used_up : {spec::Feeder::UsedUp::inconclusive, spec::Feeder::UsedUp::stop}) {
    LoadWorker::Options options = options_for(server.url(), 100, {step("a", "/ok?${feed.ids.id}")});
    options.feeders = {ids(5, used_up)};
    options.streams[0].stream.feeders = {"ids"};
    const Slice a = of(run(std::move(options)), "s.a");
    CHECK(ok(a) == 5);
    const bool counted = used_up == spec::Feeder::UsedUp::inconclusive;
    CHECK(a.planned == (counted ? 20 : 5));
    CHECK(dropped(a, Drop::no_data) == (counted ? 15 : 0));
    CHECK(a.dropped_by_generator() == (counted ? 15 : 0));
  }
}

TEST_CASE("events: times of the first and of each further one are kept", "[load][events]") {
  LoopbackServer server{serve};
  LoadWorker::Options options = options_for(server.url(), 50, {});
  options.streams[0].stream.request.path = "/events";
  options.streams[0].stream.events = spec::EventStream{"[DONE]", 0, 2};
  const Slice all = of(run(std::move(options)), "s");
  CHECK(ok(all) == 10);
  CHECK(all.first_event.count() == 10);
  CHECK(all.per_event.count() == 10);
  CHECK(all.first_event.min() >= 20ms);
  CHECK(all.per_event.max() > 0ms);
}

TEST_CASE("events: too few of them are a failure", "[load][events]") {
  LoopbackServer server{serve};
  LoadWorker::Options options = options_for(server.url(), 50, {});
  options.streams[0].stream.request.path = "/events";
  options.streams[0].stream.events = spec::EventStream{"[DONE]", 0, 3};
  const Slice all = of(run(std::move(options)), "s");
  CHECK(all.failed() == 10);
  CHECK(all.first_event.count() == 10);
}

TEST_CASE("mix: each round is one of the requests, by weight, the same ones for the same seed",
          "[load][flow][mix]") {
  LoopbackServer server{serve};
  spec::Step often = step("often", "/ok");
  often.weight = 3;
  spec::Step seldom = step("seldom", "/broken");
  seldom.weight = 1;
  LoadWorker::Options options = options_for(server.url(), 1000, {often, seldom}, 400ms);
  options.streams[0].stream.mixes = true;
  options.streams[0].stream.in_flight_max = 400;
  const Series all = run(options);
  const Slice a = of(all, "s.often");
  const Slice b = of(all, "s.seldom");
  CHECK(a.planned + b.planned == 400);
  // Binomial(400, 3/4): 300 with a deviation of 8.7; this is five of them.
  CHECK(a.planned >= 257);
  CHECK(a.planned <= 343);
  CHECK(b.failed() == b.planned);  // and nothing of it in the other
  CHECK(a.failed() == 0);

  options.origin = std::chrono::steady_clock::now() + 20ms;
  CHECK(of(run(options), "s.often").planned == a.planned);
}

TEST_CASE("flow: machines share rounds, people and rows out among themselves", "[load][flow]") {
  LoopbackServer server{serve};
  std::uint64_t rounds = 0;
  std::uint64_t without_row = 0;
  for (std::uint64_t machine = 0; machine < 3; ++machine) {
    LoadWorker::Options options = options_for(server.url(), 100, {step("use", "/ok")});
    options.streams[0].stream.flow[0].request.path = "/ok?id=${feed.ids.id}";
    options.streams[0].stream.feeders = {"ids"};
    options.streams[0].share = {machine, 3};
    options.feeders = {ids(10, spec::Feeder::UsedUp::inconclusive)};
    const Slice use = of(run(options), "s.use");
    rounds += use.sent;
    without_row += dropped(use, Drop::no_data);
  }
  CHECK(rounds == 10);  // each row once, whoever took it
  CHECK(without_row == 10);
}

TEST_CASE("users: machines share them out, and each does its rounds", "[load][flow][users]") {
  LoopbackServer server{serve};
  std::uint64_t requests = 0;
  for (std::uint64_t machine = 0; machine < 3; ++machine) {
    LoadWorker::Options options = options_for(server.url(), 0, {step("use", "/ok")}, 500ms);
    options.streams[0].stream.users = spec::Users{4, 4, Duration{0}, std::nullopt, 5};
    options.streams[0].share = {machine, 3};
    requests += ok(of(run(options), "s.use"));
  }
  CHECK(requests == 20);
}
