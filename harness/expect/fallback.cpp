#include "harness/expect/fallback.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/units.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/match.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// From when on answers count, or why that cannot be said.
struct Start {
  Offset at{0};
  std::string missing;
};

Start start_of(const spec::FallbackExpectation& fallback, const Window& window,
               const BreakerEvidence* evidence) {
  if (fallback.from == spec::FallbackExpectation::From::phase_start) return {window.from, ""};
  FD_ASSERT(evidence != nullptr);
  if (!evidence->unusable.empty()) return {window.from, evidence->unusable};
  if (evidence->timeline.open_at(window.from)) return {window.from, ""};
  const auto opened = evidence->timeline.first_open_between(window.from, window.to);
  if (opened) return {*opened, ""};
  return {window.from, "the breaker of " + evidence->mock +
                           " never opened in this window, so there is no time to judge"};
}

/// The slices of the window that begin at `start` or later.
Slice counted_from(const StreamSeries& series, const Window& window, Offset start) {
  Slice total;
  total.matched.resize(series.watches.size());
  for (const Slice& slice : series.slices) {
    const bool inside =
        std::find(window.phases.begin(), window.phases.end(), slice.phase) != window.phases.end();
    if (inside && slice.start >= start) total.merge(slice);
  }
  return total;
}

void judge_counts(Finding& finding, const spec::FallbackExpectation& fallback,
                  std::uint64_t matched, std::uint64_t due) {
  finding.samples = due;
  finding.observed = share_text(matched, due);
  if (due == 0) {
    return make_inconclusive(finding,
                             "no request of " + fallback.stream + " was due in the time to judge");
  }
  if (matched > due) {
    return make_inconclusive(finding, "the books do not balance: " + part_of(matched, due) +
                                          " answers; this is a bug of firedrill");
  }
  const ShareDecision decision = decide_share(matched, due, fallback.comparison, fallback.share);
  finding.verdict = decision.verdict;
  if (!decision.exact) {
    finding.interval = "95 % CI " + to_text(Ratio{decision.interval.low}) + " .. " +
                       to_text(Ratio{decision.interval.high});
  }
  if (decision.verdict == Verdict::fail) {
    finding.why = "the fallback answered " + finding.observed + " of the requests, not " +
                  share_bound_text(fallback.comparison, fallback.share);
  } else if (decision.verdict == Verdict::inconclusive) {
    finding.why = "the bound lies inside the interval (" + finding.interval +
                  "): " + counted(due, "request") + " are too few to tell";
  }
}

/// Requests that have not ended may still be answered with the fallback, or not.
void look_at_the_rest(Finding& finding, const spec::FallbackExpectation& fallback,
                      std::uint64_t matched, std::uint64_t due, std::uint64_t open) {
  if (open == 0 || finding.verdict == Verdict::inconclusive) return;
  const std::uint64_t most = std::min(due, matched + open);
  if (decide_share(most, due, fallback.comparison, fallback.share).verdict == finding.verdict) {
    return;
  }
  make_inconclusive(finding, counted(open, "request") +
                                 " had not ended when this was judged, enough to change it");
}

}  // namespace

Finding judge_fallback(const spec::FallbackExpectation& fallback, std::string_view name,
                       const Window& window, const RunResult& result,
                       const BreakerEvidence* evidence) {
  Finding finding;
  finding.what = "fallback of " + fallback.stream;
  finding.required = share_bound_text(fallback.comparison, fallback.share) +
                     " of the requests due are answered with " + describe(fallback.when);
  finding.window = window.text;
  finding.observed = "nothing that counts";
  std::string reason = unusable(result, window, fallback.stream);
  const Start start = reason.empty() ? start_of(fallback, window, evidence) : Start{};
  if (reason.empty()) reason = start.missing;
  if (!reason.empty()) {
    make_inconclusive(finding, reason);
    return finding;
  }
  if (start.at > window.from) {
    finding.window += ", from the opening of the breaker at " + to_text(start.at);
  }
  const StreamSeries& series = *find_stream(result, fallback.stream);
  const auto watch = std::find(series.watches.begin(), series.watches.end(), name);
  if (watch == series.watches.end()) {
    make_inconclusive(finding,
                      "nobody counted the answers of this expectation; this is a bug of "
                      "firedrill");
    return finding;
  }
  const Slice total = counted_from(series, window, start.at);
  const std::uint64_t due = accountable(total);
  const std::uint64_t lost = std::min(due, total.dropped_by_generator());
  const auto index = static_cast<std::size_t>(watch - series.watches.begin());
  const std::uint64_t matched = total.matched[index];
  judge_counts(finding, fallback, matched, due - lost);
  look_at_the_rest(finding, fallback, matched, due - lost, under_way(total));
  const bool decided = finding.verdict != Verdict::inconclusive;
  if (decided && !window.cut_short.empty()) make_inconclusive(finding, window.cut_short);
  return finding;
}

}  // namespace firedrill
