#include "harness/load/worker.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/strings.hpp"
#include "harness/load/curl_sender.hpp"
#include "harness/load/release_plan.hpp"
#include "harness/text/match.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Released in one turn of the loop before sockets get their turn.
constexpr int kBurstMax = 64;
/// Dropped in one turn: cheap, but never without an end.
constexpr int kDropBurstMax = 4096;
constexpr auto kCpuInterval = std::chrono::milliseconds{100};

Duration thread_cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::string_view header_of(const void* context, std::string_view name) {
  const auto& lines = *static_cast<const std::vector<std::string>*>(context);
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos ||
        !equals_ignoring_case(std::string_view{line}.substr(0, colon), name))
      continue;
    std::string_view value = std::string_view{line}.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
      value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
      value.remove_suffix(1);
    return value;
  }
  return "";
}

/// A stream's check; one that states nothing asks for a status below 400.
spec::ResponseMatch check_of(const spec::Stream& stream) {
  spec::ResponseMatch check = stream.check;
  if (check.status.empty()) check.status.push_back({100, 399});
  return check;
}

Ending ending_of(SendResult::Kind kind) {
  switch (kind) {
    case SendResult::Kind::refused:
    case SendResult::Kind::guard_refused:
      return Ending::refused;
    case SendResult::Kind::reset:
      return Ending::reset;
    case SendResult::Kind::timed_out:
      return Ending::timed_out;
    case SendResult::Kind::cancelled:
      return Ending::cancelled;
    default:
      return Ending::garbled;
  }
}

/// One stream at work.
struct RunningStream {
  RunningStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options)
      : spec{plan.stream},
        factory{plan.stream, options.correlation_header, options.seed, options.constants},
        check{check_of(plan.stream)},
        recorder{plan.stream.name, names_of(plan.watches), options.phases},
        in_flight_max{in_flight_max_of(
            plan.stream, options.phases.back().start + options.phases.back().length)} {
    reads_headers = !plan.stream.check.headers.empty();
    for (const Watch& watch : plan.watches) {
      watches.emplace_back(watch.match);
      reads_headers = reads_headers || !watch.match.headers.empty();
    }
  }

  static std::vector<std::string> names_of(const std::vector<Watch>& watches) {
    std::vector<std::string> names;
    for (const Watch& watch : watches) names.push_back(watch.name);
    return names;
  }

  [[nodiscard]] SenderOptions sender_options(const std::string& base_url) const {
    SenderOptions options;
    options.base_url = base_url;
    options.method = spec.request.method;
    options.headers = factory.constant_headers();
    options.sends_body = !spec.request.body.empty() || spec.request.method == "POST" ||
                         spec.request.method == "PUT" || spec.request.method == "PATCH";
    options.timeout = spec.timeout;
    options.keep_body =
        check.reads_body() ||
        std::any_of(watches.begin(), watches.end(), [](const auto& w) { return w.reads_body(); });
    options.keep_headers = reads_headers;
    options.connections_max = in_flight_max;
    return options;
  }

  spec::Stream spec;
  RequestFactory factory;
  ResponseMatcher check;
  std::vector<ResponseMatcher> watches;
  bool reads_headers = false;
  StreamRecorder recorder;
  std::uint32_t in_flight_max;
  std::unique_ptr<Sender> sender;
};

}  // namespace

std::uint32_t in_flight_max_of(const spec::Stream& stream, Duration drill) {
  if (stream.in_flight_max > 0) return stream.in_flight_max;
  const double needed =
      peak_rate(stream.rate, Offset{0}, drill).per_second * seconds(stream.timeout);
  return static_cast<std::uint32_t>(std::clamp(std::ceil(needed), 100.0, 5000.0));
}

struct LoadWorker::Impl {
  Impl(Options options_, const EgressGuard& guard)
      : options{std::move(options_)},
        release_timer{io},
        second_timer{io},
        cpu_timer{io},
        plan{schedules_of(options)},
        curl{std::make_unique<CurlLoop>(io, guard)} {
    for (const StreamPlan& stream : options.streams) {
      streams.push_back(std::make_unique<RunningStream>(stream, options));
      streams.back()->sender = curl->make_sender(streams.back()->sender_options(options.base_url));
    }
  }

  static std::vector<ArrivalSchedule> schedules_of(const Options& options) {
    const Offset end = options.phases.back().start + options.phases.back().length;
    std::vector<ArrivalSchedule> schedules;
    for (const StreamPlan& plan : options.streams) {
      schedules.emplace_back(plan.stream.rate, plan.stream.arrivals, end,
                             Rng::derive(options.seed, "arrivals:" + plan.stream.name));
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
      (release_one(*due, at) ? sent : dropped) += 1;
    }
    wait_for_next();
  }

  void end_phase() {
    for (auto& stream : streams) stream->recorder.phase_ended(phase);
    ++phase;
  }

