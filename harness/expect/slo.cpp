#include "harness/expect/slo.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/units.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/slo_time.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

using Aggregate = spec::SloExpression::Aggregate;
using Metric = spec::SloExpression::Metric;

std::uint64_t count_of(const spec::SloExpression& slo, const Slice& total) {
  switch (slo.metric) {
    case Metric::response:
      return total.response.count();
    case Metric::service:
      return total.service.count();
    case Metric::send_lag:
      return total.send_lag.count();
    case Metric::first_event:
      return total.first_event.count();
    case Metric::per_event:
      return total.per_event.count();
    case Metric::failed:
      return total.failed();
    case Metric::dropped:
      return total.dropped_total();
    case Metric::planned:
      return total.planned;
    case Metric::sent:
      return total.sent;
    case Metric::status:
      break;
  }
  std::uint64_t answers = 0;
  for (const auto& [status, count] : total.status) {
    if (slo.status.contains(status)) answers += count;
  }
  return answers;
}

/// What a share of the metric is taken of.
std::uint64_t whole_of(const spec::SloExpression& slo, const Slice& total) {
  const bool of_all =
      slo.metric == Metric::dropped || slo.metric == Metric::sent || slo.metric == Metric::planned;
  return of_all ? total.planned : accountable(total);
}

std::string interval_text(const ShareInterval& interval) {
  return "95 % CI " + to_text(Ratio{interval.low}) + " .. " + to_text(Ratio{interval.high});
}

void judge_share(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const std::uint64_t hits = count_of(slo, total);
  const std::uint64_t whole = whole_of(slo, total);
  finding.samples = whole;
  finding.observed = share_text(hits, whole);
  if (whole == 0) return make_inconclusive(finding, "no request was due in this window");
  if (hits > whole) {
    return make_inconclusive(finding, "the books do not balance: " + part_of(hits, whole) +
                                          " requests; this is a bug of firedrill");
  }
  const ShareDecision decision = decide_share(hits, whole, slo.comparison, slo.threshold);
  finding.verdict = decision.verdict;
  if (!decision.exact) finding.interval = interval_text(decision.interval);
  if (decision.verdict == Verdict::fail) {
    finding.why = "it was " + finding.observed + ", not " + finding.required;
  } else if (decision.verdict == Verdict::inconclusive) {
    finding.why = "the bound lies inside the interval (" + finding.interval +
                  "): " + counted(whole, "request") + " are too few to tell";
  }
}

