#include "reports/json.hpp"

#include "reports/clean.hpp"
#include "reports/headline.hpp"
#include "reports/json_traffic.hpp"
#include "reports/statistics.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Json offset_or_null(const std::optional<Offset>& offset) {
  return offset ? Json(json_seconds(*offset)) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json moment_json(const Moment& moment, const TimeOrigin& origin) {
  Json json;
  json["at_s"] = json_seconds(moment.at);
  json["at"] = to_rfc3339(origin.wall_at(moment.at));
  json["kind"] = name_of(moment.kind);
  json["subject"] = moment.subject;
  json["text"] = moment.text;
  return json;
}

Json moments_json(const std::vector<Moment>& moments, const TimeOrigin& origin) {
  Json json = Json::array();
  for (const Moment& moment : moments) json.push_back(moment_json(moment, origin));
  return json;
}

Json verdict_json(const RunResult& result, const Clean& clean) {
  const Tally tally = tally_of(result);
  const FirstLook look = first_look(result, clean);
  Json json;
  json["outcome"] = name_of(result.outcome);
  json["exit_code"] = exit_code_of(result.outcome);
  json["passed"] = tally.passed;
  json["failed"] = tally.failed;
  json["inconclusive"] = tally.inconclusive;
  json["gates_unmet"] = tally.gates_unmet;
  json["first_look"] = {{"text", look.sentence}, {"place", text_or_null(look.place)}};
  return json;
}

Json times_json(const RunResult& result) {
  const DrillSpan span = span_of(result);
  Json json;
  json["started_at"] = to_rfc3339(result.origin.wall_at(span.start));
  json["zero_at"] = to_rfc3339(result.origin.wall);
  json["zero_unix_ns"] = result.origin.wall.time_since_epoch().count();
  json["ended_at"] = to_rfc3339(result.origin.wall_at(span.end));
  json["start_s"] = json_seconds(span.start);
  json["end_s"] = json_seconds(span.end);
  json["duration_s"] = json_seconds(span.length());
  return json;
}

Json environment_json(const Environment& environment) {
  Json json;
  json["firedrill_version"] = environment.firedrill_version;
  json["host"] = environment.host;
  json["kernel"] = environment.kernel;
  json["cpu"] = environment.cpu;
  json["cores"] = environment.cores;
  return json;
}

Json generator_json(const GeneratorRecord& generator) {
  std::uint64_t connections = 0;
  Json json;
  Json& threads = json["threads"] = Json::array();
  for (const ThreadHealth& thread : generator.threads) {
    connections += thread.connections_max;
    threads.push_back({{"cpu_share", json_share(thread.cpu_share)},
                       {"cpu_share_max", json_share(thread.cpu_share_max)},
                       {"stalls", thread.stalls},
                       {"longest_stall_ms", json_seconds(thread.longest_stall) * 1e3},
                       {"connections_max", thread.connections_max}});
  }
  json["connections_max"] = connections;
  json["descriptors_limit"] = generator.limits.descriptors;
  json["ports_limit"] = generator.limits.ports;
  json["shard"] = {{"index", generator.share_index + 1}, {"count", generator.share_count}};
  return json;
}

Json phase_json(const PhaseRecord& phase, const TimeOrigin& origin) {
  const bool reached = phase.reached;
  Json json;
  json["name"] = phase.name;
  json["reached"] = reached;
  json["planned_s"] = json_seconds(phase.planned);
  json["start_s"] = reached ? Json(json_seconds(phase.start)) : Json(nullptr);
  json["end_s"] = reached ? Json(json_seconds(phase.end)) : Json(nullptr);
  json["duration_s"] = reached ? Json(json_seconds(phase.end - phase.start)) : Json(nullptr);
  json["started_at"] = reached ? Json(to_rfc3339(origin.wall_at(phase.start))) : Json(nullptr);
  return json;
}

Json fault_json(const FaultRecord& fault) {
  Json json;
  json["name"] = fault.name;
  json["target"] = fault.target;
  json["description"] = fault.description;
  json["phase"] = fault.phase;
  json["place"] = fault.place;
  json["injected_at_s"] = offset_or_null(fault.injected_at);
  json["healed_at_s"] = offset_or_null(fault.healed_at);
  json["hits"] = fault.hits;
  json["seen"] = fault.seen;
  json["counted"] = fault.counted;
  json["hits_by_step"] = fault.hits_by_step;
  json["hits_optional"] = fault.hits_optional;
  return json;
}

