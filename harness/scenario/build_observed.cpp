#include "harness/scenario/build_observed.hpp"

#include "harness/base/units.hpp"
#include "harness/scenario/build_evidence.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/slo_expression.hpp"
#include "harness/spec/names.hpp"
#include "harness/text/match.hpp"

#include <algorithm>
#include <utility>

namespace firedrill::scenario {
namespace {

/// Asked more often, a probe would be load.
constexpr Duration kEveryMin = std::chrono::milliseconds{10};

void build_places(Context& context, const Node& node, spec::Probe& probe) {
  const Node* of = child(&node, "of");
  if (!of) return;
  for (const Entry& entry : of->entries) {
    check_reference(context, entry.value, entry.key, context.mocks);
    std::string where = text_of(context, &entry.value, Scope::literal);
    const auto pointer = check_pointer(where);
    if (probe.kind == spec::Probe::Kind::breakers && !pointer) {
      context.problems.add(entry.value.place(), pointer.error().message);
    }
    probe.breakers.push_back({entry.key, std::move(where)});
  }
}

spec::Probe build_probe(Context& context, const Entry& entry) {
  using Kind = spec::Probe::Kind;
  spec::Probe probe;
  probe.name = entry.key;
  probe.place = entry.value.place();
  static constexpr std::pair<std::string_view, Kind> kinds[] = {
      {"health", Kind::health}, {"metrics", Kind::metrics}, {"breakers", Kind::breakers}};
  for (const auto& [key, kind] : kinds) {
    const Node* path = child(&entry.value, key);
    if (!path) continue;
    probe.kind = kind;
    probe.path = text_of(context, path, Scope::literal);
  }
  if (const Node* what = child(&entry.value, "resources")) {
    build_resources_probe(context, *what, probe);
  }
  if (const auto every = parsed(child(&entry.value, "every"), parse_duration)) {
    probe.every = *every;
    if (*every < kEveryMin) {
      context.problems.add(child(&entry.value, "every")->place(),
                           "a probe is asked every " + to_text(kEveryMin) + " at most");
    }
  }
  const auto timeout = positive_duration(context, child(&entry.value, "timeout"), "'timeout'");
  if (timeout) probe.timeout = *timeout;
  if (const Node* checks = child(&entry.value, "checks")) {
    probe.checks = text_of(context, checks, Scope::literal);
  }
  if (const auto series = integer_at(&entry.value, "series")) {
    probe.series_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(*series, 100'000));
  }
  build_places(context, entry.value, probe);
  return probe;
}

spec::MetricExpectation::Equals build_equals(Context& context, const Node& node) {
  using Witness = spec::MetricExpectation::Equals::Witness;
  spec::MetricExpectation::Equals equals;
  if (child(&node, "calls")) {
    equals.name = reference_at(context, node, "calls", context.mocks);
  } else if (child(&node, "requests")) {
    equals.witness = Witness::requests;
    equals.name = reference_at(context, node, "requests", context.streams);
  } else {
    equals.witness = Witness::answers;
    equals.name = reference_at(context, node, "answers", context.streams);
    equals.when = build_response_match(context, child(&node, "when"));
  }
  if (const auto off = parsed(child(&node, "tolerance"), parse_ratio))
    equals.tolerance = off->value;
  return equals;
}

spec::MetricExpectation build_metric(Context& context, const Node& node) {
  spec::MetricExpectation metric;
  metric.selector = text_of(context, child(&node, "metric"), Scope::literal);
  metric.by = parsed(child(&node, "by"), parse_number_bound);
  metric.value = parsed(child(&node, "value"), parse_number_bound);
  if (const Node* equals = child(&node, "equals")) metric.equals = build_equals(context, *equals);
  return metric;
}

spec::HealthExpectation build_health(Context& context, const Node& node) {
  spec::HealthExpectation health;
  const Node& name = *child(&node, "health");
  health.probe = text_of(context, &name, Scope::literal);
  const spec::ResponseMatch match = build_response_match(context, &node);
  health.status = match.status;
  health.json = match.json;
  if (const Node* turns = child(&node, "turns")) health.turns = texts_of(context, turns);
  health.to = text_of(context, child(&node, "to"), Scope::literal);
  health.within = positive_duration(context, child(&node, "within"), "'within'");
  health.back = positive_duration(context, child(&node, "back"), "'back'");
  const auto& probes = context.out.probes;
  const auto probe = std::find_if(probes.begin(), probes.end(),
                                  [&](const spec::Probe& one) { return one.name == health.probe; });
  if (probe != probes.end() && probe->kind == spec::Probe::Kind::metrics) {
    context.problems.add(name.place(), "probe '" + health.probe +
                                           "' scrapes metrics; 'health' "
                                           "looks at a probe of health or of breakers");
  }
  check_reference(context, name, health.probe, context.probes);
  return health;
}

spec::LogExpectation build_log(Context& context, const Node& node) {
  spec::LogExpectation log;
  const Node& line = *child(&node, "log");
  if (line.is_scalar()) log.matches = text_of(context, &line, Scope::literal);
  if (const Node* pattern = child(&line, "matches")) {
    log.matches = text_of(context, pattern, Scope::literal);
  }
  if (line.is_map()) log.json = build_response_match(context, &line).json;
  const Node* appears = child(&node, "appears");
  if (appears && appears->text == "never") {
    log.lines = {spec::Comparison::equal, 0};
  } else if (const auto bound = parsed(appears, parse_number_bound)) {
    log.lines = *bound;
  }
  return log;
}

spec::RecoveryExpectation build_recovery(Context& context, const Node& node) {
  spec::RecoveryExpectation recovery;
  const auto add = [&](const Node& item) {
    const auto slo = parsed(&item, parse_slo);
    if (!slo) return;
    check_reference(context, item, slo->stream, context.streams);
    recovery.slo.push_back(*slo);
  };
  const Node& slo = *child(&node, "recovery");
  if (slo.is_scalar()) add(slo);
  for (const Node& item : slo.items) add(item);
  const auto within = positive_duration(context, child(&node, "within"), "'within'");
  recovery.within = within.value_or(Duration{0});
  const auto stays = positive_duration(context, child(&node, "stays"), "'stays'");
  if (stays) recovery.stays = *stays;
  return recovery;
}

spec::AmplificationExpectation build_amplification(Context& context, const Node& node) {
  spec::AmplificationExpectation attempts;
  attempts.mock = reference_at(context, node, "amplification", context.mocks);
  attempts.attempts = parsed(child(&node, "attempts"), parse_number_bound);
  if (const auto most = integer_at(&node, "most")) {
    attempts.attempts_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(*most, 1000));
  }
  return attempts;
}

spec::CorrelationExpectation build_correlation(Context& context, const Node& node) {
  spec::CorrelationExpectation correlation;
  correlation.mock = reference_at(context, node, "correlation", context.mocks);
  if (const auto bound = parsed(child(&node, "share"), parse_share_bound)) {
    correlation.comparison = bound->comparison;
    correlation.share = bound->share;
  }
  return correlation;
}

spec::TelemetryExpectation build_telemetry(Context& context, const Node& node) {
  spec::TelemetryExpectation telemetry;
  telemetry.mock = reference_at(context, node, "telemetry", context.mocks);
  const auto lag = positive_duration(context, child(&node, "lag"), "'lag'");
  if (lag) telemetry.lag = *lag;
  return telemetry;
}

}  // namespace

void build_probes(Context& context, const Node& root) {
  auto& probes = context.out.probes;
  const bool clinic = std::holds_alternative<spec::ClinicSystem>(context.out.system.what);
  if (clinic) probes = spec::clinic_probes();
  if (const Node* map = child(&root, "probes")) {
    for (const Entry& entry : map->entries) {
      std::erase_if(probes, [&](const spec::Probe& probe) { return probe.name == entry.key; });
      probes.push_back(build_probe(context, entry));
    }
  }
  context.probes.what = "probe";
  for (const spec::Probe& probe : probes) {
    context.probes.names.push_back(probe.name);
    context.probes.index.insert(probe.name);
  }
}

bool build_observed(Context& context, const Node& node, spec::Expectation& out) {
  if (child(&node, "metric")) {
    out.what = build_metric(context, node);
  } else if (child(&node, "health")) {
    out.what = build_health(context, node);
  } else if (child(&node, "log")) {
    out.what = build_log(context, node);
  } else if (child(&node, "recovery")) {
    out.what = build_recovery(context, node);
  } else if (child(&node, "amplification")) {
    out.what = build_amplification(context, node);
  } else if (child(&node, "correlation")) {
    out.what = build_correlation(context, node);
  } else if (child(&node, "telemetry")) {
    out.what = build_telemetry(context, node);
  } else {
    return build_evidence(context, node, out);
  }
  return true;
}

std::string observed_name(const spec::Expectation& expectation) {
  const std::string kind{spec::kind_of(expectation)};
  if (const auto* metric = std::get_if<spec::MetricExpectation>(&expectation.what)) {
    return kind + " " + metric->selector;
  }
  if (const auto* health = std::get_if<spec::HealthExpectation>(&expectation.what)) {
    return kind + " " + health->probe;
  }
  if (const auto* log = std::get_if<spec::LogExpectation>(&expectation.what)) {
    if (log->matches) return kind + " /" + *log->matches + "/";
    spec::ResponseMatch fields;
    fields.json = log->json;
    return kind + " " + describe(fields);
  }
  if (const auto* recovery = std::get_if<spec::RecoveryExpectation>(&expectation.what)) {
    return kind + " " + (recovery->slo.empty() ? "" : recovery->slo.front().text);
  }
  if (const auto* attempts = std::get_if<spec::AmplificationExpectation>(&expectation.what)) {
    return kind + " " + attempts->mock;
  }
  if (const auto* correlation = std::get_if<spec::CorrelationExpectation>(&expectation.what)) {
    return kind + " " + correlation->mock;
  }
  if (const auto* telemetry = std::get_if<spec::TelemetryExpectation>(&expectation.what)) {
    return kind + " " + telemetry->mock;
  }
  return evidence_name(expectation);
}

}  // namespace firedrill::scenario
