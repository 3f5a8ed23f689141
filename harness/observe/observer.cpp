#include "harness/observe/observer.hpp"

#include "harness/aio/http_client.hpp"
#include "harness/aio/io_thread.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/observe/probe_recorder.hpp"
#include "harness/observe/process_sample.hpp"

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
  Poller(net::io_context& io, const EgressGuard& guard, spec::Probe probe,
         const Observer::Options& options)
      : probe_{std::move(probe)},
        url_{probe_.kind == spec::Probe::Kind::resources ? "" : options.base_url + probe_.path},
        origin_{options.origin},
        process_{options.process},
        watch_canaries_{options.watch_canaries},
        recorder_{probe_, url_, options.series},
        client_{io, guard, {.idle_max = 1, .body_max = kBodyMax}},
        timer_{io} {
    canaries_.place = spec::LeakPlace::metrics;
    canaries_.name = probe_.name;
  }

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
  [[nodiscard]] const CanaryNotes& canaries() const { return canaries_; }
  [[nodiscard]] bool is_searched() const {
    return watch_canaries_ && probe_.kind != spec::Probe::Kind::resources;
  }

 private:
  /// Of resources: there is nobody to ask.
  void sample() {
    const TimePoint asked = now();
    Result<std::int64_t> pid =
        probe_.pid_file.empty() ? Result<std::int64_t>{process_()} : read_pid_file(probe_.pid_file);
    if (pid && *pid == 0) pid = Error{"the system is not running"};
    const Result<ProcessSample> seen =
        pid ? sample_process("/proc", *pid) : Result<ProcessSample>{pid.error()};
    const TimePoint at = now();
    if (seen) {
      recorder_.sampled(asked - origin_, at - origin_, seen->values());
    } else {
      recorder_.failed(asked - origin_, at - origin_, seen.error().message);
    }
  }

  net::awaitable<void> poll() {
    if (probe_.kind == spec::Probe::Kind::resources) {
      sample();
      co_return;
    }
    HttpClient::Request request;
    request.url = url_;
    request.timeout = probe_.timeout;
    const TimePoint asked = now();
    const HttpClient::Answer answer = co_await client_.send(std::move(request));
    const TimePoint at = now();
    if (const auto* response = std::get_if<HttpResponse>(&answer)) {
      recorder_.answered(asked - origin_, at - origin_, response->status, response->body);
      if (watch_canaries_) canaries_.read(at - origin_, response->body);
    } else {
      recorder_.failed(asked - origin_, at - origin_, std::get<HttpFailure>(answer).message);
    }
  }

  spec::Probe probe_;
  std::string url_;
  TimePoint origin_;
  std::function<std::int64_t()> process_;
  bool watch_canaries_;
  CanaryNotes canaries_;
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
      pollers.push_back(std::make_unique<Poller>(thread.io(), guard, probe, options));
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

std::vector<CanaryNotes> Observer::canaries() {
  return impl_->thread.call([this] {
    std::vector<CanaryNotes> notes;
    for (const auto& poller : impl_->pollers) {
      if (poller->is_searched()) notes.push_back(poller->canaries());
    }
    return notes;
  });
}

}  // namespace firedrill
