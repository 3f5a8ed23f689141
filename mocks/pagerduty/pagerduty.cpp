#include "mocks/pagerduty/pagerduty.hpp"

#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace firedrill::pagerduty {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBodyMax = 512 * 1024;
constexpr std::size_t kKeyLength = 32;
constexpr std::size_t kDedupMax = 255;
constexpr std::size_t kSummaryMax = 1024;

enum class Endpoint : std::uint8_t { enqueue, change };

constexpr std::array<Route<Endpoint>, 2> kRoutes{
    {{"POST", "/v2/enqueue", Endpoint::enqueue}, {"POST", "/v2/change/enqueue", Endpoint::change}}};

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

HttpReply refusal(int status, const std::string& kind, const std::string& message,
                  const std::vector<std::string>& errors) {
  const Json body{{"status", kind}, {"message", message}, {"errors", errors}};
  return json_reply(status, dump(body));
}

HttpReply invalid(const std::vector<std::string>& errors) {
  return refusal(400, "invalid event", "Event object is invalid", errors);
}

template <std::size_t Count>
bool one_of(const std::string& text, const std::array<std::string_view, Count>& names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

void check_key(std::vector<std::string>& errors, const Json& event, const std::string& accepted) {
  const std::string key = text_at(event, "routing_key");
  if (key.empty()) {
    errors.emplace_back("'routing_key' is missing or blank");
  } else if (key.size() != kKeyLength) {
    errors.emplace_back("Length of 'routing_key' is incorrect (should be 32 characters)");
  } else if (!accepted.empty() && key != accepted) {
    errors.emplace_back("Invalid routing key");
  }
}

void check_payload(std::vector<std::string>& errors, const Json& event) {
  const auto found = event.find("payload");
  if (found == event.end() || !found->is_object()) {
    errors.emplace_back("'payload' is missing or blank");
    return;
  }
  const std::string summary = text_at(*found, "summary");
  if (summary.empty()) errors.emplace_back("'payload.summary' is missing or blank");
  if (summary.size() > kSummaryMax) {
    errors.emplace_back("'payload.summary' is too long (maximum is 1024 characters)");
  }
  if (text_at(*found, "source").empty()) {
    errors.emplace_back("'payload.source' is missing or blank");
  }
  const std::array<std::string_view, 4> severities{"critical", "warning", "error", "info"};
  if (!one_of(text_at(*found, "severity"), severities)) {
    errors.emplace_back(
        "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', "
        "'error' or 'info')");
  }
}

std::vector<std::string> errors_in(const Json& event, const std::string& accepted) {
  std::vector<std::string> errors;
  check_key(errors, event, accepted);
  const std::string action = text_at(event, "event_action");
  const std::array<std::string_view, 3> actions{"trigger", "acknowledge", "resolve"};
  if (action.empty()) {
    errors.emplace_back("'event_action' is missing or blank");
  } else if (!one_of(action, actions)) {
    errors.emplace_back(
        "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or "
        "'resolve')");
  }
  const std::string dedup = text_at(event, "dedup_key");
  if (dedup.size() > kDedupMax) {
    errors.emplace_back("'dedup_key' is too long (maximum is 255 characters)");
  }
  if (action == "trigger") check_payload(errors, event);
  if ((action == "acknowledge" || action == "resolve") && dedup.empty()) {
    errors.emplace_back("'dedup_key' is missing or blank");
  }
  return errors;
}

AlertNotice::Action action_of(const std::string& name) {
  if (name == "acknowledge") return AlertNotice::Action::acknowledge;
  return name == "resolve" ? AlertNotice::Action::resolve : AlertNotice::Action::trigger;
}

/// What a drill's Alertmanager says in its details about the alerts; "" from anybody else.
std::string mark_of(const Json& event) {
  const auto payload = event.find("payload");
  if (payload == event.end() || !payload->is_object()) return "";
  const auto details = payload->find("custom_details");
  if (details == payload->end() || !details->is_object()) return "";
  return text_at(*details, "firedrill");
}

Json time_or_null(const std::optional<WallTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json incident_json(const Incident& incident) {
  return {{"dedup_key", incident.dedup_key},
          {"status", incident.status()},
          {"severity", incident.severity},
          {"summary", incident.summary},
          {"triggers", incident.triggers},
          {"triggered_at", to_rfc3339(incident.triggered_at)},
          {"acknowledged_at", time_or_null(incident.acknowledged_at)},
          {"resolved_at", time_or_null(incident.resolved_at)}};
}

}  // namespace

const char* Incident::status() const {
  if (resolved_at) return "resolved";
  return acknowledged_at ? "acknowledged" : "triggered";
}

PagerDuty::PagerDuty(spec::Mock options) : options_{std::move(options)} {}

HttpReply PagerDuty::answer(const HttpRequest& request, ProviderContext& context) {
  const auto match =
      find_route(std::span<const Route<Endpoint>>{kRoutes}, request.method, request.path);
  if (!match.handler) {
    const int status = match.allowed.empty() ? 404 : 405;
    return refusal(status, "not found", "there is no such route", {});
  }
  if (request.body.size() > kBodyMax) {
    return refusal(413, "invalid event", "Event object is too large", {});
  }
  return *match.handler == Endpoint::enqueue ? enqueue(request, context)
                                             : enqueue_change(request, context);
}

HttpReply PagerDuty::enqueue(const HttpRequest& request, ProviderContext& context) {
  const auto event = parse_json<Json>(request.body);
  if (!event || !event->is_object()) return invalid({"JSON cannot be parsed"});
  const auto errors = errors_in(*event, options_.api_key);
  if (!errors.empty()) return invalid(errors);
  Incident incident;
  incident.routing_key = text_at(*event, "routing_key");
  incident.dedup_key = text_at(*event, "dedup_key");
  if (incident.dedup_key.empty()) incident.dedup_key = hex_id(kKeyLength, context.rng);
  if (const auto payload = event->find("payload");
      payload != event->end() && payload->is_object()) {
    incident.severity = text_at(*payload, "severity");
    incident.summary = text_at(*payload, "summary");
  }
  Notice notice{context.wall, incident.routing_key, {}};
  notice.what.receiver = query_value(request.query, "receiver").value_or("");
  notice.what.action = action_of(text_at(*event, "event_action"));
  notice.what.key = incident.dedup_key;
  notice.what.severity = incident.severity;
  notice.what.alerts = parse_notice_mark(mark_of(*event));
  notices_.add(std::move(notice));
  const Json body{
      {"status", "success"}, {"message", "Event processed"}, {"dedup_key", incident.dedup_key}};
  book(text_at(*event, "event_action"), std::move(incident), context.wall);
  return json_reply(202, dump(body));
}

HttpReply PagerDuty::enqueue_change(const HttpRequest& request, ProviderContext& /*context*/) {
  const auto event = parse_json<Json>(request.body);
  if (!event || !event->is_object()) return invalid({"JSON cannot be parsed"});
  std::vector<std::string> errors;
  check_key(errors, *event, options_.api_key);
  const auto payload = event->find("payload");
  const bool said =
      payload != event->end() && payload->is_object() && !text_at(*payload, "summary").empty();
  if (!said) errors.emplace_back("'payload.summary' is missing or blank");
  if (!errors.empty()) return invalid(errors);
  ++changes_;
  return json_reply(202, dump(Json{{"status", "success"}, {"message", "Change event processed"}}));
}

Incident* PagerDuty::open_incident(const std::string& key) {
  const auto open = open_.find(key);
  if (open == open_.end()) return nullptr;
  Incident* incident = incidents_.find(open->second);
  if (!incident) open_.erase(open);
  return incident;
}

void PagerDuty::book(const std::string& action, Incident event, WallTime now) {
  const std::string key = event.routing_key + " " + event.dedup_key;
  Incident* incident = open_incident(key);
  if (action != "trigger") {
    if (!incident) {
      ++unmatched_;
    } else if (action == "acknowledge") {
      incident->acknowledged_at = incident->acknowledged_at.value_or(now);
    } else {
      incident->resolved_at = now;
      open_.erase(key);
    }
    return;
  }
  if (incident) {
    ++incident->triggers;
    incident->severity = event.severity;
    incident->summary = event.summary;
    return;
  }
  event.triggers = 1;
  event.triggered_at = now;
  // What was evicted from the one must not fill the other.
  if (open_.size() >= BoundedMap<Incident>::kCapacity) open_.erase(open_.begin());
  const std::string number = std::to_string(next_++);
  incidents_.put(number, std::move(event));
  open_[key] = number;
}

HttpReply PagerDuty::error(int status, ProviderContext& context) {
  if (status == 429) {
    HttpReply reply =
        refusal(429, "throttle exceeded", "Requests for this service are arriving too quickly.",
                {"Requests for this service are arriving too quickly."});
    const auto wait = std::chrono::ceil<std::chrono::seconds>(context.rate.retry_in).count();
    reply.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(1, wait))});
    return reply;
  }
  if (status < 500) return refusal(status, "invalid event", "Event object is invalid", {});
  return refusal(status, "internal error", std::string{reason_of(status)}, {});
}

std::string PagerDuty::state() const {
  Json list = Json::array();
  incidents_.oldest_first([&list](const std::string& /*number*/, const Incident& incident) {
    list.push_back(incident_json(incident));
    return true;
  });
  return dump(Json{{"incidents", std::move(list)},
                   {"unmatched", unmatched_},
                   {"changes", changes_},
                   {"not_kept", incidents_.evicted()}});
}

void PagerDuty::reset() {
  incidents_.clear();
  open_.clear();
  next_ = 0;
  unmatched_ = 0;
  changes_ = 0;
  notices_ = {};
}

std::vector<std::string> route_names() {
  std::vector<std::string> names;
  for (const auto& route : kRoutes) {
    names.push_back(std::string{route.method} + " " + std::string{route.pattern});
  }
  return names;
}

}  // namespace firedrill::pagerduty
