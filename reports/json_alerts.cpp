#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

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

Json live_alerts_json(const LiveAlertRecord& record) {
  const auto when = [](const std::optional<Offset>& at) {
    return at ? Json(json_seconds(*at)) : Json(nullptr);
  };
  Json json;
  json["engine"] = text_or_null(record.engine);
  json["unusable"] = text_or_null(record.unusable);
  json["attached"] = record.attached;
  json["compress"] = record.compress;
  Json& states = json["rules"] = Json::array();
  for (const LiveRuleState& state : record.states) {
    states.push_back({{"labels", state.labels},
                      {"pending_s", json_seconds(state.pending)},
                      {"firing_s", when(state.firing)},
                      {"gone_s", when(state.gone)}});
  }
  Json& alerts = json["alerts"] = Json::array();
  for (const LiveAlert& alert : record.alerts) {
    alerts.push_back({{"fingerprint", alert.fingerprint},
                      {"labels", alert.labels},
                      {"receivers", alert.receivers},
                      {"seen_s", json_seconds(alert.seen)},
                      {"active_s", when(alert.active)},
                      {"gone_s", when(alert.gone)},
                      {"inhibited", alert.inhibited},
                      {"silenced", alert.silenced}});
  }
  Json& notices = json["notices"] = Json::array();
  for (const AlertNotice& notice : record.notices) {
    Json told = Json::array();
    for (const NoticedAlert& alert : notice.alerts) {
      told.push_back({{"fingerprint", alert.fingerprint}, {"firing", alert.firing}});
    }
    notices.push_back({{"at_s", json_seconds(notice.at)},
                       {"mock", notice.mock},
                       {"receiver", notice.receiver},
                       {"action", name_of(notice.action)},
                       {"key", notice.key},
                       {"severity", notice.severity},
                       {"alerts", std::move(told)}});
  }
  return json;
}

}  // namespace firedrill
