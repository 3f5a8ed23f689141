#pragma once

#include "harness/alerts/model/cloudwatch.hpp"
#include "harness/alerts/model/play.hpp"
#include "harness/alerts/model/promql.hpp"
#include "harness/metrics/alert_record.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace firedrill::alerts {

/// When a metric has a datapoint at all, which decides what the rule for missing data does.
enum class Emission : std::uint8_t {
  always,
  when_nonzero,  ///< As counts of errors by load balancers.
  on_request,    ///< As latencies: only when something was asked.
};

/// Where the datapoints of an alarm's metric come from.
struct MetricSource {
  ExprPtr series;    ///< Selector; what it selects is added up. Buckets, for a percentile.
  ExprPtr requests;  ///< Selector of counters, for Emission::on_request; null for `series`.
  Emission emit = Emission::always;
};

/// What CloudWatch collects in one step of the play. A counter gives one value: what it grew by.
struct Datum {
  double sum = 0;
  double count = 0;  ///< Values; 0 for no datapoint.
  double minimum = 0;
  double maximum = 0;
  std::map<double, double> buckets;  ///< Upper bound to count of all up to it, for percentiles.
};

/// The step that the alarm's periods are made of: a minute, or 10 s for shorter periods.
[[nodiscard]] Duration resolution_of(const CloudWatchAlarm& alarm);

/// The played series as datapoints; the i-th covers the step that ends at played time i * spacing.
/// @pre `played` was made from `recording`
[[nodiscard]] std::vector<Datum> data_of(const Played& played, const Recording& recording,
                                         const MetricSource& source);

/// Evaluates the alarm at every step from played time 0, over periods that slide, as CloudWatch
/// does. Before the first datum, data are as in it.
[[nodiscard]] std::vector<AlarmStep> run_alarm(const CloudWatchAlarm& alarm,
                                               const std::vector<Datum>& data, Duration spacing);

/// The times in ALARM as firing, for the judge of alerts.
[[nodiscard]] AlertTimeline timeline_of(const CloudWatchAlarm& alarm,
                                        const std::vector<AlarmStep>& steps, Duration spacing);

}  // namespace firedrill::alerts
