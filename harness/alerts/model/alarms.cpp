#include "harness/alerts/model/alarms.hpp"

#include "harness/alerts/model/rates.hpp"

#include <algorithm>

namespace firedrill::alerts {
namespace {

Finding finding_of(const CloudWatchAlarm& alarm, const std::string& what, Verdict verdict,
                   const std::string& observed, const std::string& why) {
  Finding finding;
  finding.what = "alarm " + alarm.name + ": " + what;
  finding.verdict = verdict;
  finding.observed = observed;
  finding.window = alarm.metric;
  finding.why = verdict == Verdict::pass ? "" : why;
  return finding;
}

const MetricSource* source_of(const AlarmInquiry& inquiry, const CloudWatchAlarm& alarm) {
  for (const auto& [name, source] : inquiry.sources) {
    if (name == alarm.metric || name == alarm.metric_name) return &source;
  }
  return nullptr;
}

/// Why the alarm cannot be evaluated; "" when it can.
std::string blindness(const CloudWatchAlarm& alarm, const MetricSource* source,
                      const Recording& recording) {
  if (!alarm.unsupported.empty()) return alarm.unsupported;
  if (!source) return "its metric is not mapped: say under alerts.cloudwatch.metrics what it is";
  if (!has_metric(recording, *source->series)) {
    return "the system never exposed " + source->series->name;
  }
  return "";
}

}  // namespace

void evaluate_alarms(AlertRecord& record, const AlarmInquiry& inquiry, const Recording& recording,
                     const std::vector<PlayPhase>& phases) {
  for (const CloudWatchAlarm& alarm : inquiry.alarms) {
    const bool matters = inquiry.expected.contains(alarm.name);
    const MetricSource* const source = source_of(inquiry, alarm);
    AlertRuleRecord rule;
    rule.alert = alarm.name;
    rule.place = alarm.metric;
    rule.hold = alarm.period * alarm.datapoints_to_alarm;
    rule.blind = blindness(alarm, source, recording);
    record.rules.push_back(rule);
    if (!rule.blind.empty()) {
      record.findings.push_back(finding_of(alarm, "can be evaluated",
                                           matters ? Verdict::fail : Verdict::pass,
                                           "unable to fire: " + rule.blind, rule.blind));
      continue;
    }
    const Duration spacing = resolution_of(alarm);
    const Played played = play(recording, {phases, spacing, spacing, spacing});
    const auto steps = run_alarm(alarm, data_of(played, recording, *source), spacing);
    AlertTimeline timeline = timeline_of(alarm, steps, spacing);
    if (!timeline.states.empty()) record.timelines.push_back(std::move(timeline));
    const auto lacking = std::count_if(steps.begin(), steps.end(), [](const AlarmStep& step) {
      return step.state == AlarmState::insufficient_data;
    });
    if (lacking == static_cast<std::ptrdiff_t>(steps.size())) {
      record.findings.push_back(finding_of(
          alarm, "has data", matters ? Verdict::fail : Verdict::pass,
          "INSUFFICIENT_DATA all the time", "its metric has no datapoint in the whole play"));
    }
  }
}

}  // namespace firedrill::alerts
