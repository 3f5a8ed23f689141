#include "harness/expect/window.hpp"

#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// A phase's end is read from a clock; what is this near was not cut short.
constexpr Duration kCutTolerance = std::chrono::milliseconds{1};
/// One in this many requests may be lost by the generator before nothing can be concluded.
constexpr std::uint64_t kLossOneIn = 1000;

std::vector<std::string> names_of_phases(const spec::Expectation& expectation,
                                         const spec::Scenario& scenario) {
  if (!expectation.during.empty()) return expectation.during;
  std::vector<std::string> names;
  for (const spec::Phase& phase : scenario.timeline) names.push_back(phase.name);
  return names;
}

void add_phase(Window& window, const RunResult& result, std::uint32_t index) {
  const PhaseRecord& phase = result.phases[index];
  window.from = window.phases.empty() ? phase.start : std::min(window.from, phase.start);
  window.to = window.phases.empty() ? phase.end : std::max(window.to, phase.end);
  window.length += phase.end - phase.start;
  window.phases.push_back(index);
  if (window.cut_short.empty() && was_cut_short(phase)) {
    window.cut_short = "phase " + phase.name + " was cut short after " +
                       to_text(phase.end - phase.start) + " of " + to_text(phase.planned);
  }
}

std::string sum_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " + ") + name;
  return text;
}

std::string lost_text(const Slice& total, std::string_view whose) {
  const std::uint64_t lost = total.dropped_by_generator();
  if (lost * kLossOneIn <= total.planned) return "";
  std::string reasons;
  for (std::size_t i = 0; i < kDropKinds; ++i) {
    const auto drop = static_cast<Drop>(i);
    if (!is_generators(drop) || total.dropped[i] == 0) continue;
    reasons += (reasons.empty() ? "" : ", ") + std::string{name_of(drop)} + " " +
               std::to_string(total.dropped[i]);
  }
  return "the generator could not keep the rate: it dropped " + part_of(lost, total.planned) +
         " requests of " + std::string{whose} + " (" + reasons + "), more than 0.1 %";
}

}  // namespace

bool Window::contains(const RunResult& result, Offset at) const {
  return std::any_of(phases.begin(), phases.end(), [&](std::uint32_t index) {
    return result.phases[index].start <= at && at < result.phases[index].end;
  });
}

bool was_cut_short(const PhaseRecord& phase) {
  return phase.reached && phase.end + kCutTolerance < phase.start + phase.planned;
}

Window window_of(const spec::Expectation& expectation, const spec::Scenario& scenario,
                 const RunResult& result) {
  Window window;
  const std::vector<std::string> names = names_of_phases(expectation, scenario);
  for (const std::string& name : names) {
    const auto found = std::find_if(result.phases.begin(), result.phases.end(),
                                    [&](const PhaseRecord& phase) { return phase.name == name; });
    if (found != result.phases.end() && found->reached) {
      add_phase(window, result, static_cast<std::uint32_t>(found - result.phases.begin()));
    } else if (window.not_reached.empty()) {
      window.not_reached = "phase " + name + " never happened";
    }
  }
  if (names.empty()) window.not_reached = "the drill has no phases";
  const std::string label = expectation.during.empty() ? "whole drill" : sum_text(names);
  window.text = window.phases.empty() ? label : label + ", " + span_text(window.from, window.to);
  return window;
}

const StreamSeries* find_stream(const RunResult& result, std::string_view name) {
  const auto found =
      std::find_if(result.streams.begin(), result.streams.end(),
                   [&](const StreamSeries& stream) { return belongs_to(stream.name, name); });
  return found == result.streams.end() ? nullptr : &*found;
}

Slice traffic_in(const RunResult& result, const Window& window, std::string_view stream) {
  Slice total;
  for (const StreamSeries& series : result.streams) {
    if (!belongs_to(series.name, stream)) continue;
    for (const std::uint32_t phase : window.phases) total.merge(total_of_phase(series, phase));
  }
  return total;
}

std::uint64_t accountable(const Slice& total) {
  const std::uint64_t cancelled = total.ended[static_cast<std::size_t>(Ending::cancelled)];
  return total.planned - std::min(total.planned, cancelled);
}

std::uint64_t under_way(const Slice& total) {
  std::uint64_t ended = 0;
  for (const std::uint64_t count : total.ended) ended += count;
  return total.sent - std::min(total.sent, ended);
}

std::string generator_blame(const RunResult& result, const Window& window,
                            std::string_view stream) {
  if (!stream.empty()) {
    std::string own = lost_text(traffic_in(result, window, stream), stream);
    if (!own.empty()) return own;
  }
  return lost_text(traffic_in(result, window, ""), "all streams together");
}

}  // namespace firedrill
