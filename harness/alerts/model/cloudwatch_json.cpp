#include "harness/alerts/model/cloudwatch.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>

namespace firedrill::alerts {
namespace {

using Json = nlohmann::json;
using Statistic = CloudWatchAlarm::Statistic;
using Operator = CloudWatchAlarm::Operator;

constexpr std::size_t kTextMax = 4 * 1024 * 1024;
constexpr std::int64_t kDayS = 24 * 3600;

template <typename Value>
using Names = std::vector<std::pair<std::string_view, Value>>;

template <typename Value>
std::optional<Value> named(const Names<Value>& names, const std::string& text) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t integer_at(const Json& json, const char* key, std::int64_t otherwise) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

/// "p99.9"
std::optional<double> percentile_of(const std::string& text) {
  if (text.size() < 2 || text[0] != 'p') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str() + 1, &end);
  if (*end != '\0' || value < 0 || value > 100) return std::nullopt;
  return value / 100;
}

std::string read_statistic(CloudWatchAlarm& alarm, const Json& json) {
  const std::string plain = text_at(json, "Statistic");
  const std::string extended = text_at(json, "ExtendedStatistic");
  if (!extended.empty()) {
    const auto percentile = percentile_of(extended);
    if (!percentile) return "the statistic " + extended + " is not evaluated here";
    alarm.statistic = Statistic::percentile;
    alarm.percentile = *percentile;
    return "";
  }
  const auto statistic = named<Statistic>({{"SampleCount", Statistic::sample_count},
                                           {"Average", Statistic::average},
                                           {"Sum", Statistic::sum},
                                           {"Minimum", Statistic::minimum},
                                           {"Maximum", Statistic::maximum}},
                                          plain);
  if (!statistic) return plain.empty() ? "it has no statistic" : "unknown statistic " + plain;
  alarm.statistic = *statistic;
  return "";
}

std::string read_comparison(CloudWatchAlarm& alarm, const Json& json) {
  const std::string text = text_at(json, "ComparisonOperator");
  const auto op = named<Operator>({{"GreaterThanThreshold", Operator::greater},
                                   {"GreaterThanOrEqualToThreshold", Operator::greater_equal},
                                   {"LessThanThreshold", Operator::less},
                                   {"LessThanOrEqualToThreshold", Operator::less_equal}},
                                  text);
  if (!op) return "the comparison " + text + " is not evaluated here";
  alarm.op = *op;
  const auto threshold = json.find("Threshold");
  if (threshold == json.end() || !threshold->is_number()) return "it has no threshold";
  alarm.threshold = threshold->get<double>();
  return "";
}

std::string read_periods(CloudWatchAlarm& alarm, const Json& json) {
  const std::int64_t period = integer_at(json, "Period", 0);
  const std::int64_t n = integer_at(json, "EvaluationPeriods", 0);
  const std::int64_t m = integer_at(json, "DatapointsToAlarm", n);
  const bool short_period = period == 10 || period == 20 || period == 30;
  if (!short_period && (period < 60 || period % 60 != 0)) {
    return "its period must be 10, 20, 30 or a multiple of 60 s";
  }
  const std::int64_t most = period < 3600 ? kDayS : 7 * kDayS;
  if (n < 1 || n > most / period) return "it looks back further than CloudWatch allows";
  if (m < 1 || m > n) return "DatapointsToAlarm must be from 1 to EvaluationPeriods";
  alarm.period = std::chrono::seconds{period};
  alarm.evaluation_periods = static_cast<std::uint32_t>(n);
  alarm.datapoints_to_alarm = static_cast<std::uint32_t>(m);
  return "";
}

std::string read_missing_data(CloudWatchAlarm& alarm, const Json& json) {
  const std::string text = text_at(json, "TreatMissingData");
  const auto rule = named<MissingData>({{"", MissingData::missing},
                                        {"missing", MissingData::missing},
                                        {"ignore", MissingData::ignore},
                                        {"breaching", MissingData::breaching},
                                        {"notBreaching", MissingData::not_breaching}},
                                       text);
  if (!rule) return "unknown TreatMissingData " + text;
  alarm.missing_data = *rule;
  alarm.freezes_on_few_samples = text_at(json, "EvaluateLowSampleCountPercentile") == "ignore";
  return "";
}

void read_dimensions(CloudWatchAlarm& alarm, const Json& json) {
  const auto dimensions = json.find("Dimensions");
  if (dimensions == json.end() || !dimensions->is_array()) return;
  for (const Json& one : *dimensions) {
    if (one.is_object()) alarm.dimensions.emplace_back(text_at(one, "Name"), text_at(one, "Value"));
  }
}

CloudWatchAlarm alarm_of(const Json& json) {
  CloudWatchAlarm alarm;
  alarm.name = text_at(json, "AlarmName");
  alarm.metric_name = text_at(json, "MetricName");
  const std::string space = text_at(json, "Namespace");
  alarm.metric = space.empty() ? alarm.metric_name : space + " " + alarm.metric_name;
  if (alarm.metric_name.empty()) {
    alarm.unsupported = "it is about an expression over metrics, which is not evaluated here";
    return alarm;
  }
  read_dimensions(alarm, json);
  // Whatever AWS itself publishes about DynamoDB ignores missing data, whatever the alarm says.
  using ReadPart = std::string (*)(CloudWatchAlarm&, const Json&);
  for (const ReadPart read :
       std::array<ReadPart, 4>{read_statistic, read_comparison, read_periods, read_missing_data}) {
    alarm.unsupported = read(alarm, json);
    if (!alarm.unsupported.empty()) return alarm;
  }
  if (space == "AWS/DynamoDB") alarm.missing_data = MissingData::ignore;
  return alarm;
}

}  // namespace

Result<std::vector<CloudWatchAlarm>> parse_alarms(std::string_view json) {
  if (json.size() > kTextMax) return Error{"a file of alarms may have 4 MiB"};
  const Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded()) return Error{"not JSON"};
  if (!root.is_object()) return Error{"not what `aws cloudwatch describe-alarms` prints"};
  const auto list = root.find("MetricAlarms");
  if (list == root.end() || !list->is_array()) {
    return Error{"no MetricAlarms, as `aws cloudwatch describe-alarms` prints them"};
  }
  std::vector<CloudWatchAlarm> out;
  for (const Json& one : *list) {
    if (!one.is_object() || text_at(one, "AlarmName").empty()) {
      return Error{"an alarm without AlarmName"};
    }
    out.push_back(alarm_of(one));
  }
  return out;
}

}  // namespace firedrill::alerts
