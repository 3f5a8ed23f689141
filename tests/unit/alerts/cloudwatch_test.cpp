#include "harness/alerts/model/cloudwatch.hpp"

#include "harness/alerts/model/cloudwatch_play.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

CloudWatchAlarm alarm_of(std::uint32_t m, std::uint32_t n, MissingData rule) {
  CloudWatchAlarm alarm;
  alarm.name = "alarm";
  alarm.period = 60s;
  alarm.statistic = CloudWatchAlarm::Statistic::sum;
  alarm.evaluation_periods = n;
  alarm.datapoints_to_alarm = m;
  alarm.threshold = 0.5;
  alarm.missing_data = rule;
  return alarm;
}

/// "0-X": not breaching, missing, breaching; oldest first.
std::vector<std::optional<double>> points(const std::string& text) {
  std::vector<std::optional<double>> out;
  for (const char c : text) {
    out.push_back(c == '-' ? std::nullopt : std::optional{c == 'X' ? 1.0 : 0.0});
  }
  return out;
}

/// With OK before: "keep" is OK, so that it can be told from INSUFFICIENT_DATA.
std::string outcome(std::uint32_t m, MissingData rule, const std::string& range) {
  const auto before_ok = evaluate_alarm(alarm_of(m, 3, rule), points(range), AlarmState::ok);
  const auto before_bad =
      evaluate_alarm(alarm_of(m, 3, rule), points(range), AlarmState::insufficient_data);
  if (before_ok.state != before_bad.state) return "keep";
  return name_of(before_ok.state);
}

struct Row {
  std::uint32_t m;
  std::string range;
  std::string missing;
  std::string ignore;
  std::string breaching;
  std::string not_breaching;
};

const std::string kOk = "OK";
const std::string kAlarm = "ALARM";
const std::string kNone = "INSUFFICIENT_DATA";
const std::string kKeep = "keep";

std::string states_of(const std::vector<AlarmStep>& steps) {
  std::string out;
  for (const AlarmStep& step : steps) {
    out += step.state == AlarmState::alarm ? 'A' : step.state == AlarmState::ok ? 'o' : '?';
  }
  return out;
}

Datum datum(double value) { return {value, 1, value, value, {}}; }

/// One letter a minute: a datapoint of that digit, or none for '-'.
std::vector<Datum> minutes(const std::string& text) {
  std::vector<Datum> out;
  for (const char c : text) out.push_back(c == '-' ? Datum{} : datum(c - '0'));
  return out;
}

}  // namespace

TEST_CASE("cloudwatch: every row of Amazon's tables", "[alerts][cloudwatch]") {
  const std::vector<Row> rows{{3, "0-X-X", kOk, kOk, kOk, kOk},
                              {3, "0----", kOk, kOk, kOk, kOk},
                              {3, "-----", kNone, kKeep, kAlarm, kOk},
                              {3, "0XX-X", kAlarm, kAlarm, kAlarm, kAlarm},
                              {3, "--X--", kAlarm, kKeep, kAlarm, kOk},
                              {2, "0-X-X", kAlarm, kAlarm, kAlarm, kAlarm},
                              {2, "00X0X", kAlarm, kAlarm, kAlarm, kAlarm},
                              {2, "0-X--", kOk, kOk, kAlarm, kOk},
                              {2, "----0", kOk, kOk, kAlarm, kOk},
                              {2, "---X-", kAlarm, kKeep, kAlarm, kOk}};
  for (const Row& row : rows) {
    CAPTURE(row.m, row.range);
    CHECK(outcome(row.m, MissingData::missing, row.range) == row.missing);
    CHECK(outcome(row.m, MissingData::ignore, row.range) == row.ignore);
    CHECK(outcome(row.m, MissingData::breaching, row.range) == row.breaching);
    CHECK(outcome(row.m, MissingData::not_breaching, row.range) == row.not_breaching);
  }
}

