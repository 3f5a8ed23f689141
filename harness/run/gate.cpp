#include "harness/run/gate.hpp"

#include "harness/expect/judge.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace firedrill {
namespace {

/// A slice with requests still under way cannot be judged yet: what is missing would count as
/// failed.
void leave_out_pending(StreamSeries& series) {
  for (Slice& slice : series.slices) {
    const std::uint64_t ended =
        std::accumulate(slice.ended.begin(), slice.ended.end(), std::uint64_t{0});
    if (ended == slice.sent) continue;
    Slice empty;
    empty.start = slice.start;
    empty.length = slice.length;
    empty.phase = slice.phase;
    empty.matched.resize(slice.matched.size());
    slice = std::move(empty);
  }
}

}  // namespace

std::optional<std::string> first_unmet_gate(const spec::Scenario& scenario, const RunResult& so_far,
                                            std::vector<StreamSeries> series,
                                            std::size_t next_phase) {
  RunResult partial = so_far;
  for (std::size_t i = next_phase; i < partial.phases.size(); ++i)
    partial.phases[i].reached = false;
  for (StreamSeries& stream : series) leave_out_pending(stream);
  partial.streams = std::move(series);
  for (const spec::Expectation& expectation : scenario.expectations) {
    if (!expectation.gate) continue;
    if (judge_one(scenario, expectation, partial).verdict() != Verdict::pass)
      return expectation.name;
  }
  return std::nullopt;
}

bool any_aborts(const spec::Scenario& scenario) {
  return std::any_of(
      scenario.expectations.begin(), scenario.expectations.end(),
      [](const spec::Expectation& expectation) { return expectation.abort_after.has_value(); });
}

std::optional<Judgement> first_failed_abort(const spec::Scenario& scenario, const RunResult& so_far,
                                            std::vector<StreamSeries> series, Offset now) {
  RunResult partial = so_far;
  partial.aborted_by.reset();
  for (PhaseRecord& phase : partial.phases) {
    // The phase that is under way counts as one that was meant to end now.
    phase.end = std::min(phase.end, now);
    if (phase.reached) phase.planned = phase.end - phase.start;
  }
  for (StreamSeries& stream : series) leave_out_pending(stream);
  partial.streams = std::move(series);
  for (const spec::Expectation& expectation : scenario.expectations) {
    if (!expectation.abort_after) continue;
    spec::Expectation begun = expectation;
    std::optional<Offset> began;
    begun.during.clear();
    for (const PhaseRecord& phase : partial.phases) {
      const auto& during = expectation.during;
      const bool meant =
          during.empty() || std::find(during.begin(), during.end(), phase.name) != during.end();
      if (!meant || !phase.reached) continue;
      if (!began) began = phase.start;
      begun.during.push_back(phase.name);
    }
    if (!began || now - *began < *expectation.abort_after) continue;
    Judgement judgement = judge_one(scenario, begun, partial);
    if (judgement.verdict() == Verdict::fail) return judgement;
  }
  return std::nullopt;
}

}  // namespace firedrill
