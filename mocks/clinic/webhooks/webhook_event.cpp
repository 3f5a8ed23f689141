#include "mocks/clinic/webhooks/webhook_event.hpp"

#include "harness/base/strings.hpp"
#include "mocks/form.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill::clinic {
namespace {

using nlohmann::json;
using Events = std::vector<WebhookEvent>;

constexpr std::size_t kEventTextMax = 200;

/// Member of an object, or null; never throws, whatever `from` is.
const json& part_of(const json& from, const char* name) {
  static const json nothing;
  if (!from.is_object()) return nothing;
  const auto found = from.find(name);
  return found == from.end() ? nothing : *found;
}

std::string text_at(const json& from, const char* name) {
  const json& value = part_of(from, name);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

bool is_usable(const WebhookEvent& event) {
  return !event.id.empty() && event.id.size() <= kEventTextMax && !event.type.empty() &&
         event.type.size() <= kEventTextMax;
}

std::optional<Events> stripe_events(const std::string& body) {
  const auto parsed = parse_json<json>(body);
  if (!parsed) return std::nullopt;
  return Events{{text_at(*parsed, "id"), text_at(*parsed, "type")}};
}

std::optional<Events> hubspot_events(const std::string& body) {
  const auto parsed = parse_json<json>(body);
  if (!parsed || !parsed->is_array()) return std::nullopt;
  Events events;
  for (const json& each : *parsed) {
    const json& id = part_of(each, "eventId");
    events.push_back({id.is_number_unsigned() ? std::to_string(id.get<std::uint64_t>()) : "",
                      text_at(each, "subscriptionType")});
  }
  return events;
}

/// Messages, and what became of ours.
void add_whatsapp_events(const json& value, Events& events) {
  for (const json& message : part_of(value, "messages")) {
    events.push_back({text_at(message, "id"), "message." + text_at(message, "type")});
  }
  for (const json& status : part_of(value, "statuses")) {
    const std::string reached = text_at(status, "status");
    events.push_back({text_at(status, "id") + ":" + reached, "status." + reached});
  }
}

std::optional<Events> whatsapp_events(const std::string& body) {
  const auto parsed = parse_json<json>(body);
  if (!parsed || text_at(*parsed, "object") != "whatsapp_business_account") return std::nullopt;
  Events events;
  for (const json& entry : part_of(*parsed, "entry")) {
    for (const json& change : part_of(entry, "changes")) {
      add_whatsapp_events(part_of(change, "value"), events);
    }
  }
  return events;
}

std::string first_of(const std::vector<FormField>& fields, std::string_view name) {
  return std::string{form_value(fields, name).value_or("")};
}

std::optional<Events> twilio_events(const HttpRequest& request) {
  if (!has_form(request)) return std::nullopt;
  const auto fields = decode_form(request.body);
  if (!fields) return std::nullopt;
  const std::string call = first_of(*fields, "CallSid");
  const std::string status = first_of(*fields, call.empty() ? "MessageStatus" : "CallStatus");
  const std::string sid = call.empty() ? first_of(*fields, "MessageSid") : call;
  WebhookEvent event;
  event.id = std::string{find_header(request.headers, "I-Twilio-Idempotency-Token")};
  if (event.id.empty() && !sid.empty()) event.id = status.empty() ? sid : sid + ":" + status;
  event.type = call.empty() ? "message." : "voice.";
  event.type += status.empty() ? "received" : status;
  return Events{std::move(event)};
}

std::optional<Events> events_in(WebhookSender sender, const HttpRequest& request) {
  switch (sender) {
    case WebhookSender::stripe:
      return stripe_events(request.body);
    case WebhookSender::twilio:
      return twilio_events(request);
    case WebhookSender::hubspot:
      return hubspot_events(request.body);
    case WebhookSender::whatsapp:
      return whatsapp_events(request.body);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(WebhookSender sender) {
  constexpr std::array<std::string_view, kWebhookSenders.size()> names{"stripe", "twilio",
                                                                       "hubspot", "whatsapp"};
  return names.at(static_cast<std::size_t>(sender));
}

std::string_view name_of(WebhookOutcome outcome) {
  constexpr std::array<std::string_view, kWebhookOutcomes> names{
      "processed", "duplicate", "dead_lettered", "reprocessed", "overflow",
      "unsigned",  "stale",     "malformed",     "unconfigured"};
  return names.at(static_cast<std::size_t>(outcome));
}

bool has_form(const HttpRequest& request) {
  const std::string type = to_lower(find_header(request.headers, "Content-Type"));
  return type.starts_with("application/x-www-form-urlencoded");
}

std::optional<std::vector<WebhookEvent>> read_events(WebhookSender sender,
                                                     const HttpRequest& request) {
  std::optional<Events> events = events_in(sender, request);
  if (events && !std::all_of(events->begin(), events->end(), is_usable)) return std::nullopt;
  return events;
}

}  // namespace firedrill::clinic
