#include "harness/load/load_generator.hpp"
#include "tests/support/loopback.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <set>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

/// The paths that arrived, of all connections.
struct Arrivals {
  std::mutex mutex;
  std::multiset<std::string> paths;
};

net::awaitable<HttpReply> noted(Arrivals* arrivals, HttpRequest request) {
  {
    const std::lock_guard lock{arrivals->mutex};
    arrivals->paths.insert(request.target);
  }
  co_return json_reply(200, "{}");
}

LoadWorker::Options plan_for(const std::string& url) {
  LoadWorker::Options options;
  for (const auto& [name, arrivals] :
       {std::pair{"even", spec::Arrivals::even}, std::pair{"random", spec::Arrivals::poisson}}) {
    spec::Stream stream;
    stream.name = name;
    stream.rate = {{0}, {400}, 600ms};
    stream.arrivals = arrivals;
    stream.request.path = std::string{"/"} + name + "/${request.index}";
    stream.timeout = 5s;
    options.streams.push_back({stream, {}});
  }
  options.phases = {{0s, 300ms}, {300ms, 300ms}};
  options.origin = std::chrono::steady_clock::now() + 30ms;
  options.base_url = url;
  options.correlation_header = "x-correlation-id";
  options.seed = 3;
  options.constants = [](std::string_view) { return std::string{}; };
  return options;
}

LoadOutcome run(const std::string& url, unsigned workers, Share share) {
  const EgressGuard guard;
  net::io_context io{1};
  auto work = net::make_work_guard(io);
  LoadWorker::Options options = plan_for(url);
  options.on_finished = [&] { work.reset(); };
  LoadGenerator generator{io, std::move(options), workers, share, guard};
  generator.start();
  io.run();
  return generator.join();
}

Slice total(const StreamSeries& series) {
  Slice all;
  for (const Slice& slice : series.slices) all.merge(slice);
  return all;
}

}  // namespace

TEST_CASE("workers: any number of threads and machines sends each planned request once",
          "[load][workers]") {
  std::multiset<std::string> whole;
  std::uint64_t planned_whole = 0;
  for (const auto& [machines, threads] :
       {std::pair{1U, 1U}, std::pair{1U, 3U}, std::pair{2U, 1U}, std::pair{3U, 2U}}) {
    CAPTURE(machines, threads);
    Arrivals arrivals;
    LoopbackServer server{
        [&arrivals](HttpRequest request) { return noted(&arrivals, std::move(request)); }};
    std::uint64_t planned = 0;
    for (std::uint64_t machine = 0; machine < machines; ++machine) {
      const LoadOutcome outcome = run(server.url(), threads, {machine, machines});
      CHECK(outcome.generator.threads.size() == threads);
      CHECK(outcome.generator.share_count == machines);
      REQUIRE(outcome.streams.size() == 2);
      CHECK(outcome.streams[0].name == "even");
      CHECK(outcome.streams[1].name == "random");
      std::uint64_t connections = 0;  // the streams of a thread share those that are kept
      for (const StreamSeries& series : outcome.streams) {
        const Slice all = total(series);
        CHECK(all.planned == all.sent + all.dropped_total());
        CHECK(std::accumulate(all.ended.begin(), all.ended.end(), std::uint64_t{0}) == all.sent);
        CHECK(all.response.count() == all.sent);
        CHECK(all.connect.count() == all.connections);
        connections += all.connections;
        CHECK(all.first_byte.count() == all.sent);
        CHECK(all.bytes_in > all.sent * 20);
        CHECK(all.bytes_out > all.sent * 20);
        planned += all.planned;
      }
      CHECK(connections >= threads);
    }
    CHECK(arrivals.paths.size() == planned);
    if (whole.empty()) {
      whole = arrivals.paths;
      planned_whole = planned;
    }
    CHECK(planned == planned_whole);
    CHECK(arrivals.paths == whole);
  }
}
