#include "harness/observe/observer.hpp"

#include "harness/aio/http_client.hpp"
#include "harness/aio/io_thread.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/observe/probe_recorder.hpp"

#include <boost/asio/steady_timer.hpp>

#include <future>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// More is no health endpoint, and not worth parsing several times a second.
constexpr std::uint64_t kBodyMax = 4 * 1024 * 1024;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// One probe at its work. Lives on the observer's thread.
class Poller {
 public:
  Poller(net::io_context& io, const EgressGuard& guard, spec::Probe probe, std::string url,
         const std::vector<std::string>& series, TimePoint origin)
      : probe_{std::move(probe)},
        url_{std::move(url)},
        origin_{origin},
        recorder_{probe_, url_, series},
        client_{io, guard, {.idle_max = 1, .body_max = kBodyMax}},
        timer_{io} {}

  net::awaitable<void> work() {
    TimePoint due = now();
    while (!last_) {
      co_await poll();
      due += probe_.every;
      // Polls that were missed while the system was slow are not made up for.
      if (due < now()) due = now();
      timer_.expires_at(due);
      if (!last_) co_await timer_.async_wait(as_result);
    }
    if (!abandoned_) co_await poll();
  }

  void make_last() {
    last_ = true;
    timer_.cancel();
  }
  void abandon() {
    abandoned_ = true;
    make_last();
    client_.close();
  }

  [[nodiscard]] const ProbeRecord& record() const { return recorder_.record(); }

 private:
  net::awaitable<void> poll() {
    HttpClient::Request request;
    request.url = url_;
    request.timeout = probe_.timeout;
    const TimePoint asked = now();
    const HttpClient::Answer answer = co_await client_.send(std::move(request));
    const TimePoint at = now();
    if (const auto* response = std::get_if<HttpResponse>(&answer)) {
      recorder_.answered(asked - origin_, at - origin_, response->status, response->body);
    } else {
      recorder_.failed(asked - origin_, at - origin_, std::get<HttpFailure>(answer).message);
    }
  }

  spec::Probe probe_;
  std::string url_;
  TimePoint origin_;
  ProbeRecorder recorder_;
  HttpClient client_;
  net::steady_timer timer_;
  bool last_ = false;
  bool abandoned_ = false;
};

}  // namespace

struct Observer::Impl {
  Impl(Options options_, const EgressGuard& guard_) : options{std::move(options_)}, guard{guard_} {}

  /// On the observer's thread.
  void begin() {
    tasks = std::make_unique<TaskGroup>(thread.io());
    for (const spec::Probe& probe : options.probes) {
      pollers.push_back(std::make_unique<Poller>(thread.io(), guard, probe,
                                                 options.base_url + probe.path, options.series,
                                                 options.origin));
    }
    for (const auto& poller : pollers) tasks->spawn("probe", poller->work());
  }

  [[nodiscard]] std::vector<ProbeRecord> records() const {
    std::vector<ProbeRecord> out;
    for (const auto& poller : pollers) out.push_back(poller->record());
    return out;
  }

  Options options;
  const EgressGuard& guard;
  bool started = false;
  IoThread thread;
  // Made, used and destroyed on the thread.
  std::unique_ptr<TaskGroup> tasks;
  std::vector<std::unique_ptr<Poller>> pollers;
};

Observer::Observer(Options options, const EgressGuard& guard)
    : impl_{std::make_unique<Impl>(std::move(options), guard)} {}

Observer::~Observer() {
  if (!impl_->started) return;
  std::promise<void> idle;
  impl_->thread.call([&] {
    for (const auto& poller : impl_->pollers) poller->abandon();
    impl_->tasks->when_idle([&idle] { idle.set_value(); });
  });
  idle.get_future().wait();
  impl_->thread.call([&] {
    impl_->pollers.clear();
    impl_->tasks.reset();
  });
}

void Observer::start() {
  impl_->started = true;
  impl_->thread.call([this] { impl_->begin(); });
}

std::vector<ProbeRecord> Observer::snapshot() {
  return impl_->thread.call([this] { return impl_->records(); });
}

std::vector<ProbeRecord> Observer::finish() {
  std::promise<void> idle;
  impl_->thread.call([&] {
    for (const auto& poller : impl_->pollers) poller->make_last();
    impl_->tasks->when_idle([&idle] { idle.set_value(); });
  });
  idle.get_future().wait();
  return snapshot();
}

}  // namespace firedrill