/// How many requests were done well within a limit. A failed one is not, but whether it was quick
/// is not known; nor is the histogram sharp to the last bit.
struct InTime {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

InTime in_time(const Slice& total, Duration limit) {
  const std::uint64_t unsent = total.dropped[static_cast<std::size_t>(Drop::in_flight_limit)];
  const std::uint64_t bad = total.failed() - unsent;
  // A bucket is less than one part in a thousand wide.
  const std::uint64_t sure = total.response.count_at_or_below(limit - limit / 1000);
  const std::uint64_t quick = total.response.count_at_or_below(limit);
  const std::uint64_t slow = total.response.count() - quick;
  return {sure - std::min(sure, bad), quick - std::min(quick, bad - std::min(bad, slow))};
}

void explain_bound(Finding& finding, std::uint64_t whole) {
  if (finding.verdict == Verdict::fail) {
    finding.why = "it was " + finding.observed + ", not " + finding.required;
  } else if (finding.verdict == Verdict::inconclusive) {
    finding.why = "the bound lies inside the interval (" + finding.interval +
                  "): " + counted(whole, "request") + " are too few to tell";
  }
}

/// Exact and additive, where percentiles are neither.
void judge_within(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const std::uint64_t whole = accountable(total);
  finding.samples = whole;
  if (whole == 0) return make_inconclusive(finding, "no request was due in this window");
  const InTime hits = in_time(total, slo.limit);
  finding.observed = share_text(std::min(whole, hits.most), whole);
  const ShareDecision best =
      decide_share(std::min(whole, hits.most), whole, slo.comparison, slo.threshold);
  const ShareDecision worst =
      decide_share(std::min(whole, hits.least), whole, slo.comparison, slo.threshold);
  if (!best.exact) finding.interval = interval_text(best.interval);
  finding.verdict = best.verdict;
  explain_bound(finding, whole);
  if (worst.verdict != best.verdict) {
    make_inconclusive(finding, "it may be as low as " +
                                   share_text(std::min(whole, hits.least), whole) +
                                   ": requests that failed may have been quick");
  }
}

/// Apdex (Application Performance Index, version 1.1): satisfied requests count 1, tolerating ones
/// 1/2, all others nothing. Smaller groups than this it wants marked.
constexpr std::uint64_t kApdexGroup = 100;

struct Apdex {
  double score = 0;
  double half_width =
      0;  ///< Of the 95 % interval of a mean of 0, 1/2 and 1, normally approximated.
};

Apdex apdex_of(std::uint64_t satisfied, std::uint64_t bearable, std::uint64_t whole) {
  const auto n = static_cast<double>(whole);
  const auto tolerating = static_cast<double>(bearable - std::min(bearable, satisfied));
  const double score = (static_cast<double>(satisfied) + tolerating / 2) / n;
  const double squares = (static_cast<double>(satisfied) + tolerating / 4) / n;
  constexpr double z95 = 1.96;
  return {score, z95 * std::sqrt(std::max(0.0, squares - score * score) / n)};
}

void judge_apdex(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const std::uint64_t whole = accountable(total);
  finding.samples = whole;
  if (whole < kApdexGroup) {
    finding.observed = counted(whole, "request");
    return make_inconclusive(finding, counted(whole, "request") + " are too few for an Apdex: " +
                                          std::to_string(kApdexGroup) + " are needed");
  }
  const InTime soon = in_time(total, slo.limit);
  const InTime late = in_time(total, 4 * slo.limit);
  const Apdex best = apdex_of(soon.most, late.most, whole);
  const Apdex worst = apdex_of(soon.least, late.least, whole);
  const double low = std::max(0.0, worst.score - worst.half_width);
  const double high = std::min(1.0, best.score + best.half_width);
  finding.observed = number_text(best.score) + " (" + std::to_string(soon.most) + " satisfied, " +
                     std::to_string(late.most - std::min(late.most, soon.most)) +
                     " tolerating of " + std::to_string(whole) + ")";
  finding.interval = "95 % CI " + number_text(low) + " .. " + number_text(high);
  finding.verdict = decide(low, high, slo.comparison, slo.threshold);
  explain_bound(finding, whole);
}

void judge_number(Finding& finding, const spec::SloExpression& slo, const Slice& total,
                  double value) {
  finding.samples = total.planned;
  if (total.planned == 0) {
    return make_inconclusive(finding, "no request was due in this window");
  }
  const bool as_demanded = holds(value, slo.comparison, slo.threshold);
  finding.verdict = as_demanded ? Verdict::pass : Verdict::fail;
  if (!as_demanded) finding.why = "it was " + finding.observed + ", not " + finding.required;
}

void judge_count(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const std::uint64_t count = count_of(slo, total);
  finding.observed = std::to_string(count);
  judge_number(finding, slo, total, static_cast<double>(count));
}

void judge_per_second(Finding& finding, const spec::SloExpression& slo, const Slice& total,
                      Duration wall) {
  if (wall <= Duration{0}) return make_inconclusive(finding, "the window has no length");
  // Throughput is what went out in this time, whenever it was due.
  const std::uint64_t count = slo.metric == Metric::sent ? total.sent_here : count_of(slo, total);
  const double value = static_cast<double>(count) / seconds(wall);
  finding.observed =
      to_text(Rate{value}) + " (" + std::to_string(count) + " in " + to_text(wall) + ")";
  judge_number(finding, slo, total, value);
}

/// A fail that nothing that was still to come could have turned into a pass.
bool fails_for_certain(const spec::SloExpression& slo, const Slice& total) {
  using spec::Comparison;
  const bool upper = slo.comparison == Comparison::less || slo.comparison == Comparison::less_equal;
  const bool lower =
      slo.comparison == Comparison::greater || slo.comparison == Comparison::greater_equal;
  const auto count = static_cast<double>(count_of(slo, total));
  switch (slo.aggregate) {
    case Aggregate::count:
      return upper || (slo.comparison == Comparison::equal && count > slo.threshold);
    case Aggregate::max:
      return upper;
    case Aggregate::min:
      return lower;
    case Aggregate::share: {
      const bool none = slo.threshold <= 0 && (upper || slo.comparison == Comparison::equal);
      const bool all = slo.threshold >= 1 && (lower || slo.comparison == Comparison::equal);
      return none || all;
    }
    case Aggregate::quantile:
    case Aggregate::mean:
    case Aggregate::per_second:
    case Aggregate::within:
    case Aggregate::apdex:
      return false;
  }
  detail::assert_failed("an aggregate", __FILE__, __LINE__);
}

Finding judge_as_is(const spec::SloExpression& slo, const Slice& total, Duration wall) {
  Finding finding;
  finding.what = slo.text;
  finding.required = bound_text(slo);
  switch (slo.aggregate) {
    case Aggregate::quantile:
    case Aggregate::mean:
    case Aggregate::min:
    case Aggregate::max:
      judge_time(finding, slo, total);
      break;
    case Aggregate::share:
      judge_share(finding, slo, total);
      break;
    case Aggregate::count:
      judge_count(finding, slo, total);
      break;
    case Aggregate::per_second:
      judge_per_second(finding, slo, total, wall);
      break;
    case Aggregate::within:
      judge_within(finding, slo, total);
      break;
    case Aggregate::apdex:
      judge_apdex(finding, slo, total);
      break;
  }
  return finding;
}

/// The same window, if everything under way were to end in the other way than not at all.
Slice with_the_rest(const spec::SloExpression& slo, const Slice& total) {
  Slice all = total;
  if (slo.metric == Metric::status) {
    all.status[slo.status.first] += under_way(total);
  } else if (slo.metric == Metric::service) {
    all.service.record(LatencyHistogram::kHighest, under_way(total));
  } else {
    all.dropped[static_cast<std::size_t>(Drop::in_flight_limit)] += under_way(total);
  }
  return all;
}

bool depends_on_endings(const spec::SloExpression& slo) {
  return slo.metric == Metric::response || slo.metric == Metric::service ||
         slo.metric == Metric::first_event || slo.metric == Metric::failed ||
         slo.metric == Metric::status;
}

}  // namespace

Finding judge_slo_over(const spec::SloExpression& slo, const Slice& total, Duration wall) {
  Finding finding = judge_as_is(slo, total, wall);
  const std::uint64_t open = under_way(total);
  if (open == 0 || !depends_on_endings(slo)) return finding;
  // A system that hangs must not look healthy because its requests have not failed yet.
  if (judge_as_is(slo, with_the_rest(slo, total), wall).verdict != finding.verdict) {
    make_inconclusive(finding, counted(open, "request") +
                                   " had not ended when this was judged, enough to change it");
  }
  return finding;
}

Finding judge_slo(const spec::SloExpression& slo, const Window& window, const RunResult& result) {
  const Slice total = traffic_in(result, window, slo.stream);
  Finding finding = judge_slo_over(slo, total, window.length);
  finding.window = window.text;
  const std::string reason = unusable(result, window, slo.stream);
  if (!reason.empty()) {
    make_inconclusive(finding, reason);
  } else if (!window.cut_short.empty() && finding.verdict != Verdict::inconclusive &&
             !(finding.verdict == Verdict::fail && fails_for_certain(slo, total))) {
    make_inconclusive(finding, window.cut_short);
  }
  return finding;
}

}  // namespace firedrill
