#include "harness/expect/slo_time.hpp"

#include "harness/base/assert.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace firedrill {
namespace {

using Aggregate = spec::SloExpression::Aggregate;
using Metric = spec::SloExpression::Metric;

/// A response that was late by more than this share of the bound was not the system's alone.
constexpr double kLatenessShare = 0.1;
constexpr double kNever = std::numeric_limits<double>::infinity();

/// The times of a window and the requests that have none: never sent, or without an event.
struct Times {
  const LatencyHistogram& histogram;
  std::uint64_t unsent = 0;
  std::string_view why_unsent = "were never sent because the system held every slot";

  [[nodiscard]] std::uint64_t count() const { return histogram.count() + unsent; }
  [[nodiscard]] bool never_sent(std::uint64_t rank) const { return rank > histogram.count(); }
};

Times times_of(Metric metric, const Slice& total) {
  switch (metric) {
    case Metric::response:
      if (total.dropped[static_cast<std::size_t>(Drop::not_reached)] == 0) {
        return {total.response, total.dropped_by_system()};
      }
      return {total.response, total.dropped_by_system(), "were never sent because of the system"};
    case Metric::service:
      return {total.service};
    case Metric::send_lag:
      return {total.send_lag};
    case Metric::first_event: {
      const std::uint64_t ended = total.response.count();
      const std::uint64_t begun = total.first_event.count();
      return {total.first_event, ended - std::min(ended, begun), "ended without one event"};
    }
    case Metric::per_event:
      return {total.per_event};
    case Metric::failed:
    case Metric::dropped:
    case Metric::planned:
    case Metric::sent:
    case Metric::status:
      break;
  }
  detail::assert_failed("the metric is a time", __FILE__, __LINE__);
}

std::string time_text(double value) {
  return std::isinf(value) ? "never sent" : to_text(from_seconds(value));
}

/// A threshold on the grid that times are measured on, so that "500 ms" equals 500 ms.
double on_grid(double threshold) { return seconds(from_seconds(threshold)); }

std::string unsent_text(const Times& times) {
  return part_of(times.unsent, times.count()) + " requests " + std::string{times.why_unsent};
}

struct QuantileSeen {
  double value = 0;
  double low = 0;
  double high = 0;
  Verdict verdict = Verdict::inconclusive;
};

/// @pre times.count() > 0
QuantileSeen quantile_of(const Times& times, const spec::SloExpression& slo) {
  const std::uint64_t count = times.count();
  const RankInterval ranks = quantile_ranks(count, slo.quantile);
  const std::uint64_t rank = quantile_rank(count, slo.quantile);
  const LatencyHistogram& histogram = times.histogram;
  QuantileSeen seen;
  seen.value = times.never_sent(rank) ? kNever : seconds(histogram.value_at_rank(rank));
  seen.low = times.never_sent(ranks.low) ? kNever : seconds(histogram.floor_at_rank(ranks.low));
  seen.high = times.never_sent(ranks.high) ? kNever : seconds(histogram.value_at_rank(ranks.high));
  seen.verdict = decide(seen.low, seen.high, slo.comparison, on_grid(slo.threshold));
  return seen;
}

double plain_value(const Times& times, Aggregate aggregate) {
  const LatencyHistogram& histogram = times.histogram;
  if (aggregate == Aggregate::min) {
    return histogram.empty() ? kNever : seconds(histogram.min());
  }
  if (times.unsent > 0) return kNever;
  return seconds(aggregate == Aggregate::mean ? histogram.mean() : histogram.max());
}

Verdict plain_verdict(double value, const spec::SloExpression& slo) {
  return holds(value, slo.comparison, on_grid(slo.threshold)) ? Verdict::pass : Verdict::fail;
}

/// Turns a fail on a response time inconclusive when the generator sent so late that it says little
/// about the system: the time from sending alone keeps the bound.
void excuse_lateness(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const Times service{total.service, times_of(slo.metric, total).unsent};
  if (finding.verdict != Verdict::fail || slo.metric != Metric::response || service.count() == 0) {
    return;
  }
  const bool quantile = slo.aggregate == Aggregate::quantile;
  const Times lags{total.send_lag};
  const double lag =
      quantile ? seconds(total.send_lag.quantile(slo.quantile)) : plain_value(lags, slo.aggregate);
  if (lag <= slo.threshold * kLatenessShare) return;
  const Verdict without = quantile ? quantile_of(service, slo).verdict
                                   : plain_verdict(plain_value(service, slo.aggregate), slo);
  if (without != Verdict::pass) return;
  make_inconclusive(finding, "the generator was late: it sent " + time_text(lag) +
                                 " after the due time by the same measure, and the time from "
                                 "sending alone keeps the bound");
}

void explain_quantile(Finding& finding, const QuantileSeen& seen, const Times& times) {
  if (finding.verdict == Verdict::inconclusive) {
    finding.why = "the bound lies inside the interval (" + finding.interval +
                  "): " + counted(times.count(), "request") + " are too few to tell";
  } else if (finding.verdict == Verdict::fail && std::isinf(seen.value)) {
    finding.why = unsent_text(times);
  } else if (finding.verdict == Verdict::fail) {
    finding.why = "it was " + finding.observed + ", not " + finding.required;
    if (times.unsent > 0) finding.why += "; " + unsent_text(times);
  }
}

void judge_quantile(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const Times times = times_of(slo.metric, total);
  const QuantileSeen seen = quantile_of(times, slo);
  finding.observed = time_text(seen.value);
  const std::uint64_t needed = samples_needed(slo.quantile);
  if (times.count() < needed) {
    return make_inconclusive(finding, "this quantile needs " + counted(needed, "sample") +
                                          " and there were only " + std::to_string(times.count()) +
                                          ": raise the rate or make the phase longer");
  }
  finding.interval = "95 % CI " + time_text(seen.low) + " .. " + time_text(seen.high);
  finding.verdict = seen.verdict;
  explain_quantile(finding, seen, times);
  excuse_lateness(finding, slo, total);
}

void judge_plain(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  const Times times = times_of(slo.metric, total);
  const double value = plain_value(times, slo.aggregate);
  finding.observed = time_text(value);
  finding.verdict = plain_verdict(value, slo);
  if (finding.verdict == Verdict::pass) return;
  finding.why = std::isinf(value) ? unsent_text(times)
                                  : "it was " + finding.observed + ", not " + finding.required;
  excuse_lateness(finding, slo, total);
}

}  // namespace

void judge_time(Finding& finding, const spec::SloExpression& slo, const Slice& total) {
  if (!slo.is_time()) {
    return make_inconclusive(finding,
                             "'" + slo.text + "' asks for a time of something that has none");
  }
  finding.samples = times_of(slo.metric, total).count();
  if (finding.samples == 0) {
    finding.observed = "nothing";
    return make_inconclusive(finding, "no request of this window has such a time");
  }
  if (slo.aggregate == Aggregate::quantile) {
    judge_quantile(finding, slo, total);
  } else {
    judge_plain(finding, slo, total);
  }
}

}  // namespace firedrill
