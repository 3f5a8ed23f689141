#include "harness/scenario/build_alerts.hpp"

#include "harness/base/units.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Relative to the file that names it.
std::string path_of(Context& context, const Node& node) {
  const std::filesystem::path named{text_of(context, &node, Scope::literal)};
  if (named.is_absolute()) return named.string();
  const std::string& file = node.place().file == "--set" ? context.out.file : node.place().file;
  return (std::filesystem::path{file}.parent_path() / named).lexically_normal().string();
}

Pairs pairs_of(Context& context, const Node* node) {
  Pairs out;
  if (!node) return out;
  for (const Entry& entry : node->entries) {
    out.emplace_back(entry.key, text_of(context, &entry.value, Scope::literal));
  }
  return out;
}

std::optional<std::string> phase_at(Context& context, const Node* map, std::string_view key) {
  const Node* node = child(map, key);
  if (!node) return std::nullopt;
  std::string name = text_of(context, node, Scope::literal);
  check_reference(context, *node, name, context.phases);
  return name;
}

/// The phase with faults, when there is just one.
std::string broken_phase(Context& context, const Node& fires) {
  std::set<std::string> phases;
  for (const spec::Fault& fault : context.out.faults) phases.insert(fault.phase);
  if (phases.size() == 1) return *phases.begin();
  if (context.phases.complete) {
    context.problems.add(fires.place(), phases.empty()
                                            ? "nothing breaks in this drill: say 'during:'"
                                            : "faults in several phases: say 'during:'");
  }
  return "";
}

std::string phase_after(Context& context, const Node& resolves, const std::string& phase) {
  const auto& timeline = context.out.timeline;
  const auto found = std::find_if(timeline.begin(), timeline.end(),
                                  [&](const spec::Phase& one) { return one.name == phase; });
  if (found != timeline.end() && found + 1 != timeline.end()) return (found + 1)->name;
  if (context.phases.complete && found != timeline.end()) {
    context.problems.add(resolves.place(), "no phase comes after '" + phase + "': say 'during:'");
  }
  return "";
}

void build_play(Context& context, const Node* play, spec::Alerts& alerts) {
  if (const auto scrape = positive_duration(context, child(play, "scrape"), "'scrape'")) {
    alerts.scrape = *scrape;
  }
  if (const auto eval = positive_duration(context, child(play, "eval"), "'eval'")) {
    alerts.eval = *eval;
  }
  const Node* hold = child(play, "hold");
  if (!hold) return;
  for (const Entry& entry : hold->entries) {
    check_reference(context, entry.value, entry.key, context.phases);
    const auto length = positive_duration(context, &entry.value, "what is held");
    if (length) alerts.hold.emplace_back(entry.key, *length);
  }
}

void build_cloudwatch(Context& context, const Node* node, spec::Alerts& alerts) {
  if (!node) return;
  if (const Node* file = child(node, "file")) alerts.alarm_file = path_of(context, *file);
  if (const Node* list = child(node, "alarms")) {
    alerts.alarms = "{\"MetricAlarms\": " + json_of(context, *list, Scope::literal) + "}";
  }
  const Node* metrics = child(node, "metrics");
  if (!metrics) return;
  for (const Entry& entry : metrics->entries) {
    spec::AlarmMetric metric;
    metric.metric = entry.key;
    metric.series = text_of(context, child(&entry.value, "series"), Scope::literal);
    metric.requests = text_of(context, child(&entry.value, "requests"), Scope::literal);
    const std::string emit = text_of(context, child(&entry.value, "emit"), Scope::literal);
    using Emit = spec::AlarmMetric::Emit;
    metric.emit = emit == "when_nonzero" ? Emit::when_nonzero
                  : emit == "on_request" ? Emit::on_request
                                         : Emit::always;
    metric.place = entry.place();
    alerts.alarm_metrics.push_back(std::move(metric));
  }
}

void build_objectives(Context& context, const Node* node, spec::Alerts& alerts) {
  if (!node) return;
  for (const Entry& entry : node->entries) {
    spec::AlertObjective objective;
    objective.name = entry.key;
    objective.place = entry.place();
    const auto target = parsed(child(&entry.value, "target"), parse_ratio);
    objective.target = target ? target->value : 0;
    if (target && (target->value <= 0 || target->value >= 1)) {
      context.problems.add(child(&entry.value, "target")->place(),
                           "a target must lie between 0 % and 100 %: 100 % leaves no budget");
    }
    const Node* period = child(&entry.value, "period");
    objective.period = parsed(period, parse_duration).value_or(std::chrono::hours{24 * 30});
    if (period && objective.period < std::chrono::hours{24 * 7}) {
      context.problems.add(period->place(), "'period' must be at least 7d");
    }
    objective.errors = text_of(context, child(&entry.value, "errors"), Scope::literal);
    objective.total = text_of(context, child(&entry.value, "total"), Scope::literal);
    if (const Node* stream = child(&entry.value, "stream")) {
      const std::string name = text_of(context, stream, Scope::literal);
      check_reference(context, *stream, name, context.streams);
      const std::string of = "firedrill_requests_total{stream=\"" + name + "\"";
      objective.errors = "sum(rate(" + of + ",outcome=\"failed\"}[{{.window}}]))";
      objective.total = "sum(rate(" + of + "}[{{.window}}]))";
    }
    if (const auto spends = parsed(child(&entry.value, "spends"), parse_ratio)) {
      objective.spends_max = spends->value;
    }
    alerts.objectives.push_back(std::move(objective));
  }
}

}  // namespace

