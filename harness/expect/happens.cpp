// Whether what must come by itself did: often enough, in time, so many times.
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/occurrences.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace firedrill {
namespace {

/// A stretch without a gap between its phases.
struct Covered {
  Offset from{0};
  Offset to{0};
};

std::vector<Covered> covered_by(const Window& window, const RunResult& result) {
  std::vector<Covered> stretches;
  for (const PhaseRecord& phase : result.phases) {
    if (!phase.reached || !window.contains(result, phase.start)) continue;
    if (!stretches.empty() && stretches.back().to == phase.start) {
      stretches.back().to = phase.end;
    } else {
      stretches.push_back({phase.start, phase.end});
    }
  }
  return stretches;
}

/// A time without any, of which nobody knows the exact ends.
struct Quiet {
  Offset from{0};        ///< The latest that it began.
  Duration at_least{0};  ///< May be negative: nothing is sure.
  Duration at_most{0};
};

class HappensJudge {
 public:
  HappensJudge(const spec::HappensExpectation& happens, const ObservedCase& observed,
               const Occurrences& occurrences)
      : happens_{happens}, observed_{observed}, occurrences_{occurrences} {}

  [[nodiscard]] Finding every(Duration longest) const {
    Finding finding = finding_for("at least every " + to_text(longest));
    std::optional<Quiet> sure;
    std::optional<Quiet> in_doubt;
    Duration worst{0};
    for (const Covered& stretch : covered_by(observed_.window, observed_.result)) {
      for (const Quiet& silence : silences_in(stretch)) {
        worst = std::max(worst, silence.at_most);
        if (silence.at_least > longest && !sure) sure = silence;
        if (silence.at_most > longest && !in_doubt) in_doubt = silence;
      }
    }
    finding.observed += ", the longest silence " + to_text(worst);
    if (sure) {
      const bool seen = !is_asleep(sure->from, sure->from + sure->at_least);
      return missed(std::move(finding), seen,
                    "none came for " + to_text(sure->at_least) + " from " + when_text(sure->from));
    }
    if (in_doubt) {
      make_inconclusive(finding, "from " + when_text(in_doubt->from) +
                                     " on its source was not read often enough to tell");
      return finding;
    }
    return passed(std::move(finding));
  }

  [[nodiscard]] Finding by(Duration latest) const {
    Finding finding = finding_for("by " + to_text(latest));
    const Offset from = observed_.window.from;
    const Offset deadline = from + latest;
    const Occurrence* const first = first_from(from);
    if (first != nullptr && first->latest <= deadline) {
      finding.observed += ", the first by " + when_text(first->latest);
      return passed(std::move(finding));
    }
    const bool later = first != nullptr && first->earliest > deadline;
    const bool never = first == nullptr && known_until(observed_.window.to) >= deadline;
    if (later || never) {
      const std::string why =
          later ? "the first came at " + when_text(first->earliest) : "none came";
      return missed(std::move(finding), !is_asleep(from, deadline), why);
    }
    make_inconclusive(finding, observed_.window.cut_short.empty()
                                   ? "its source was not read at the time when it was due"
                                   : observed_.window.cut_short);
    return finding;
  }

  [[nodiscard]] Finding times(const spec::NumberBound& bound) const {
    Finding finding = finding_for(number_bound_text(bound) + " times");
    const auto [low, high] = count();
    const double most =
        occurrences_.lost > 0 ? std::numeric_limits<double>::infinity() : static_cast<double>(high);
    finding.verdict = decide(static_cast<double>(low), most, bound.comparison, bound.value);
    if (finding.verdict == Verdict::pass) return passed(std::move(finding));
    if (finding.verdict == Verdict::inconclusive) {
      make_inconclusive(finding, "some may have come in the window or beside it");
      return finding;
    }
    const bool more_could_come =
        !observed_.window.cut_short.empty() && static_cast<double>(low) < bound.value;
    if (more_could_come) {
      make_inconclusive(finding, observed_.window.cut_short);
      return finding;
    }
    const bool seen = low > 0 || !is_asleep(observed_.window.from, observed_.window.to);
    return missed(std::move(finding), seen, "it came " + counted(low, "time"));
  }

 private:
  [[nodiscard]] Finding finding_for(std::string required) const {
    Finding finding = finding_on(observed_.window, what_happens(happens_), std::move(required));
    const auto [low, high] = count();
    finding.samples = high;
    finding.observed =
        low == high ? counted(low, "time") : std::to_string(low) + " to " + counted(high, "time");
    return finding;
  }

  /// Surely in the window, and perhaps.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> count() const {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    for (const Covered& stretch : covered_by(observed_.window, observed_.result)) {
      for (const Occurrence& one : occurrences_.all) {
        if (one.latest < stretch.from || one.earliest >= stretch.to) continue;
        const bool inside = one.earliest >= stretch.from && one.latest < stretch.to;
        if (inside) low += one.count;
        high += one.count;
      }
    }
    return {low, high};
  }

  [[nodiscard]] const Occurrence* first_from(Offset from) const {
    for (const Occurrence& one : occurrences_.all) {
      if (one.latest >= from && one.earliest < observed_.window.to) return &one;
    }
    return nullptr;
  }

  /// Until when it is known that nothing more came.
  [[nodiscard]] Offset known_until(Offset end) const {
    // Of a log a line is there when it comes; a counter is known up to the last scrape.
    const bool scraped = happens_.source == spec::HappensExpectation::Source::metric;
    if (!scraped) return end;
    Offset last{0};
    for (const Offset at : occurrences_.awake) {
      if (at <= end) last = at;
    }
    return last;
  }

  [[nodiscard]] std::vector<Quiet> silences_in(const Covered& stretch) const {
    std::vector<Quiet> silences;
    Occurrence last{stretch.from, stretch.from, 0};
    for (const Occurrence& one : occurrences_.all) {
      if (one.latest < stretch.from || one.earliest >= stretch.to) continue;
      const Offset earliest = std::max(one.earliest, stretch.from);
      silences.push_back({last.latest, earliest - last.latest, one.latest - last.earliest});
      last = {earliest, one.latest, one.count};
    }
    const Offset known = std::min(known_until(stretch.to), stretch.to);
    if (last.latest < stretch.to) {
      silences.push_back({last.latest, known - last.latest, stretch.to - last.earliest});
    }
    return silences;
  }

  /// Whether the source itself said nothing in between: then silence proves nothing.
  [[nodiscard]] bool is_asleep(Offset from, Offset to) const {
    if (occurrences_.always_there) return false;
    return std::none_of(occurrences_.awake.begin(), occurrences_.awake.end(),
                        [&](Offset at) { return at > from && at + occurrences_.awake_for <= to; });
  }

  [[nodiscard]] Finding missed(Finding finding, bool source_seen, std::string why) const {
    if (!source_seen) {
      make_inconclusive(finding, "its source itself was silent: " + why);
    } else if (occurrences_.lost > 0) {
      make_inconclusive(finding, counted(occurrences_.lost, "time") +
                                     " beyond the bound were counted, but not when they came");
    } else {
      finding.verdict = Verdict::fail;
      finding.why = std::move(why);
      show_last(finding);
    }
    return finding;
  }

  [[nodiscard]] Finding passed(Finding finding) const {
    finding.verdict = Verdict::pass;
    if (!observed_.window.cut_short.empty()) {
      make_inconclusive(finding, observed_.window.cut_short);
    }
    return finding;
  }

  /// The last ones that came.
  void show_last(Finding& finding) const {
    const std::size_t all = occurrences_.all.size();
    for (std::size_t i = all - std::min(all, kEvidenceMax); i < all; ++i) {
      add_evidence(finding, "it came at " + when_text(occurrences_.all[i].latest));
    }
  }

  const spec::HappensExpectation& happens_;
  const ObservedCase& observed_;
  const Occurrences& occurrences_;
};

}  // namespace

std::vector<Finding> judge_observed(const spec::HappensExpectation& happens,
                                    const ObservedCase& observed) {
  const Occurrences occurrences = occurrences_of(happens, observed);
  const std::string& unreached = observed.window.not_reached;
  if (!unreached.empty() || !occurrences.missing.empty()) {
    Finding finding = finding_on(observed.window, what_happens(happens), "happens");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, unreached.empty() ? occurrences.missing : unreached);
    return {finding};
  }
  const HappensJudge judge{happens, observed, occurrences};
  std::vector<Finding> findings;
  if (happens.every) findings.push_back(judge.every(*happens.every));
  if (happens.by) findings.push_back(judge.by(*happens.by));
  if (happens.times) findings.push_back(judge.times(*happens.times));
  return findings;
}

}  // namespace firedrill
