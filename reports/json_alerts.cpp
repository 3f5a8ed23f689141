#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Json text_unless_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json timeline_json(const AlertTimeline& timeline) {
  Json json;
  json["alert"] = timeline.alert;
  json["labels"] = timeline.labels;
  if (!timeline.annotations.empty()) json["annotations"] = timeline.annotations;
  json["receivers"] = timeline.receivers;
  json["suppressed_by"] = text_unless_empty(timeline.suppressed_by);
  Json& states = json["states"] = Json::array();
  for (const AlertState& state : timeline.states) {
    states.push_back({{"state", state.firing ? "firing" : "pending"},
                      {"from_s", json_seconds(state.from)},
                      {"to_s", state.ended ? Json(json_seconds(state.to)) : Json(nullptr)}});
  }
  return json;
}

Json rule_json(const AlertRuleRecord& rule) {
  Json json;
  json["alert"] = rule.alert;
  json["place"] = rule.place;
  json["for_s"] = json_seconds(rule.hold);
  json["predicted_s"] = rule.predicted ? Json(json_seconds(*rule.predicted)) : Json(nullptr);
  json["predicted_never"] = text_unless_empty(rule.predicted_never);
  json["blind"] = text_unless_empty(rule.blind);
  return json;
}

}  // namespace

Json alerts_json(const AlertRecord& record) {
  Json json;
  json["engine"] = text_unless_empty(record.engine);
  json["unusable"] = text_unless_empty(record.unusable);
  json["unrouted"] = text_unless_empty(record.unrouted);
  json["scrape_s"] = json_seconds(record.scrape);
  json["eval_s"] = json_seconds(record.eval);
  json["lead_in_s"] = json_seconds(record.lead_in);
  Json& phases = json["phases"] = Json::array();
  for (const AlertPhase& phase : record.phases) {
    phases.push_back({{"name", phase.name},
                      {"from_s", json_seconds(phase.from)},
                      {"to_s", json_seconds(phase.to)},
                      {"recorded_s", json_seconds(phase.recorded)}});
  }
  Json& timelines = json["timelines"] = Json::array();
  for (const AlertTimeline& timeline : record.timelines)
    timelines.push_back(timeline_json(timeline));
  Json& rules = json["rules"] = Json::array();
  for (const AlertRuleRecord& rule : record.rules) rules.push_back(rule_json(rule));
  return json;
}

}  // namespace firedrill
