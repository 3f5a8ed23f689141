#include "harness/load/worker.hpp"

#include "harness/base/assert.hpp"
#include "harness/load/curl_sender.hpp"
#include "harness/load/flow_stream.hpp"
#include "harness/load/release_plan.hpp"
#include "harness/load/running_stream.hpp"
#include "harness/load/self_watch.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Released in one turn of the loop before sockets get their turn.
constexpr int kBurstMax = 64;
/// Dropped in one turn: cheap, but never without an end.
constexpr int kDropBurstMax = 4096;

}  // namespace

struct LoadWorker::Impl {
  Impl(Options options_, const EgressGuard& guard)
      : options{std::move(options_)},
        release_timer{io},
        second_timer{io},
        watch_timer{io},
        plan{schedules_of(options)},
        curl{std::make_unique<CurlLoop>(io, guard)} {
    if (options.watch_canaries) options.ear = &ear.emplace(options.seed);
    for (const StreamPlan& stream : options.streams) {
      const auto on_ended = [this] {
        if (released_all && idle()) finish();
      };
      if (stream.source || stream.stream.is_plain()) {
        streams.push_back(std::make_unique<RunningStream>(stream, options, *curl, on_ended));
      } else {
        streams.push_back(std::make_unique<FlowStream>(stream, options, io, *curl, on_ended));
      }
    }
  }

  static std::vector<ArrivalSchedule> schedules_of(const Options& options) {
    const Offset end = options.phases.back().start + options.phases.back().length;
    std::vector<ArrivalSchedule> schedules;
    for (const StreamPlan& plan : options.streams) {
      schedules.emplace_back(plan.stream.rate, plan.stream.arrivals, end,
                             Rng::derive(options.seed, "arrivals:" + plan.stream.name), plan.share);
    }
    return schedules;
  }

  [[nodiscard]] Offset now() const { return std::chrono::steady_clock::now() - options.origin; }

  // The release loop.

  void wait_for_next() {
    const auto next = plan.peek();
    Offset wake = Offset::max();
    if (next) wake = next->at;
    if (phase < options.phases.size()) wake = std::min(wake, phase_end());
    if (wake == Offset::max()) return finish_when_idle();
    if (wake <= now()) {
      net::post(io, [this] { release(); });
      return;
    }
    release_timer.expires_at(options.origin + wake);
    release_timer.async_wait([this](const boost::system::error_code& ec) {
      if (!ec) release();
    });
  }

  [[nodiscard]] Offset phase_end() const {
    return options.phases[phase].start + options.phases[phase].length;
  }

  void release() {
    if (stopping) return;
    int sent = 0;
    int dropped = 0;
    while (sent < kBurstMax && dropped < kDropBurstMax) {
      const Offset at = now();
      while (phase < options.phases.size() && phase_end() <= at) end_phase();
      const auto due = plan.peek();
      if (!due || due->at > at) break;
      plan.pop();
      (streams[due->stream]->release(due->at, due->index, at, health) ? sent : dropped) += 1;
    }
    wait_for_next();
  }

  void end_phase() {
    for (StreamRecorder* recorder : recorders()) recorder->phase_ended(phase);
    ++phase;
  }

  [[nodiscard]] std::vector<StreamRecorder*> recorders() const {
    std::vector<StreamRecorder*> all;
    for (const auto& stream : streams) {
      for (StreamRecorder* recorder : stream->recorders()) all.push_back(recorder);
    }
    return all;
  }

  [[nodiscard]] std::vector<StreamSeries> all_series() const {
    std::vector<StreamSeries> series;
    for (const StreamRecorder* recorder : recorders()) series.push_back(recorder->series());
    return series;
  }

  [[nodiscard]] bool idle() const {
    return std::all_of(streams.begin(), streams.end(),
                       [](const auto& stream) { return stream->idle(); });
  }

  void finish_when_idle() {
    released_all = true;
    for (auto& stream : streams) stream->end();
    if (idle()) finish();
  }

  void finish() {
    if (std::exchange(finished, true)) return;
    release_timer.cancel();
    second_timer.cancel();
    watch_timer.cancel();
    if (options.on_finished) options.on_finished();
  }

  // Watching itself.

  void watch_self() {
    const Offset at = now();
    if (next_look) watch.look(*next_look, at, thread_cpu_time());
    watch.connections(curl->connections());
    health.cpu_share = watch.cpu_share();
    // From the grid, unless it was missed: a stall is counted once.
    next_look = std::max(next_look.value_or(at) + kSelfWatchInterval, at);
    watch_timer.expires_at(options.origin + *next_look);
    watch_timer.async_wait([this](const boost::system::error_code& ec) {
      if (!ec && !finished) watch_self();
    });
  }