Json finding_json(const Finding& finding) {
  Json json;
  json["what"] = finding.what;
  json["verdict"] = name_of(finding.verdict);
  json["observed"] = finding.observed;
  json["required"] = finding.required;
  json["interval"] = text_or_null(finding.interval);
  json["window"] = finding.window;
  json["samples"] = finding.samples;
  json["why"] = text_or_null(finding.why);
  json["evidence"] = finding.evidence;
  return json;
}

Json judgement_json(const Judgement& judgement, const TimeOrigin& origin) {
  Json json;
  json["name"] = judgement.name;
  json["kind"] = judgement.kind;
  json["verdict"] = name_of(judgement.verdict());
  json["gate"] = judgement.gate;
  json["file"] = judgement.file;
  json["line"] = judgement.line;
  json["column"] = judgement.column;
  Json& findings = json["findings"] = Json::array();
  for (const Finding& finding : judgement.findings) findings.push_back(finding_json(finding));
  json["moments"] = moments_json(judgement.moments, origin);
  json["runbook"] = text_or_null(judgement.runbook);
  return json;
}

Json rate_or_null(const std::optional<Rate>& rate) {
  return rate ? Json(rate->per_second) : Json(nullptr);
}

Json breakpoint_json(const BreakpointRecord& record) {
  Json json;
  json["stream"] = record.stream;
  json["end"] = name_of(record.end);
  json["knee_per_s"] = rate_or_null(record.knee);
  json["broke_at_per_s"] = rate_or_null(record.broke_at);
  json["text"] = to_text(record);
  Json& steps = json["steps"] = Json::array();
  for (const BreakpointStep& step : record.steps) {
    steps.push_back({{"at_s", json_seconds(step.start)},
                     {"rate_per_s", step.rate.per_second},
                     {"planned", step.planned},
                     {"sent", step.sent},
                     {"held", step.held},
                     {"why", text_or_null(step.why)}});
  }
  return json;
}

template <typename Items, typename Render>
Json array_of(const Items& items, Render render) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(render(item));
  return json;
}

/// Every string value of the tree, so that no field can be forgotten. Keys are ours: fixed words
/// and HTTP status codes.
void clean_strings(Json& json, const Clean& clean) {
  if (json.is_string()) {
    json = clean(json.get_ref<const std::string&>());
  } else if (json.is_structured()) {
    for (Json& child : json) clean_strings(child, clean);
  }
}

}  // namespace

std::string to_json(const RunResult& result, const Redactor& redactor) {
  const Clean clean{redactor};
  const TimeOrigin& origin = result.origin;
  Json json;
  json["schema"] = kResultSchema;
  json["verdict"] = verdict_json(result, clean);
  json["scenario"] = result.scenario;
  json["title"] = result.title;
  json["file"] = result.file;
  json["rehearses"] = result.rehearses;
  json["seed"] = result.seed;
  json["system"] = result.system;
  json["defects"] = result.defects;
  json["times"] = times_json(result);
  json["environment"] = environment_json(result.environment);
  json["phases"] =
      array_of(result.phases, [&](const PhaseRecord& phase) { return phase_json(phase, origin); });
  json["expectations"] = array_of(result.judgements, [&](const Judgement& judgement) {
    return judgement_json(judgement, origin);
  });
  json["problems"] = result.problems;
  json["not_ready_reason"] = text_or_null(result.not_ready_reason);
  json["not_healed"] = result.not_healed;
  json["interrupted"] = result.interrupted;
  json["faults"] = array_of(result.faults, fault_json);
  json["traffic"] = array_of(
      result.streams, [&](const StreamSeries& series) { return traffic_json(result, series); });
  json["mocks"] =
      array_of(result.ledgers, [&](const Ledger& ledger) { return ledger_json(result, ledger); });
  if (!result.webhooks.empty()) json["webhooks"] = array_of(result.webhooks, webhook_json);
  json["breakpoints"] = array_of(result.breakpoints, breakpoint_json);
  json["generator"] = generator_json(result.generator);
  if (!result.probes.empty()) json["probes"] = array_of(result.probes, probe_json);
  if (result.privacy.watched) json["privacy"] = privacy_json(result.privacy);
  if (!result.state.empty()) json["state"] = array_of(result.state, state_json);
  if (result.alerts.asked) json["alerts"] = alerts_json(result.alerts);
  if (result.alerts.live.asked) json["live_alerts"] = live_alerts_json(result.alerts.live);
  json["moments"] = moments_json(result.moments, origin);
  json["log_tail"] = clean.lines(result.log_tail);
  clean_strings(json, clean);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace firedrill
