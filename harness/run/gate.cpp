#include "harness/run/gate.hpp"

#include "harness/expect/judge.hpp"

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

}  // namespace firedrill
