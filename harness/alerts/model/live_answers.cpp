#include "harness/alerts/model/live_answers.hpp"

#include "harness/alerts/model/inhibition.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace firedrill::alerts {
namespace {

using AnswerJson = nlohmann::json;

constexpr std::size_t kLiveAlertsMax = 2000;
constexpr int kAnswerDeep = 64;

std::optional<AnswerJson> answer_of(std::string_view body) {
  // Nesting is bounded by what is kept: deeper values are not an answer of these APIs.
  bool too_deep = false;
  const auto shallow = [&](int depth, AnswerJson::parse_event_t /*event*/, AnswerJson& /*parsed*/) {
    too_deep = too_deep || depth > kAnswerDeep;
    return !too_deep;
  };
  AnswerJson parsed = AnswerJson::parse(body, shallow, false);
  if (parsed.is_discarded() || too_deep) return std::nullopt;
  return parsed;
}

std::string member_text(const AnswerJson& map, const char* key) {
  if (!map.is_object()) return "";
  const auto found = map.find(key);
  return found != map.end() && found->is_string() ? found->get<std::string>() : "";
}

const AnswerJson& member(const AnswerJson& map, const char* key) {
  static const AnswerJson nothing;
  if (!map.is_object()) return nothing;
  const auto found = map.find(key);
  return found == map.end() ? nothing : *found;
}

std::map<std::string, std::string> labels_in(const AnswerJson& alert) {
  std::map<std::string, std::string> out;
  const AnswerJson& labels = member(alert, "labels");
  if (!labels.is_object()) return out;
  for (const auto& [name, value] : labels.items()) {
    if (value.is_string()) out[name] = value.get<std::string>();
  }
  return out;
}

Error no_answer(const std::string& whose) {
  return Error{whose + " answers with something that is none of its lists of alerts"};
}

std::string too_many(const std::string& whose) {
  return "more than " + std::to_string(kLiveAlertsMax) + " alerts in " + whose +
         ": not all were kept";
}

LiveRuleState* living_state(LiveAlertRecord& record,
                            const std::map<std::string, std::string>& labels) {
  for (LiveRuleState& state : record.states) {
    if (!state.gone && state.labels == labels) return &state;
  }
  return nullptr;
}

LiveAlert* living_alert(LiveAlertRecord& record, const std::string& fingerprint) {
  for (LiveAlert& alert : record.alerts) {
    if (!alert.gone && alert.fingerprint == fingerprint) return &alert;
  }
  return nullptr;
}

void take_status(LiveAlert& alert, const AnswerJson& one, Offset now) {
  const AnswerJson& status = member(one, "status");
  const AnswerJson& inhibited = member(status, "inhibitedBy");
  const AnswerJson& silenced = member(status, "silencedBy");
  alert.silenced = alert.silenced || (silenced.is_array() && !silenced.empty());
  if (inhibited.is_array() && !inhibited.empty()) {
    alert.inhibited = true;
    for (const AnswerJson& by : inhibited) {
      const std::string source = by.is_string() ? by.get<std::string>() : "";
      auto& known = alert.inhibited_by;
      if (std::find(known.begin(), known.end(), source) == known.end()) known.push_back(source);
    }
  }
  if (member_text(status, "state") == "active" && !alert.active) alert.active = now;
  const AnswerJson& receivers = member(one, "receivers");
  if (!receivers.is_array()) return;
  alert.receivers.clear();
  for (const AnswerJson& receiver : receivers)
    alert.receivers.push_back(member_text(receiver, "name"));
}

}  // namespace

Result<void> add_prometheus_alerts(LiveAlertRecord& record, std::string_view body, Offset now) {
  const auto answer = answer_of(body);
  if (!answer) return no_answer("Prometheus");
  const AnswerJson& list = member(member(*answer, "data"), "alerts");
  if (!list.is_array()) return no_answer("Prometheus");
  std::set<std::map<std::string, std::string>> there;
  for (const AnswerJson& one : list) {
    auto labels = labels_in(one);
    there.insert(labels);
    LiveRuleState* state = living_state(record, labels);
    if (!state) {
      if (record.states.size() >= kLiveAlertsMax) {
        record.unusable = too_many("Prometheus");
        continue;
      }
      state = &record.states.emplace_back();
      state->labels = std::move(labels);
      state->pending = now;
    }
    if (member_text(one, "state") == "firing" && !state->firing) state->firing = now;
  }
  for (LiveRuleState& state : record.states) {
    if (!state.gone && !there.contains(state.labels)) state.gone = now;
  }
  return {};
}

Result<void> add_alertmanager_alerts(LiveAlertRecord& record, std::string_view body, Offset now) {
  const auto list = answer_of(body);
  if (!list || !list->is_array()) return no_answer("Alertmanager");
  std::set<std::string> there;
  for (const AnswerJson& one : *list) {
    std::string fingerprint = member_text(one, "fingerprint");
    there.insert(fingerprint);
    LiveAlert* alert = living_alert(record, fingerprint);
    if (!alert) {
      if (record.alerts.size() >= kLiveAlertsMax) {
        record.unusable = too_many("Alertmanager");
        continue;
      }
      alert = &record.alerts.emplace_back();
      alert->fingerprint = std::move(fingerprint);
      alert->labels = labels_in(one);
      alert->seen = now;
    }
    take_status(*alert, one, now);
  }
  for (LiveAlert& alert : record.alerts) {
    if (!alert.gone && !there.contains(alert.fingerprint)) alert.gone = now;
  }
  return {};
}

Result<std::vector<std::string>> alerts_defined(std::string_view body) {
  const auto answer = answer_of(body);
  if (!answer) return no_answer("Prometheus");
  const AnswerJson& groups = member(member(*answer, "data"), "groups");
  if (!groups.is_array()) return no_answer("Prometheus");
  std::set<std::string> names;
  for (const AnswerJson& group : groups) {
    const AnswerJson& rules = member(group, "rules");
    if (!rules.is_array()) continue;
    for (const AnswerJson& rule : rules) {
      if (member_text(rule, "type") == "alerting") names.insert(member_text(rule, "name"));
    }
  }
  return std::vector<std::string>{names.begin(), names.end()};
}

std::string version_in(std::string_view body) {
  const auto answer = answer_of(body);
  if (!answer) return "";
  const std::string prometheus = member_text(member(*answer, "data"), "version");
  if (!prometheus.empty()) return prometheus;
  return member_text(member(*answer, "versionInfo"), "version");
}

Result<std::string> silence_body(std::string_view matchers, WallTime from, WallTime to) {
  const auto parsed = parse_matchers(matchers);
  if (!parsed) return parsed.error();
  AnswerJson list = AnswerJson::array();
  for (const Matcher& matcher : *parsed) {
    AnswerJson one;
    one["name"] = matcher.label;
    one["value"] = matcher.value;
    one["isRegex"] = matcher.op == "=~" || matcher.op == "!~";
    one["isEqual"] = matcher.op == "=" || matcher.op == "=~";
    list.push_back(std::move(one));
  }
  AnswerJson body;
  body["matchers"] = std::move(list);
  body["startsAt"] = to_rfc3339(from);
  body["endsAt"] = to_rfc3339(to);
  body["createdBy"] = "firedrill";
  body["comment"] = "of a drill";
  return body.dump(-1, ' ', false, AnswerJson::error_handler_t::replace);
}

}  // namespace firedrill::alerts
