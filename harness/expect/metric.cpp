#include "harness/base/units.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/metric_reading.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/witness_count.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace firedrill {
namespace {

constexpr const char* kWasReset =
    "a counter fell: the system began anew, and what it had counted since the scrape before is "
    "lost";
/// Fewer scrapes than this are no observation.
constexpr std::size_t kScrapesNeeded = 2;

/// The scrapes at the ends of a window: just outside, and just inside.
struct Ends {
  std::uint32_t outer_from = 0;
  std::uint32_t outer_to = 0;
  std::uint32_t inner_from = 0;
  std::uint32_t inner_to = 0;
  std::size_t scrapes = 0;
  bool enough = false;
};

class MetricJudge {
 public:
  MetricJudge(const spec::MetricExpectation& metric, const ObservedCase& observed,
              const SelectedSeries& series)
      : metric_{metric}, observed_{observed}, series_{series} {
    const ProbeRecord& probe = *series.probe;
    for (const std::uint32_t poll :
         polls_in(probe, observed.result, observed.window, observed.window.from)) {
      if (is_readable(probe.polls[poll])) inside_.push_back(poll);
    }
    ends_.scrapes = inside_.size();
    ends_.enough = inside_.size() >= kScrapesNeeded;
    if (!ends_.enough) return;
    ends_.inner_from = inside_.front();
    ends_.inner_to = inside_.back();
    ends_.outer_from = last_poll_before(probe, observed.window.from).value_or(ends_.inner_from);
    ends_.outer_to = first_poll_after(probe, observed.window.to).value_or(ends_.inner_to);
  }

  [[nodiscard]] std::vector<Finding> findings() const {
    std::vector<Finding> out;
    if (metric_.by) out.push_back(by());
    if (metric_.value) out.push_back(value());
    if (metric_.equals) out.push_back(equals());
    for (Finding& finding : out) {
      finding.samples = ends_.scrapes;
      if (ends_.enough) continue;
      finding.observed = counted(ends_.scrapes, "scrape");
      make_inconclusive(finding, counted(ends_.scrapes, "scrape") +
                                     " in this window are too few to tell: " +
                                     std::to_string(kScrapesNeeded) + " are needed");
    }
    return out;
  }

 private:
  [[nodiscard]] Finding by() const {
    Finding finding = finding_on(observed_.window, metric_.selector + " grows",
                                 "by " + number_bound_text(*metric_.by));
    if (!ends_.enough) return finding;
    const double inner = series_.growth(ends_.inner_from, ends_.inner_to);
    const double outer = series_.growth(ends_.outer_from, ends_.outer_to);
    if (!std::isfinite(inner) || !std::isfinite(outer)) {
      finding.observed = "no number";
      make_inconclusive(finding, "it was not a number at an end of the window");
      return finding;
    }
    const bool was_reset = series_.was_reset(ends_.outer_from, ends_.outer_to);
    const double low = std::min(inner, outer);
    const double high =
        was_reset ? std::numeric_limits<double>::infinity() : std::max(inner, outer);
    finding.observed =
        low == high ? number_text(low)
                    : number_text(low) + (was_reset ? " or more" : " .. " + number_text(high));
    finding.verdict = decide(low, high, metric_.by->comparison, metric_.by->value);
    if (finding.verdict == Verdict::fail) {
      finding.why = "it grew by " + finding.observed + ", not " + number_bound_text(*metric_.by);
      show_ends(finding);
    } else if (finding.verdict == Verdict::inconclusive) {
      finding.why = was_reset ? kWasReset
                              : "the scrapes around the ends of the window leave it open: " +
                                    finding.observed;
    }
    return finding;
  }

  void show_ends(Finding& finding) const {
    for (const std::uint32_t poll : {ends_.outer_from, ends_.outer_to}) {
      const auto sum = series_.sum_at(poll);
      add_evidence(finding, when_text(series_.probe->polls[poll].at) + " " + metric_.selector +
                                " = " + (sum ? number_text(*sum) : "nothing"));
    }
  }

