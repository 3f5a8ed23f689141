#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/slo.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <optional>

namespace firedrill {
namespace {

/// The objective over [from, to): of one stream, or of all for "".
Finding judge_between(const spec::SloExpression& slo, const RunResult& result, Offset from,
                      Offset to) {
  Slice total;
  for (const StreamSeries& series : result.streams) {
    if (belongs_to(series.name, slo.stream)) total.merge(total_between(series, from, to));
  }
  return judge_slo_over(slo, total, to - from);
}

/// Where stretches may begin: the slices of the first stream that matters, from the healing on.
std::vector<Offset> starts_of(const RunResult& result, Offset from, Offset last) {
  std::vector<Offset> starts;
  if (result.streams.empty()) return starts;
  for (const Slice& slice : result.streams.front().slices) {
    if (slice.start >= from && slice.start <= last) starts.push_back(slice.start);
  }
  return starts;
}

struct Search {
  std::optional<Offset> back;  ///< Start of the first stretch in which all objectives hold.
  std::optional<Offset>
      last_broken;         ///< Start of the last stretch before it that surely broke one.
  bool all_broken = true;  ///< Every stretch that could have been in time broke one.
  Finding breach;          ///< What was broken last.
  std::string doubt;       ///< Why a stretch could not be judged.
};

Search search(const spec::RecoveryExpectation& recovery, const RunResult& result,
              const std::vector<Offset>& starts, Offset latest) {
  Search out;
  for (const Offset start : starts) {
    Verdict all = Verdict::pass;
    for (const spec::SloExpression& slo : recovery.slo) {
      Finding finding = judge_between(slo, result, start, start + recovery.stays);
      if (finding.verdict == Verdict::fail) {
        all = Verdict::fail;
        out.breach = std::move(finding);
        break;
      }
      if (finding.verdict == Verdict::inconclusive) {
        all = Verdict::inconclusive;
        out.doubt = finding.why;
      }
    }
    if (all == Verdict::pass) {
      out.back = start;
      return out;
    }
    if (all == Verdict::fail) out.last_broken = start;
    if (start <= latest && all == Verdict::inconclusive) out.all_broken = false;
  }
  return out;
}

std::string objectives(const spec::RecoveryExpectation& recovery) {
  std::string text;
  for (const spec::SloExpression& slo : recovery.slo) {
    text += (text.empty() ? "" : " and ") + slo.text;
  }
  return text;
}

void judge_search(Finding& finding, const spec::RecoveryExpectation& recovery, const Search& found,
                  Offset healed, bool watched_enough) {
  if (found.back && *found.back - healed <= recovery.within) {
    finding.observed = "back " + to_text(*found.back - healed) + " after the healing";
    finding.verdict = Verdict::pass;
    return;
  }
  finding.observed =
      found.back ? "back " + to_text(*found.back - healed) + " after the healing" : "not back";
  if (found.all_broken && found.last_broken && watched_enough) {
    finding.verdict = Verdict::fail;
    finding.why = (found.back ? "it was back only " + to_text(*found.back - healed)
                              : "it was still not back " + to_text(*found.last_broken - healed)) +
                  " after the healing: " + found.breach.what + " was " + found.breach.observed;
    return;
  }
  make_inconclusive(finding, watched_enough
                                 ? "some stretches could not be judged: " + found.doubt
                                 : "the window ended before " + to_text(recovery.within) +
                                       " and the stretch of " + to_text(recovery.stays) +
                                       " were over");
}

}  // namespace

std::vector<Finding> judge_observed(const spec::RecoveryExpectation& recovery,
                                    const ObservedCase& observed) {
  const Window& window = observed.window;
  Finding finding = finding_on(window, "recovery: " + objectives(recovery),
                               "holds for " + to_text(recovery.stays) + ", from at most " +
                                   to_text(recovery.within) + " after the healing");
  finding.observed = "nothing that counts";
  std::string reason = window.not_reached;
  for (const spec::SloExpression& slo : recovery.slo) {
    if (reason.empty()) reason = unusable(observed.result, window, slo.stream);
  }
  const auto healed = last_healing(observed.result, window);
  if (reason.empty() && !healed) reason = "nothing was healed by the end of this window";
  if (reason.empty()) {
    const Offset until = std::min(window.to, *healed + recovery.within + recovery.stays);
    reason = still_broken(observed.result, *healed, until);
  }
  if (reason.empty() && window.from - *healed > recovery.within) {
    reason = "this window begins " + to_text(window.from - *healed) +
             " after the healing, when it should have recovered already";
  }
  if (!reason.empty()) {
    make_inconclusive(finding, reason);
    return {finding};
  }
  const Offset from = std::max(*healed, window.from);
  const auto starts = starts_of(observed.result, from, window.to - recovery.stays);
  const Search found = search(recovery, observed.result, starts, *healed + recovery.within);
  finding.samples = starts.size();
  const bool watched_enough =
      !starts.empty() && window.to - *healed >= recovery.within + recovery.stays;
  judge_search(finding, recovery, found, *healed, watched_enough);
  return {finding};
}

}  // namespace firedrill
