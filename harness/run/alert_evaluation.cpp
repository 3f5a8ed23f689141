#include "harness/run/alert_evaluation.hpp"

#include "harness/alerts/evaluate.hpp"
#include "harness/alerts/model/alarms.hpp"
#include "harness/alerts/model/from_run.hpp"
#include "harness/alerts/model/spending.hpp"
#include "harness/alerts/routes.hpp"
#include "harness/base/strings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

using alerts::Labels;

const spec::AlertExpectation* alert_of(const spec::Expectation& expectation) {
  return std::get_if<spec::AlertExpectation>(&expectation.what);
}

Labels labels_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  return {pairs.begin(), pairs.end()};
}

Duration held_for(const spec::Alerts& alerts, const std::string& phase, Duration recorded) {
  for (const auto& [name, length] : alerts.hold) {
    if (name == phase) return std::max(length, recorded);
  }
  return recorded;
}

/// The phases from the steady one on; empty when one never happened.
std::vector<alerts::PlayPhase> phases_of(const spec::Alerts& alerts, const RunResult& result) {
  std::vector<alerts::PlayPhase> out;
  for (const PhaseRecord& phase : result.phases) {
    if (out.empty() && phase.name != alerts.steady) continue;
    if (!phase.reached) return {};
    const Duration recorded = phase.end - phase.start;
    out.push_back({phase.name, phase.start, phase.end, held_for(alerts, phase.name, recorded)});
  }
  return out;
}

std::optional<std::size_t> first_broken(const spec::Scenario& scenario,
                                        const std::vector<alerts::PlayPhase>& phases) {
  for (std::size_t i = 0; i < phases.size(); ++i) {
    for (const spec::Fault& fault : scenario.faults) {
      if (fault.phase == phases[i].name) return i;
    }
  }
  return std::nullopt;
}

Labels target_labels(const spec::Alerts& alerts, const ProbeRecord& probe) {
  Labels labels = labels_of(alerts.labels);
  labels.try_emplace("job", probe.name);
  const std::string_view url = probe.url;
  const std::size_t host = url.find("://");
  const std::string_view rest = host == std::string_view::npos ? url : url.substr(host + 3);
  labels.try_emplace("instance", std::string{rest.substr(0, rest.find('/'))});
  return labels;
}

alerts::Recording recording_of(const spec::Alerts& alerts, const RunResult& result,
                               const std::vector<alerts::RuleGroup>& groups) {
  alerts::Recording recording;
  recording.zero_unix_s = seconds(result.origin.wall.time_since_epoch());
  for (const ProbeRecord& probe : result.probes) {
    if (probe.kind != "metrics") continue;
    append_scraped(recording, probe, target_labels(alerts, probe), groups);
  }
  append_client_side(recording, result.streams);
  return recording;
}

Result<std::vector<alerts::CloudWatchAlarm>> alarms_of(const spec::Alerts& alerts) {
  std::vector<alerts::CloudWatchAlarm> out;
  if (!alerts.alarm_file.empty()) {
    std::ifstream in{alerts.alarm_file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in) return Error{alerts.alarm_file + ": cannot be read"};
    auto parsed = alerts::parse_alarms(text);
    if (!parsed) return Error{alerts.alarm_file + ": " + parsed.error().message};
    out = std::move(*parsed);
  }
  if (alerts.alarms.empty()) return out;
  auto parsed = alerts::parse_alarms(alerts.alarms);
  if (!parsed) return Error{"alerts.cloudwatch.alarms: " + parsed.error().message};
  out.insert(out.end(), parsed->begin(), parsed->end());
  return out;
}

Result<alerts::ExprPtr> selector_of(const std::string& text) {
  auto expr = alerts::parse_promql(text);
  if (!expr) return Error{"no selector: " + expr.error().message};
  if ((*expr)->kind != alerts::Expr::Kind::selector || (*expr)->range) {
    return Error{"a selector of series wanted, such as http_requests_total{status=\"500\"}"};
  }
  return *expr;
}

Result<alerts::MetricSource> source_of(const spec::AlarmMetric& metric) {
  using Emit = spec::AlarmMetric::Emit;
  alerts::MetricSource source;
  source.emit = metric.emit == Emit::when_nonzero ? alerts::Emission::when_nonzero
                : metric.emit == Emit::on_request ? alerts::Emission::on_request
                                                  : alerts::Emission::always;
  const auto series = selector_of(metric.series);
  if (!series) return series.error();
  source.series = *series;
  if (metric.requests.empty()) return source;
  const auto requests = selector_of(metric.requests);
  if (!requests) return requests.error();
  source.requests = *requests;
  return source;
}

