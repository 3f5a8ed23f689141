#include "harness/run/breakpoint_drive.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/expect/slo.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <numeric>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Between deciding on a window and its start, so that every worker knows of it in time.
constexpr Duration kNotice = 50ms;
/// Between looks at what is still under way.
constexpr Duration kPoll = 50ms;
/// Beyond this share of requests that the generator dropped, a window says nothing.
constexpr double kGeneratorShareMax = 0.001;

Duration rounded_up(Duration value, Duration step) { return (value + step - 1ns) / step * step; }

bool all_ended(const Slice& total) {
  return std::accumulate(total.ended.begin(), total.ended.end(), std::uint64_t{0}) == total.sent;
}

/// False when the drill was interrupted.
net::awaitable<bool> sleep_until(TimePoint at, const bool* interrupted) {
  net::steady_timer timer{co_await net::this_coro::executor};
  while (!*interrupted && std::chrono::steady_clock::now() < at) {
    timer.expires_at(std::min(at, std::chrono::steady_clock::now() + kPoll));
    co_await timer.async_wait(as_result);
  }
  co_return !*interrupted;
}

/// The window's requests, once all have ended or can only be given up.
net::awaitable<Slice> settled_window(BreakpointDrive drive, Offset from, Offset to) {
  const TimePoint last = drive.origin + to + drive.stream->timeout + kPoll;
  Slice total = drive.generator->total_between(drive.stream->name, from, to);
  while (!all_ended(total) && std::chrono::steady_clock::now() < last) {
    const TimePoint next = std::chrono::steady_clock::now() + kPoll;
    if (!co_await sleep_until(next, drive.interrupted)) break;
    total = drive.generator->total_between(drive.stream->name, from, to);
  }
  co_return total;
}

void keep(BreakpointRecord& record, const BreakpointFinder& finder) {
  record.knee = finder.knee();
  record.broke_at = finder.broke_at();
  if (finder.end()) record.end = *finder.end();
}

}  // namespace

JudgedWindow judge_window(const spec::BreakpointSearch& search, const Slice& total) {
  const auto planned = static_cast<double>(total.planned);
  if (total.planned == 0) return {WindowVerdict::generator, "no request was due"};
  if (static_cast<double>(total.dropped_by_generator()) > planned * kGeneratorShareMax) {
    return {WindowVerdict::generator, "the generator dropped " +
                                          std::to_string(total.dropped_by_generator()) + " of " +
                                          std::to_string(total.planned) + " requests"};
  }
  if (static_cast<double>(total.sent) < planned * search.achieved) {
    return {WindowVerdict::breached, "only " + std::to_string(total.sent) + " of " +
                                         std::to_string(total.planned) + " requests could be sent"};
  }
  for (const spec::SloExpression& slo : search.slo) {
    const Finding finding = judge_slo_over(slo, total, search.window);
    if (finding.verdict == Verdict::pass) continue;
    return {WindowVerdict::breached, slo.text + " not shown, it was " + finding.observed};
  }
  return {};
}

net::awaitable<void> search_breakpoint(BreakpointDrive drive) {
  const spec::BreakpointSearch& search = *drive.stream->breakpoint;
  BreakpointRecord& record = *drive.record;
  BreakpointFinder finder{{search.from, search.to, search.breaches, search.precision}};
  const Duration window = rounded_up(search.window, drive.slice);
  const Offset phase_end = drive.phase.start + drive.phase.length;
  const auto now = [&] { return std::chrono::steady_clock::now() - drive.origin; };
  Offset planned_until{0};
  Offset earliest = drive.phase.start;
  while (const auto rate = finder.next()) {
    earliest = std::max(earliest, now() + kNotice);
    const Offset start =
        drive.phase.start +
        rounded_up(std::max(Duration{0}, earliest - drive.phase.start), drive.slice);
    const Offset end = start + window;
    if (end > phase_end || *drive.interrupted) break;
    drive.generator->extend(drive.stream->name,
                            {{Rate{0}, Rate{0}, start - planned_until}, {*rate, *rate, window}});
    planned_until = end;
    if (!co_await sleep_until(drive.origin + end, drive.interrupted)) break;
    const Slice total = co_await settled_window(drive, start, end);
    const JudgedWindow judged = judge_window(search, total);
    const bool held = judged.verdict == WindowVerdict::held;
    record.steps.push_back({start, *rate, total.planned, total.sent, held, judged.why});
    finder.report(judged.verdict);
    keep(record, finder);
    earliest = held ? now() : now() + search.cool_down;
  }
  finder.give_up();
  keep(record, finder);
}

void search_breakpoints(TaskGroup& tasks, const spec::Scenario& scenario,
                        const BreakpointSetting& setting, std::vector<BreakpointRecord>& records) {
  for (const spec::Stream& stream : scenario.traffic) {
    if (stream.breakpoint) records.push_back({.stream = stream.name});
  }
  std::size_t next = 0;
  for (const spec::Stream& stream : scenario.traffic) {
    if (!stream.breakpoint) continue;
    std::size_t phase = 0;
    for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
      if (scenario.timeline[i].name == stream.breakpoint->phase) phase = i;
    }
    tasks.spawn("search for the breaking point of " + stream.name,
                search_breakpoint({.stream = &stream,
                                   .phase = setting.phases[phase],
                                   .slice = slice_length(scenario.length()),
                                   .origin = setting.origin,
                                   .generator = setting.generator,
                                   .interrupted = setting.interrupted,
                                   .record = &records[next++]}));
  }
}

}  // namespace firedrill