TEST_CASE("cloudwatch: a lonely breaching datapoint that is too young is no alarm",
          "[alerts][cloudwatch]") {
  for (const char* range : {"----X", "---X-", "---X0", "--X-0"}) {
    CAPTURE(range);
    const auto step =
        evaluate_alarm(alarm_of(3, 3, MissingData::missing), points(range), AlarmState::ok);
    CHECK(step.state != AlarmState::alarm);
    CHECK_FALSE(step.premature);
  }
  const auto old =
      evaluate_alarm(alarm_of(3, 3, MissingData::missing), points("--X--"), AlarmState::ok);
  CHECK(old.premature);
  CHECK(evaluate_alarm(alarm_of(3, 3, MissingData::missing), points("----X"), AlarmState::ok)
            .undocumented);
}

TEST_CASE("cloudwatch: thresholds compare as their operators say", "[alerts][cloudwatch]") {
  using Operator = CloudWatchAlarm::Operator;
  CloudWatchAlarm alarm = alarm_of(1, 1, MissingData::missing);
  alarm.threshold = 5;
  const auto breaching = [&](Operator op) {
    alarm.op = op;
    std::string out;
    for (const double value : {4.0, 5.0, 6.0}) out += breaches(alarm, value) ? 'X' : '0';
    return out;
  };
  CHECK(breaching(Operator::greater) == "00X");
  CHECK(breaching(Operator::greater_equal) == "0XX");
  CHECK(breaching(Operator::less) == "X00");
  CHECK(breaching(Operator::less_equal) == "XX0");
}

TEST_CASE("cloudwatch: two of three minutes", "[alerts][cloudwatch]") {
  const CloudWatchAlarm alarm = alarm_of(2, 3, MissingData::not_breaching);
  CHECK(states_of(run_alarm(alarm, minutes("00009090000"), 60s)) == "ooooooAoooo");
}

TEST_CASE("cloudwatch: a period of five minutes slides by one", "[alerts][cloudwatch]") {
  CloudWatchAlarm alarm = alarm_of(1, 1, MissingData::missing);
  alarm.period = 300s;
  alarm.threshold = 10;
  CHECK(states_of(run_alarm(alarm, minutes("00004444000"), 60s)) == "ooooooAAAAo");
}

TEST_CASE("cloudwatch: errors that are only published when there are any keep the alarm up",
          "[alerts][cloudwatch]") {
  // After the last error nothing is published, and CloudWatch reaches back to what it had.
  CHECK(states_of(run_alarm(alarm_of(1, 1, MissingData::missing), minutes("--99----"), 60s)) ==
        "??AAAA??");
  CHECK(states_of(run_alarm(alarm_of(1, 1, MissingData::not_breaching), minutes("--99----"),
                            60s)) == "ooAAAAoo");
  CHECK(states_of(run_alarm(alarm_of(1, 1, MissingData::not_breaching), minutes("00990000"),
                            60s)) == "ooAAoooo");
  CHECK(states_of(run_alarm(alarm_of(1, 1, MissingData::ignore), minutes("--99----"), 60s)) ==
        "??AAAAAA");
}

TEST_CASE("cloudwatch: an alarm that waits for a percentile of too few samples stays as it is",
          "[alerts][cloudwatch]") {
  CloudWatchAlarm alarm = alarm_of(1, 1, MissingData::missing);
  alarm.statistic = CloudWatchAlarm::Statistic::percentile;
  alarm.percentile = 0.9;
  alarm.threshold = 0.5;
  const auto slow = [](double count) { return Datum{count, 1, 0, 0, {{0.5, 0}, {1, count}}}; };
  const auto fast = [](double count) { return Datum{count, 1, 0, 0, {{0.5, count}, {1, count}}}; };
  const std::vector<Datum> data{fast(200), slow(99), slow(100), fast(99), fast(100)};
  CHECK(states_of(run_alarm(alarm, data, 60s)) == "oAAoo");
  alarm.freezes_on_few_samples = true;
  CHECK(states_of(run_alarm(alarm, data, 60s)) == "ooAAo");
}