alerts::Objective objective_of(const spec::AlertObjective& what) {
  return {what.name, what.target, what.period, what.errors, what.total};
}

/// Burn-rate rules of the objectives; the error has the place of the one that has none.
Result<std::vector<std::string>> made_rules(const spec::Alerts& what) {
  std::vector<std::string> out;
  for (const spec::AlertObjective& objective : what.objectives) {
    auto text = alerts::burn_rules(objective_of(objective));
    if (!text) return Error{objective.place.text() + ": " + text.error().message};
    out.push_back(std::move(*text));
  }
  return out;
}

/// A live drill that expects nothing of the play needs none.
bool wants_play(const spec::Scenario& scenario) {
  if (!scenario.live_alerts || scenario.alerts->strict || !scenario.alerts->objectives.empty())
    return true;
  return std::any_of(scenario.expectations.begin(), scenario.expectations.end(),
                     [](const spec::Expectation& expectation) {
                       const auto* alert = alert_of(expectation);
                       return alert && (alert->fires || alert->never_fires);
                     });
}

std::set<std::string> expected_alerts(const spec::Scenario& scenario) {
  std::set<std::string> names;
  for (const spec::Expectation& expectation : scenario.expectations) {
    if (const auto* alert = alert_of(expectation)) names.insert(alert->alert);
  }
  return names;
}

alerts::Inquiry inquiry_of(const spec::Scenario& scenario, const RunResult& result,
                           const std::vector<alerts::RuleGroup>& groups) {
  const spec::Alerts& what = *scenario.alerts;
  alerts::Inquiry inquiry;
  inquiry.rule_files = what.rule_files;
  inquiry.phases = phases_of(what, result);
  inquiry.scrape = what.scrape;
  inquiry.eval = what.eval;
  inquiry.external_labels = labels_of(what.external_labels);
  inquiry.expected = expected_alerts(scenario);
  inquiry.strict = what.strict;
  inquiry.broken = first_broken(scenario, inquiry.phases);
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* alert = alert_of(expectation);
    if (alert && alert->fires && !alert->fires->annotations.empty()) {
      inquiry.annotated.insert(alert->alert);
    }
  }
  if (!inquiry.phases.empty()) inquiry.recording = recording_of(what, result, groups);
  return inquiry;
}

void add_alarms(AlertRecord& record, const spec::Alerts& what, const alerts::Inquiry& inquiry) {
  alerts::AlarmInquiry alarms;
  auto read = alarms_of(what);
  if (!read) {
    record.unusable = read.error().message;
    return;
  }
  alarms.alarms = std::move(*read);
  alarms.expected = inquiry.expected;
  for (const spec::AlarmMetric& metric : what.alarm_metrics) {
    auto source = source_of(metric);
    if (source) alarms.sources.emplace_back(metric.metric, std::move(*source));
  }
  evaluate_alarms(record, alarms, inquiry.recording, inquiry.phases);
}

/// Whether the rule can give the labels that are wanted, as far as both are plain texts.
bool may_give(const alerts::Rule& rule, const spec::AlertExpectation::Fires& fires) {
  return std::all_of(fires.labels.begin(), fires.labels.end(), [&](const auto& wanted) {
    const auto found = rule.labels.find(wanted.name);
    if (found == rule.labels.end() || !wanted.value.equals) return true;
    const auto* text = std::get_if<std::string>(&*wanted.value.equals);
    return !text || found->second == *text || found->second.find("{{") != std::string::npos;
  });
}

