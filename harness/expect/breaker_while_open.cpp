#include "harness/expect/breaker.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/slo.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Fewer calls than this that were to be expected prove nothing by their absence.
constexpr double kExpectedCallsMin = 10;
/// Requests due this short a time before a trial may be the trial.
constexpr Duration kBeforeTrial = std::chrono::milliseconds{20};

/// Nothing was open in the window: the same cause, in the same words, as the finding on the
/// opening.
void explain_no_open_time(Finding& finding, const BreakerCase& breaker) {
  finding.observed = "never opened";
  make_inconclusive(finding, "the breaker never opened, so there is no time to judge");
  for (const FaultRecord* fault : faults_in(breaker)) {
    if (fault->hits == 0 || opening_under(breaker, *fault) != nullptr) continue;
    const NeverOpened never = explain_never_opened(breaker, *fault);
    finding.why = never.why;
    finding.verdict = never.verdict;
    if (never.verdict == Verdict::fail) return;
  }
}

}  // namespace

Finding judge_upstream_calls(const BreakerCase& breaker) {
  const std::uint32_t most = *breaker.breaker.while_open->upstream_calls_max;
  Finding finding;
  finding.what = "calls to " + breaker.breaker.mock + " while open";
  finding.required = "<= " + std::to_string(most) + ", trials not counted";
  const std::vector<QuietSpan> spans = quiet_spans(breaker);
  std::uint64_t calls = 0;
  Duration open{0};
  for (const QuietSpan& span : spans) {
    calls += breaker.evidence.calls_in(span.from, span.to);
    open += span.to - span.from;
  }
  const double expected = seconds(open) * breaker.evidence.calls_per_second;
  finding.samples = static_cast<std::uint64_t>(expected);
  if (spans.empty()) {
    explain_no_open_time(finding, breaker);
    return finding;
  }
  finding.observed = counted(calls, "call") + " in " + to_text(open) + " of open time";
  if (calls > most) {
    finding.verdict = Verdict::fail;
    finding.why = counted(calls, "call") + " that " +
                  (calls == 1 ? "was no trial" : "were no trials") + " reached " +
                  breaker.evidence.mock + " while the breaker was open";
  } else if (expected < kExpectedCallsMin) {
    make_inconclusive(finding, "the breaker was open for only " + to_text(open) +
                                   " of this window, too short to show that calls stay away");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_open_slo(const BreakerCase& breaker) {
  const spec::SloExpression& slo = *breaker.breaker.while_open->slo;
  Slice total;
  Duration wall{0};
  const std::vector<QuietSpan> spans = quiet_spans(breaker);
  for (const StreamSeries& series : breaker.result.streams) {
    if (!belongs_to(series.name, slo.stream)) continue;
    for (const QuietSpan& span : spans) {
      total.merge(total_between(series, span.from, span.to - kBeforeTrial));
    }
  }
  for (const QuietSpan& span : spans) wall += span.to - span.from;
  Finding finding = judge_slo_over(slo, total, wall);
  finding.what = "while open: " + finding.what;
  if (spans.empty()) {
    explain_no_open_time(finding, breaker);
    return finding;
  }
  const std::string reason = generator_blame(breaker.result, breaker.window, slo.stream);
  if (!reason.empty()) make_inconclusive(finding, reason);
  return finding;
}

}  // namespace firedrill