  [[nodiscard]] Finding value() const {
    Finding finding = finding_on(observed_.window, metric_.selector,
                                 "always " + number_bound_text(*metric_.value));
    if (!ends_.enough) return finding;
    std::size_t wrong = 0;
    std::optional<double> low;
    std::optional<double> high;
    for (const std::uint32_t poll : inside_) {
      const auto sum = series_.sum_at(poll);
      if (!sum) continue;
      low = std::min(low.value_or(*sum), *sum);
      high = std::max(high.value_or(*sum), *sum);
      if (holds(*sum, metric_.value->comparison, metric_.value->value)) continue;
      ++wrong;
      add_evidence(finding, when_text(series_.probe->polls[poll].at) + " " + metric_.selector +
                                " = " + number_text(*sum));
    }
    if (!low) {
      finding.observed = "nothing";
      make_inconclusive(finding, "the series was in no scrape of this window");
      return finding;
    }
    finding.observed = number_text(*low) + " .. " + number_text(*high);
    finding.verdict = wrong == 0 ? Verdict::pass : Verdict::fail;
    if (wrong > 0) {
      finding.why = "it was otherwise in " + part_of(wrong, inside_.size()) + " scrapes, first " +
                    finding.evidence.front();
    }
    return finding;
  }

  [[nodiscard]] Finding equals() const {
    const auto& wanted = *metric_.equals;
    Finding finding =
        finding_on(observed_.window, metric_.selector + " is what we counted",
                   "grows by the number of " + witness_text(wanted) +
                       (wanted.tolerance > 0 ? " ± " + to_text(Ratio{wanted.tolerance}) : ""));
    if (!ends_.enough) return finding;
    const auto& polls = series_.probe->polls;
    const Poll& from = polls[ends_.outer_from];
    const Poll& to = polls[ends_.outer_to];
    const WitnessCount count =
        count_witness(wanted, observed_, {from.asked, from.at, to.asked, to.at});
    const double grown = series_.growth(ends_.outer_from, ends_.outer_to);
    finding.observed = "grew by " + number_text(grown) + ", counted " + range_text(count);
    if (!count.missing.empty()) {
      make_inconclusive(finding, count.missing);
      return finding;
    }
    compare(finding, grown, count);
    return finding;
  }

  static std::string range_text(const WitnessCount& count) {
    if (count.least == count.most) return std::to_string(count.least);
    return std::to_string(count.least) + " .. " + std::to_string(count.most);
  }

  void compare(Finding& finding, double grown, const WitnessCount& count) const {
    const double tolerance = metric_.equals->tolerance;
    const double low = static_cast<double>(count.least) * (1 - tolerance);
    const double high = static_cast<double>(count.most) * (1 + tolerance);
    // Ends that may be counted or not must not be more than what there is to compare.
    const bool blurred = count.most - count.least > std::max<std::uint64_t>(5, count.most / 5);
    const bool was_reset = series_.was_reset(ends_.outer_from, ends_.outer_to);
    if (!std::isfinite(grown) || (was_reset && grown < low)) {
      make_inconclusive(finding, was_reset ? kWasReset : "it was not a number at an end");
    } else if (grown < low || grown > high) {
      finding.verdict = Verdict::fail;
      finding.why = metric_.selector + " says " + number_text(grown) + ", but there were " +
                    range_text(count) + " " + witness_text(*metric_.equals);
      show_ends(finding);
    } else if (count.most == 0) {
      make_inconclusive(finding, "there was nothing to count: 0 " + witness_text(*metric_.equals));
    } else if (blurred) {
      make_inconclusive(finding, "between the scrapes lie " + range_text(count) + " " +
                                     witness_text(*metric_.equals) +
                                     ": judge it over the whole drill, or ask more often");
    } else {
      finding.verdict = Verdict::pass;
    }
  }

  const spec::MetricExpectation& metric_;
  const ObservedCase& observed_;
  const SelectedSeries& series_;
  std::vector<std::uint32_t> inside_;  // scrapes in the window that can be read
  Ends ends_;
};

}  // namespace

std::vector<Finding> judge_observed(const spec::MetricExpectation& metric,
                                    const ObservedCase& observed) {
  std::string reason = observed.window.not_reached;
  const SelectedSeries series = select_series(observed.result, metric.selector);
  if (reason.empty()) reason = series.missing;
  if (!reason.empty()) {
    Finding finding = finding_on(observed.window, metric.selector, "is as expected");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return {finding};
  }
  std::vector<Finding> findings = MetricJudge{metric, observed, series}.findings();
  for (Finding& finding : findings) {
    const bool decided = finding.verdict != Verdict::inconclusive;
    if (decided && !observed.window.cut_short.empty()) {
      make_inconclusive(finding, observed.window.cut_short);
    }
  }
  return findings;
}

}  // namespace firedrill
