#include "harness/expect/knee.hpp"

#include "harness/expect/finding.hpp"

#include <algorithm>

namespace firedrill {

Finding judge_knee(const spec::KneeExpectation& knee, const Window& window,
                   const RunResult& result) {
  Finding finding;
  finding.what = "knee of " + knee.stream;
  finding.required = ">= " + to_text(knee.at_least);
  finding.window = window.text;
  const auto record = std::find_if(
      result.breakpoints.begin(), result.breakpoints.end(),
      [&](const BreakpointRecord& candidate) { return candidate.stream == knee.stream; });
  if (record == result.breakpoints.end()) {
    make_inconclusive(finding, "the breaking point of " + knee.stream + " was never searched for");
    return finding;
  }
  finding.observed = to_text(*record);
  for (const BreakpointStep& step : record->steps) finding.samples += step.planned;
  if (record->knee && record->knee->per_second >= knee.at_least.per_second) {
    finding.verdict = Verdict::pass;
  } else if (record->broke_at && record->broke_at->per_second <= knee.at_least.per_second) {
    finding.verdict = Verdict::fail;
    finding.why = "it " + finding.observed;
  } else {
    make_inconclusive(finding, to_text(knee.at_least) + " was not tried: it " + finding.observed);
  }
  return finding;
}

}  // namespace firedrill