std::vector<spec::AlertExpectation::LabelMatch> label_matches_of(Context& context,
                                                                 const Node* node) {
  std::vector<spec::AlertExpectation::LabelMatch> out;
  if (!node) return out;
  for (const Entry& entry : node->entries) {
    out.push_back({entry.key, build_text_match(context, entry.value)});
  }
  return out;
}

std::string phase_of_alert(Context& context, const Node& what) {
  const auto during = phase_at(context, &what, "during");
  return during ? *during : broken_phase(context, what);
}

std::optional<spec::AlertExpectation::Resolves> build_resolves(Context& context,
                                                               const Node* resolves,
                                                               const std::string& phase) {
  if (!resolves || !resolves->is_map()) return std::nullopt;
  spec::AlertExpectation::Resolves out;
  const auto after = phase_at(context, resolves, "during");
  out.during = after ? *after : phase_after(context, *resolves, phase);
  out.within = positive_duration(context, child(resolves, "within"), "'within'");
  return out;
}

void build_alerts(Context& context, const Node& root) {
  const Node* node = child(&root, "alerts");
  if (!node || !node->is_map()) return;
  spec::Alerts alerts;
  alerts.place = node->place();
  if (const Node* rules = child(node, "rules")) {
    for (const Node& file : rules->items) alerts.rule_files.push_back(path_of(context, file));
  }
  alerts.labels = pairs_of(context, child(node, "labels"));
  alerts.external_labels = pairs_of(context, child(node, "external_labels"));
  if (const Node* config = child(node, "alertmanager")) {
    alerts.alertmanager = path_of(context, *config);
  }
  alerts.steady = phase_at(context, node, "steady").value_or("steady");
  if (!child(node, "steady") && context.phases.complete &&
      !context.phases.index.contains("steady")) {
    context.problems.add(node->place(),
                         "no phase is called 'steady': say with 'steady:' which one is normal");
  }
  build_play(context, child(node, "play"), alerts);
  const Node* strict = child(node, "strict");
  alerts.strict = strict && boolean_of(strict->text).value_or(false);
  build_objectives(context, child(node, "objectives"), alerts);
  build_cloudwatch(context, child(node, "cloudwatch"), alerts);
  context.out.alerts = std::move(alerts);
}

spec::AlertExpectation build_alert(Context& context, const Node& node) {
  spec::AlertExpectation out;
  const Node* name = child(&node, "alert");
  out.alert = text_of(context, name, Scope::literal);
  const Node* notifies = child(&node, "notifies");
  const bool of_rules = child(&node, "fires") || child(&node, "never");
  const auto& live = context.out.live_alerts;
  if (!context.out.alerts && (of_rules || !live || !live->attached())) {
    context.problems.add(name->place(), "no rules are given: say 'alerts: { rules: [FILE] }'");
  }
  out.never_fires = child(&node, "never") != nullptr;
  if (const auto flaps = integer_at(&node, "flaps"); flaps && *flaps <= 1000) {
    out.flaps_max = static_cast<std::uint32_t>(*flaps);
  }
  if (notifies && notifies->is_map()) out.notifies = build_notifies(context, *notifies);
  const Node* fires = child(&node, "fires");
  if (!fires || !fires->is_map()) return out;
  out.fires.emplace();
  out.fires->during = phase_of_alert(context, *fires);
  out.fires->within = positive_duration(context, child(fires, "within"), "'within'");
  out.fires->not_before = positive_duration(context, child(fires, "not_before"), "'not_before'");
  out.fires->labels = label_matches_of(context, child(fires, "labels"));
  if (const Node* severity = child(fires, "severity")) {
    out.fires->labels.push_back({"severity", build_text_match(context, *severity)});
  }
  out.fires->annotations = label_matches_of(context, child(fires, "annotations"));
  out.fires->reaches = texts_of(context, child(fires, "reaches"));
  out.fires->spares = texts_of(context, child(fires, "spares"));
  const bool routed = !out.fires->reaches.empty() || !out.fires->spares.empty();
  if (routed && context.out.alerts && context.out.alerts->alertmanager.empty()) {
    context.problems.add(fires->place(),
                         "who is told stands in Alertmanager's configuration: say which with "
                         "'alerts: { alertmanager: FILE }'");
  }
  out.resolves = build_resolves(context, child(&node, "resolves"), out.fires->during);
  return out;
}

}  // namespace firedrill::scenario