  /// True when the request was sent.
  bool release_one(const ReleasePlan::Due& due, Offset at) {
    RunningStream& stream = *streams[due.stream];
    const auto why =
        drop_reason(due.at, at, stream.recorder.in_flight(), stream.in_flight_max, health);
    if (why) {
      stream.recorder.dropped(due.at, *why);
      return false;
    }
    OutgoingRequest request = stream.factory.make(due.index);
    const Offset sent_at = now();
    stream.recorder.sent(due.at, sent_at);
    stream.sender->send(std::move(request),
                        [this, &stream, due_at = due.at, sent_at](const SendResult& result) {
                          book(stream, due_at, sent_at, result);
                        });
    return true;
  }

  void book(RunningStream& stream, Offset due, Offset sent_at, const SendResult& result) {
    if (result.kind == SendResult::Kind::no_descriptor) {
      stream.recorder.sent_became_dropped(due, sent_at, Drop::no_descriptor);
    } else if (result.kind == SendResult::Kind::port_exhausted) {
      stream.recorder.sent_became_dropped(due, sent_at, Drop::port_exhausted);
    } else if (result.kind != SendResult::Kind::answered) {
      stream.recorder.ended(due, sent_at, now(), ending_of(result.kind), 0, {});
    } else {
      book_answer(stream, due, sent_at, result);
    }
    if (released_all && idle()) finish();
  }

  void book_answer(RunningStream& stream, Offset due, Offset sent_at, const SendResult& result) {
    const Offset done = now();
    ResponseMatcher::View view;
    view.status = result.status;
    view.body = result.body;
    view.header = header_of;
    view.context = result.header_lines;
    std::vector<bool> matched;
    for (const ResponseMatcher& watch : stream.watches) matched.push_back(watch.matches(view));
    const Ending how = stream.check.matches(view) ? Ending::ok : Ending::check_failed;
    stream.recorder.ended(due, sent_at, done, how, result.status, matched);
  }

  [[nodiscard]] bool idle() const {
    return std::all_of(streams.begin(), streams.end(),
                       [](const auto& stream) { return stream->recorder.in_flight() == 0; });
  }

  void finish_when_idle() {
    released_all = true;
    if (idle()) finish();
  }

  void finish() {
    if (std::exchange(finished, true)) return;
    release_timer.cancel();
    second_timer.cancel();
    cpu_timer.cancel();
    if (options.on_finished) options.on_finished();
  }

  // Watching itself.

  void watch_cpu() {
    const Offset at = now();
    const Duration used = thread_cpu_time();
    if (cpu_seen_at && at > *cpu_seen_at) {
      health.cpu_share = seconds(used - cpu_used) / seconds(at - *cpu_seen_at);
    }
    cpu_seen_at = at;
    cpu_used = used;
    cpu_timer.expires_after(kCpuInterval);
    cpu_timer.async_wait([this](const boost::system::error_code& ec) {
      if (!ec && !finished) watch_cpu();
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
    for (const auto& stream : streams) {
      const StreamSeries& series = stream->recorder.series();
      StreamSecond entry;
      entry.name = series.name;
      entry.slice = total_between(series, end - std::chrono::seconds{1}, end);
      entry.in_flight = stream->recorder.in_flight();
      for (const Slice& slice : series.slices) {
        entry.sent_so_far += slice.sent;
        entry.failed_so_far += slice.failed();
        entry.dropped_so_far += slice.dropped_total();
      }
      report.push_back(std::move(entry));
    }
    if (options.on_second) options.on_second(end, std::move(report));
  }

  void stop() {
    if (std::exchange(stopping, true) || finished) return;
    for (; phase < options.phases.size(); ++phase) {
      for (auto& stream : streams) stream->recorder.phase_ended(phase);
    }
    for (auto& stream : streams) stream->sender->cancel_all();
    released_all = true;
    finish();
  }

  Options options;
  net::io_context io{1};
  net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
  net::steady_timer release_timer;
  net::steady_timer second_timer;
  net::steady_timer cpu_timer;
  ReleasePlan plan;
  std::unique_ptr<CurlLoop> curl;
  std::vector<std::unique_ptr<RunningStream>> streams;
  std::thread thread;
  GeneratorHealth health;
  std::optional<Offset> cpu_seen_at;
  Duration cpu_used{0};
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
    impl->wait_for_next();
    impl->watch_cpu();
    impl->report_seconds();
  });
  impl->thread = std::thread{[impl] { impl->io.run(); }};
}

void LoadWorker::stop() {
  net::post(impl_->io, [impl = impl_.get()] { impl->stop(); });
}

void LoadWorker::snapshot(std::function<void(std::vector<StreamSeries>)> receiver) {
  net::post(impl_->io, [impl = impl_.get(), receiver = std::move(receiver)] {
    std::vector<StreamSeries> series;
    for (const auto& stream : impl->streams) series.push_back(stream->recorder.series());
    receiver(std::move(series));
  });
}

std::vector<StreamSeries> LoadWorker::join() {
  impl_->work.reset();
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  std::vector<StreamSeries> series;
  for (const auto& stream : impl_->streams) series.push_back(stream->recorder.series());
  return series;
}

}  // namespace firedrill