TEST_CASE("cloudwatch: datapoints are what a counter grew by, and what is emitted decides",
          "[alerts][cloudwatch]") {
  Recording recording;
  RecordedSeries errors{"errors_total", {{"code", "500"}}, SeriesKind::counter, {}};
  for (int i = 0; i <= 30; ++i) {
    errors.samples.push_back({std::chrono::seconds{i}, i < 10 ? 100.0 : 100.0 + (i - 10), false});
  }
  recording.series.push_back(errors);
  const PlayPlan plan{{{"steady", 0s, 10s, 5min}, {"outage", 10s, 30s, 5min}}, 60s, 0s, 60s};
  const Played played = play(recording, plan);
  MetricSource source{*parse_promql("errors_total"), nullptr, Emission::always};
  const auto always = data_of(played, recording, source);
  REQUIRE(always.size() == 11);
  CHECK(always[3].count == 1);
  CHECK(always[3].sum == 0);
  CHECK(always[8].sum == Approx(60));
  source.emit = Emission::when_nonzero;
  const auto sparse = data_of(played, recording, source);
  CHECK(sparse[3].count == 0);
  CHECK(sparse[8].sum == Approx(60));
  const auto timeline =
      timeline_of(alarm_of(1, 1, MissingData::not_breaching),
                  run_alarm(alarm_of(1, 1, MissingData::not_breaching), sparse, 60s), 60s);
  REQUIRE(timeline.states.size() == 1);
  CHECK(timeline.states[0].from == 6min);
  CHECK_FALSE(timeline.states[0].ended);
}

TEST_CASE("cloudwatch: describe-alarms is read, and what cannot be evaluated says why",
          "[alerts][cloudwatch]") {
  const auto alarms = parse_alarms(R"({"MetricAlarms": [
    {"AlarmName": "api-5xx", "Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count",
     "Dimensions": [{"Name": "LoadBalancer", "Value": "app/api/1"}], "Statistic": "Sum", "Period": 60,
     "EvaluationPeriods": 5, "DatapointsToAlarm": 3, "Threshold": 10.0,
     "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching"},
    {"AlarmName": "p99", "Namespace": "App", "MetricName": "Latency", "ExtendedStatistic": "p99", "Period": 300,
     "EvaluationPeriods": 1, "Threshold": 2, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
     "EvaluateLowSampleCountPercentile": "ignore"},
    {"AlarmName": "math", "Metrics": [{"Id": "e1", "Expression": "m1/m2"}]},
    {"AlarmName": "odd", "MetricName": "X", "Statistic": "Sum", "Period": 45, "EvaluationPeriods": 1, "Threshold": 1,
     "ComparisonOperator": "GreaterThanThreshold"}], "CompositeAlarms": []})");
  REQUIRE(alarms);
  REQUIRE(alarms->size() == 4);
  const CloudWatchAlarm& first = (*alarms)[0];
  CHECK(first.metric == "AWS/ApplicationELB HTTPCode_Target_5XX_Count");
  CHECK(first.evaluation_periods == 5);
  CHECK(first.datapoints_to_alarm == 3);
  CHECK(first.missing_data == MissingData::not_breaching);
  CHECK(first.dimensions.at(0).second == "app/api/1");
  CHECK(first.unsupported.empty());
  CHECK((*alarms)[1].percentile == Approx(0.99));
  CHECK((*alarms)[1].datapoints_to_alarm == 1);
  CHECK((*alarms)[1].freezes_on_few_samples);
  CHECK_THAT((*alarms)[2].unsupported, Catch::Contains("expression over metrics"));
  CHECK_THAT((*alarms)[3].unsupported, Catch::Contains("multiple of 60 s"));
  CHECK_FALSE(parse_alarms("[]"));
  CHECK_FALSE(parse_alarms("{"));
  CHECK_FALSE(parse_alarms(R"({"MetricAlarms": [{}]})"));
}