  void report_seconds() {
    ++second;
    second_timer.expires_at(options.origin + second * std::chrono::seconds{1});
    second_timer.async_wait([this](const boost::system::error_code& ec) {
      if (ec || finished) return;
      report_second();
      report_seconds();
    });
  }

  void report_second() {
    const Offset end = second * std::chrono::seconds{1};
    std::vector<StreamSecond> report;
    for (const StreamRecorder* recorder : recorders()) {
      const StreamSeries& series = recorder->series();
      StreamSecond entry;
      entry.name = series.name;
      entry.slice = firedrill::total_between(series, end - std::chrono::seconds{1}, end);
      entry.in_flight = recorder->in_flight();
      for (const Slice& slice : series.slices) {
        entry.sent_so_far += slice.sent;
        entry.failed_so_far += slice.failed();
        entry.dropped_so_far += slice.dropped_total();
      }
      report.push_back(std::move(entry));
    }
    GeneratorSecond generator;
    generator.cpu_share = watch.cpu_share();
    generator.longest_stall = watch.take_recent_stall();
    generator.connections = curl->connections();
    if (options.on_second) options.on_second(end, std::move(report), generator);
  }

  void stop() {
    if (std::exchange(stopping, true) || finished) return;
    for (; phase < options.phases.size(); ++phase) {
      for (StreamRecorder* recorder : recorders()) recorder->phase_ended(phase);
    }
    for (auto& stream : streams) stream->cancel_all();
    released_all = true;
    finish();
  }

  Options options;
  net::io_context io{1};
  net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
  net::steady_timer release_timer;
  net::steady_timer second_timer;
  net::steady_timer watch_timer;
  ReleasePlan plan;
  std::optional<CanaryEar> ear;
  std::unique_ptr<CurlLoop> curl;
  std::vector<std::unique_ptr<WorkerStream>> streams;
  std::thread thread;
  GeneratorHealth health;
  SelfWatch watch;
  std::optional<Offset> next_look;
  std::size_t phase = 0;
  std::int64_t second = 0;
  bool released_all = false;
  bool stopping = false;
  bool finished = false;
};

LoadWorker::LoadWorker(Options options, const EgressGuard& guard)
    : impl_{std::make_unique<Impl>(std::move(options), guard)} {}

LoadWorker::~LoadWorker() {
  if (!impl_->thread.joinable()) return;
  impl_->io.stop();
  impl_->thread.join();
}

void LoadWorker::start() {
  Impl* const impl = impl_.get();
  net::post(impl->io, [impl] {
    for (auto& stream : impl->streams) stream->start();
    impl->wait_for_next();
    impl->watch_self();
    impl->report_seconds();
  });
  impl->thread = std::thread{[impl] { impl->io.run(); }};
}

void LoadWorker::stop() {
  net::post(impl_->io, [impl = impl_.get()] { impl->stop(); });
}

void LoadWorker::snapshot(std::function<void(std::vector<StreamSeries>)> receiver) {
  net::post(impl_->io,
            [impl = impl_.get(), receiver = std::move(receiver)] { receiver(impl->all_series()); });
}

void LoadWorker::extend(std::string stream, std::vector<spec::RateStretch> stretches) {
  net::post(impl_->io,
            [impl = impl_.get(), stream = std::move(stream), stretches = std::move(stretches)] {
              for (std::size_t i = 0; i < impl->options.streams.size(); ++i) {
                if (impl->options.streams[i].stream.name == stream) impl->plan.extend(i, stretches);
              }
              if (!impl->stopping) impl->wait_for_next();
            });
}

void LoadWorker::total_between(std::string stream, Offset from, Offset to,
                               std::function<void(Slice)> receiver) {
  net::post(impl_->io, [impl = impl_.get(), stream = std::move(stream), from, to,
                        receiver = std::move(receiver)] {
    Slice total;
    for (const StreamRecorder* recorder : impl->recorders()) {
      const StreamSeries& series = recorder->series();
      if (series.name == stream) total.merge(firedrill::total_between(series, from, to));
    }
    receiver(std::move(total));
  });
}

std::vector<StreamSeries> LoadWorker::join() {
  impl_->work.reset();
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  return impl_->all_series();
}

TrafficCanaries LoadWorker::take_canaries() {
  return impl_->ear ? impl_->ear->take() : TrafficCanaries{};
}

ThreadHealth LoadWorker::health() const { return impl_->watch.health(); }

}  // namespace firedrill