/// What is wrong with one expectation about an alert of a rule file.
std::string check_rules(const spec::Scenario& scenario, const spec::AlertExpectation& alert,
                        std::vector<const alerts::Rule*> rules) {
  if (!alert.fires) return "";
  std::erase_if(rules, [&](const alerts::Rule* rule) { return !may_give(*rule, *alert.fires); });
  if (rules.empty()) return "";  // the drill will show what fires instead
  const spec::Alerts& what = *scenario.alerts;
  Duration hold = rules.front()->hold;
  for (const alerts::Rule* rule : rules) hold = std::min(hold, rule->hold);
  if (alert.fires->within && *alert.fires->within < hold + what.eval) {
    return "within " + to_text(*alert.fires->within) +
           " cannot be: the rule has for: " + to_text(hold) + ", and one evaluation takes " +
           to_text(what.eval);
  }
  for (const spec::Phase& phase : scenario.timeline) {
    const Duration played = held_for(what, phase.name, phase.length);
    if (phase.name != alert.fires->during || played > hold) continue;
    return "'" + phase.name + "' is played for " + to_text(played) +
           ", and the rule has for: " + to_text(hold) +
           ": say with alerts.play.hold how long it lasts in production";
  }
  return "";
}

AlertRecord played_alerts(const spec::Scenario& scenario, const RunResult& result,
                          const std::string& run_id) {
  AlertRecord record;
  if (!scenario.alerts || !wants_play(scenario)) return record;
  record.asked = true;
  auto made = made_rules(*scenario.alerts);
  if (!made) {
    record.unusable = made.error().message;
    return record;
  }
  const auto groups = alerts::read_rules(scenario.alerts->rule_files, *made);
  if (!groups) {
    record.unusable = groups.error().message;
    return record;
  }
  alerts::Inquiry inquiry = inquiry_of(scenario, result, *groups);
  inquiry.run_id = run_id;
  inquiry.made_rules = std::move(*made);
  if (inquiry.phases.empty()) {
    record.unusable = "not every phase from '" + scenario.alerts->steady + "' on happened";
    return record;
  }
  record = alerts::evaluate(inquiry);
  add_alarms(record, *scenario.alerts, inquiry);
  if (!scenario.alerts->alertmanager.empty()) {
    alerts::route_alerts(
        record, {scenario.alerts->alertmanager, inquiry.external_labels, "amtool", run_id});
  }
  for (const spec::AlertObjective& objective : scenario.alerts->objectives) {
    record.findings.push_back(judge_spending(objective_of(objective), objective.spends_max,
                                             inquiry.recording, inquiry.phases, inquiry.broken));
  }
  return record;
}

}  // namespace

AlertRecord evaluate_alerts(const spec::Scenario& scenario, const RunResult& result,
                            const std::string& run_id) {
  AlertRecord record = played_alerts(scenario, result, run_id);
  record.live = result.alerts.live;
  return record;
}

std::vector<std::string> alert_problems(const spec::Scenario& scenario) {
  std::vector<std::string> problems;
  if (!scenario.alerts) return problems;
  const spec::Alerts& what = *scenario.alerts;
  const auto made = made_rules(what);
  if (!made) return {made.error().message};
  const auto groups = alerts::read_rules(what.rule_files, *made);
  if (!groups) return {what.place.text() + ": " + groups.error().message};
  const auto alarms = alarms_of(what);
  if (!alarms) return {what.place.text() + ": " + alarms.error().message};
  std::vector<std::string> known;
  for (const alerts::RuleGroup& group : *groups) {
    for (const alerts::Rule& rule : group.rules) {
      if (!rule.alert.empty()) known.push_back(rule.alert);
    }
  }
  for (const alerts::CloudWatchAlarm& alarm : *alarms) known.push_back(alarm.name);
  for (const spec::AlarmMetric& metric : what.alarm_metrics) {
    const auto source = source_of(metric);
    if (!source) problems.push_back(metric.place.text() + ": " + source.error().message);
  }
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* alert = alert_of(expectation);
    if (!alert) continue;
    const auto rules = alerts::alerts_named(alert->alert, *groups);
    std::string problem;
    if (!rules.empty()) {
      problem = check_rules(scenario, *alert, rules);
    } else if (std::find(known.begin(), known.end(), alert->alert) == known.end()) {
      problem =
          "no rule defines the alert '" + alert->alert + "'" + did_you_mean(alert->alert, known);
    }
    if (!problem.empty()) problems.push_back(expectation.place.text() + ": " + problem);
  }
  return problems;
}

std::string made_rules_text(const spec::Scenario& scenario) {
  std::string text;
  if (!scenario.alerts) return text;
  const auto made = made_rules(*scenario.alerts);
  if (!made) return text;
  for (const std::string& rules : *made) text += rules;
  return text;
}

}  // namespace firedrill
