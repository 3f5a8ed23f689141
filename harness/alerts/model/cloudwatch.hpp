#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::alerts {

// CloudWatch's alarms, by the rules that Amazon publishes (user guide, "How alarms evaluate missing
// data"): M out of N datapoints, missing data, premature alarms.

enum class MissingData : std::uint8_t { missing, ignore, breaching, not_breaching };
enum class AlarmState : std::uint8_t { insufficient_data, ok, alarm };
[[nodiscard]] const char* name_of(AlarmState state);

struct CloudWatchAlarm {
  enum class Statistic : std::uint8_t { sample_count, average, sum, minimum, maximum, percentile };
  enum class Operator : std::uint8_t { greater, greater_equal, less, less_equal };

  std::string name;
  std::string metric;       ///< "AWS/ApplicationELB HTTPCode_Target_5XX_Count"
  std::string metric_name;  ///< The last part of it.
  std::vector<std::pair<std::string, std::string>> dimensions;
  Statistic statistic = Statistic::average;
  double percentile = 0;  ///< 0..1, for Statistic::percentile.
  Duration period{0};
  std::uint32_t evaluation_periods = 1;   ///< N
  std::uint32_t datapoints_to_alarm = 1;  ///< M <= N
  Operator op = Operator::greater;
  double threshold = 0;
  MissingData missing_data = MissingData::missing;
  bool freezes_on_few_samples = false;  ///< EvaluateLowSampleCountPercentile: ignore.
  /// Why it cannot be evaluated: metric math, anomaly detection. "" when it can.
  std::string unsupported;
};

/// Datapoints that CloudWatch looks at, N and some more; how many more is unpublished. Its own
/// example has 5 for N = 3.
[[nodiscard]] std::uint32_t evaluation_range(const CloudWatchAlarm& alarm);

struct AlarmStep {
  AlarmState state = AlarmState::insufficient_data;
  bool premature = false;  ///< By the rule about a lonely breaching datapoint.
  /// Amazon does not say what becomes of a breaching datapoint that is too young; the state is
  /// kept.
  bool undocumented = false;
  friend bool operator==(const AlarmStep&, const AlarmStep&) = default;
};

/// One evaluation over the evaluation range, oldest first; nothing where there is no datapoint.
[[nodiscard]] AlarmStep evaluate_alarm(const CloudWatchAlarm& alarm,
                                       const std::vector<std::optional<double>>& range,
                                       AlarmState before);

[[nodiscard]] bool breaches(const CloudWatchAlarm& alarm, double value);

/// What `aws cloudwatch describe-alarms` prints. Alarms that cannot be evaluated are kept, with the
/// reason; the error says what is not JSON, or no alarm.
[[nodiscard]] Result<std::vector<CloudWatchAlarm>> parse_alarms(std::string_view json);

}  // namespace firedrill::alerts
