#include "harness/run/live_output.hpp"

#include "harness/run/append_file.hpp"
#include "reports/events.hpp"

#include <cstdio>
#include <utility>

namespace firedrill {
namespace {

void print(const std::string& text) {
  if (text.empty()) return;
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

struct LiveOutput::Impl {
  Impl(const spec::Scenario& scenario_, Options options_, AppendFile events_, AppendFile log_)
      : scenario{scenario_},
        options{std::move(options_)},
        events{std::move(events_)},
        log{std::move(log_)},
        progress{options.terminal ? Progress::Mode::redraw : Progress::Mode::plain, options.style,
                 scenario.secrets} {}

  [[nodiscard]] std::size_t phase_at(Offset at) const {
    std::size_t phase = 0;
    while (phase + 1 < scenario.timeline.size() && at >= scenario.phase_start(phase + 1)) ++phase;
    return phase;
  }

  [[nodiscard]] StreamProgress progress_of(const StreamSecond& second, Offset end) const {
    StreamProgress stream;
    stream.name = second.name;
    stream.rate = static_cast<double>(second.slice.sent_here);
    for (const spec::Stream& planned : scenario.traffic) {
      if (planned.name == second.name)
        stream.rate_planned = spec::peak_rate(planned.rate, end, end).per_second;
    }
    if (stream.rate_planned <= 0) stream.rate_planned = static_cast<double>(second.slice.planned);
    stream.in_flight = second.in_flight;
    if (!second.slice.response.empty()) stream.p95 = second.slice.response.quantile(0.95);
    if (second.slice.planned > 0) {
      stream.failed_share =
          static_cast<double>(second.slice.failed()) / static_cast<double>(second.slice.planned);
    }
    stream.sent = second.sent_so_far;
    stream.failed = second.failed_so_far;
    stream.dropped = second.dropped_so_far;
    return stream;
  }

  void show(Offset at) {
    snapshot.at = at;
    snapshot.length = scenario.length();
    snapshot.phases = scenario.timeline.size();
    snapshot.phase_index = phase_at(at);
    snapshot.phase = scenario.timeline[snapshot.phase_index].name;
    print(progress.update(snapshot));
    snapshot.moments.clear();
  }

  const spec::Scenario& scenario;
  Options options;
  AppendFile events;
  AppendFile log;
  Progress progress;
  ProgressSnapshot snapshot;
  TimeOrigin origin;
};

Result<std::unique_ptr<LiveOutput>> LiveOutput::open(const spec::Scenario& scenario,
                                                     Options options) {
  auto events = AppendFile::open(options.out_dir + "/events.jsonl");
  if (!events) return events.error();
  auto log = AppendFile::open(options.out_dir + "/system.log");
  if (!log) return log.error();
  auto impl = std::make_unique<Impl>(scenario, std::move(options), std::move(events).value(),
                                     std::move(log).value());
  return std::unique_ptr<LiveOutput>{new LiveOutput{std::move(impl)}};
}

LiveOutput::LiveOutput(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

LiveOutput::~LiveOutput() = default;

void LiveOutput::on_started(const TimeOrigin& origin) {
  impl_->origin = origin;
  RunHeader header;
  header.scenario = impl_->scenario.name;
  header.title = impl_->scenario.title;
  header.file = impl_->scenario.file;
  header.seed = impl_->options.seed;
  header.version = impl_->options.version;
  impl_->events.append(run_line(header, origin, impl_->scenario.secrets));
}

void LiveOutput::on_moment(const Moment& moment) {
  impl_->events.append(event_line(moment, impl_->origin, impl_->scenario.secrets));
  impl_->snapshot.moments.push_back(moment);
  impl_->show(moment.at);
}

void LiveOutput::on_second(Offset end, const std::vector<StreamSecond>& streams,
                           const GeneratorSecond& generator) {
  impl_->snapshot.generator = generator;
  impl_->snapshot.streams.clear();
  for (const StreamSecond& second : streams) {
    const std::string& phase = impl_->scenario.timeline[impl_->phase_at(second.slice.start)].name;
    impl_->events.append(
        event_line(second.name, phase, second.slice, impl_->origin, impl_->scenario.secrets));
    impl_->snapshot.streams.push_back(impl_->progress_of(second, end));
  }
  impl_->show(end);
}

void LiveOutput::on_log(const std::string& line) {
  impl_->log.append(impl_->scenario.secrets.apply(line) + "\n");
}

void LiveOutput::finish(const RunResult& result) {
  print(impl_->progress.clear());
  for (const FaultRecord& fault : result.faults) {
    const Offset at = fault.healed_at.value_or(Offset{0});
    impl_->events.append(event_line(fault, at, result.origin, impl_->scenario.secrets));
  }
  impl_->events.append(verdict_line(result, impl_->scenario.secrets));
}

}  // namespace firedrill
