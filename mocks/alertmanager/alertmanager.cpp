#include "mocks/alertmanager/alertmanager.hpp"

#include "mocks/credentials.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace firedrill::alertmanager {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPath = "/webhook";
constexpr std::size_t kAlertsMax = 1000;  // of one group

HttpReply refusal(int status, const std::string& error) {
  return json_reply(status, dump(Json{{"error", error}}));
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// What is wrong with a notification; "" when it is one of version 4. Members that newer versions
/// add are welcome.
std::string problem_of(const Json& json) {
  if (text_at(json, "version") != "4") return "version must be \"4\"";
  const std::string status = text_at(json, "status");
  if (status != "firing" && status != "resolved") return "status must be firing or resolved";
  if (text_at(json, "groupKey").empty()) return "groupKey is missing";
  if (text_at(json, "receiver").empty()) return "receiver is missing";
  const auto alerts = json.find("alerts");
  if (alerts == json.end() || !alerts->is_array() || alerts->empty()) return "alerts are missing";
  for (const Json& alert : *alerts) {
    if (!alert.is_object() || text_at(alert, "fingerprint").empty()) {
      return "an alert without fingerprint";
    }
    const auto labels = alert.find("labels");
    if (labels == alert.end() || !labels->is_object()) return "an alert without labels";
  }
  return "";
}

void take_in(Group& group, const Json& json, WallTime now) {
  const bool firing = text_at(json, "status") == "firing";
  if (group.notifications++ == 0) group.first_at = now;
  group.last_at = now;
  group.firing = firing;
  group.receiver = text_at(json, "receiver");
  group.resolved_at = firing ? std::nullopt : std::optional{now};
  for (const Json& one : json.at("alerts")) {
    const std::string fingerprint = text_at(one, "fingerprint");
    if (group.alerts.size() >= kAlertsMax && !group.alerts.contains(fingerprint)) continue;
    Alert& alert = group.alerts[fingerprint];
    alert.name = text_at(one.at("labels"), "alertname");
    alert.firing = text_at(one, "status") == "firing";
    alert.starts_at = text_at(one, "startsAt");
    // Alertmanager writes the year 1 for what has not ended.
    alert.ends_at = alert.firing ? "" : text_at(one, "endsAt");
  }
}

/// @pre problem_of(json) is ""
AlertNotice notice_of(const Json& json) {
  AlertNotice notice;
  notice.receiver = text_at(json, "receiver");
  notice.key = text_at(json, "groupKey");
  const bool firing = text_at(json, "status") == "firing";
  notice.action = firing ? AlertNotice::Action::trigger : AlertNotice::Action::resolve;
  for (const Json& one : json.at("alerts")) {
    if (notice.alerts.size() >= kAlertsMax) break;
    notice.alerts.push_back({text_at(one, "fingerprint"), text_at(one, "status") == "firing"});
  }
  return notice;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json group_json(const std::string& key, const Group& group) {
  Json alerts = Json::array();
  for (const auto& [fingerprint, alert] : group.alerts) {
    alerts.push_back({{"fingerprint", fingerprint},
                      {"alertname", alert.name},
                      {"status", alert.firing ? "firing" : "resolved"},
                      {"starts_at", alert.starts_at},
                      {"ends_at", text_or_null(alert.ends_at)}});
  }
  return {{"group_key", key.substr(key.find('\n') + 1)},
          {"receiver", group.receiver},
          {"status", group.firing ? "firing" : "resolved"},
          {"notifications", group.notifications},
          {"first_at", to_rfc3339(group.first_at)},
          {"last_at", to_rfc3339(group.last_at)},
          {"resolved_at", group.resolved_at ? Json(to_rfc3339(*group.resolved_at)) : Json(nullptr)},
          {"alerts", std::move(alerts)}};
}

}  // namespace

Receiver::Receiver(spec::Mock options) : options_{std::move(options)} {}

HttpReply Receiver::answer(const HttpRequest& request, ProviderContext& context) {
  if (request.path != kPath) return refusal(404, "send to " + std::string{kPath});
  if (request.method != "POST") return refusal(405, "POST is what Alertmanager sends");
  if (!options_.api_key.empty()) {
    const auto token = bearer_token(request.headers);
    if (check_credential(token, options_.api_key) != Credential::accepted) {
      return refusal(401, "Authorization: Bearer with the token of the receiver is wanted");
    }
  }
  const auto json = parse_json<Json>(request.body);
  if (!json || !json->is_object()) return refusal(400, "no JSON object");
  if (const std::string problem = problem_of(*json); !problem.empty()) return refusal(400, problem);
  notices_.add({context.wall, "", notice_of(*json)});
  const std::string key = text_at(*json, "receiver") + "\n" + text_at(*json, "groupKey");
  Group* group = groups_.find(key);
  take_in(group ? *group : groups_.put(key, {}), *json, context.wall);
  return json_reply(200, "{}");
}

HttpReply Receiver::error(int status, ProviderContext& /*context*/) {
  return refusal(status, std::string{reason_of(status)});
}

std::string Receiver::state() const {
  Json list = Json::array();
  groups_.oldest_first([&list](const std::string& key, const Group& group) {
    list.push_back(group_json(key, group));
    return true;
  });
  return dump(Json{{"groups", std::move(list)}, {"not_kept", groups_.evicted()}});
}

void Receiver::reset() {
  groups_.clear();
  notices_ = {};
}

std::vector<std::string> route_names() { return {"POST " + std::string{kPath}}; }

}  // namespace firedrill::alertmanager
