#include "mocks/hubspot/webhooks_api.hpp"

#include "mocks/hubspot/events.hpp"
#include "mocks/hubspot/objects_api.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Subscription& subscription) {
  Json out{{"id", std::to_string(subscription.id)},
           {"eventType", subscription.event_type},
           {"active", subscription.active},
           {"createdAt", to_rfc3339(subscription.created)},
           {"updatedAt", to_rfc3339(subscription.updated)}};
  if (!subscription.property.empty()) out["propertyName"] = subscription.property;
  if (!subscription.object_type_id.empty()) out["objectTypeId"] = subscription.object_type_id;
  return out;
}

Json to_json(const WebhookSettings& settings) {
  return {{"targetUrl", settings.target_url},
          {"throttling", {{"maxConcurrentRequests", settings.max_concurrent_requests}}},
          {"createdAt", to_rfc3339(settings.created)},
          {"updatedAt", to_rfc3339(settings.updated)}};
}

Checked<std::uint64_t> app_of(const Call& call) {
  const auto app = parse_id(call.parameters.front());
  if (!app)
    return invalid_argument("Invalid value for path param appId: " + call.parameters.front());
  return *app;
}

Checked<Subscription*> named_subscription(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return *problem;
  const auto id = parse_id(call.parameters.at(1));
  Subscription* found =
      id ? call.state.subscriptions.find(std::get<std::uint64_t>(app), *id) : nullptr;
  if (found == nullptr) return object_not_found(call.parameters.at(1));
  return found;
}

bool is_event_type(const std::string& type) {
  static constexpr std::string_view kGeneric = "object.";
  const std::vector<std::string> names = event_names();
  const auto known = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!type.starts_with(kGeneric)) return known(type);
  return known("contact." + type.substr(kGeneric.size()));
}

Checked<Subscription> read_subscription(const Json& json) {
  const auto text = [&json](const char* key) {
    const Json value = json.value(key, Json());
    return value.is_string() ? value.get<std::string>() : std::string{};
  };
  Subscription subscription;
  subscription.event_type = text("eventType");
  subscription.property = text("propertyName");
  subscription.object_type_id = text("objectTypeId");
  if (subscription.event_type.empty()) return missing_fields({"eventType"});
  if (!is_event_type(subscription.event_type)) {
    return unreadable_json("Cannot deserialize value of type `EventType` from String \"" +
                           subscription.event_type + "\"");
  }
  const bool of_property = subscription.event_type.ends_with(".propertyChange");
  if (of_property && subscription.property.empty()) {
    return invalid_argument("propertyName is required for " + subscription.event_type);
  }
  if (!of_property && !subscription.property.empty()) {
    return invalid_argument("propertyName is not allowed for " + subscription.event_type);
  }
  if (subscription.event_type.starts_with("object.") &&
      !find_object_kind(subscription.object_type_id)) {
    return invalid_argument("objectTypeId is required for " + subscription.event_type);
  }
  const Json active = json.value("active", Json(false));
  if (!active.is_boolean()) return unreadable_json("active is not a boolean");
  subscription.active = active.get<bool>();
  return subscription;
}

}  // namespace

HttpReply get_webhook_settings(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  const WebhookSettings* settings =
      call.state.subscriptions.settings().find(std::to_string(std::get<std::uint64_t>(app)));
  if (settings == nullptr) return call.refuse(object_not_found(call.parameters.front()));
  return call.reply(200, to_json(*settings));
}

HttpReply put_webhook_settings(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  const auto parsed = call.body();
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  const auto& body = std::get<Json>(parsed);
  const Json url = body.value("targetUrl", Json());
  const Json throttling = body.value("throttling", Json());
  if (!url.is_string()) return call.refuse(missing_fields({"targetUrl"}));
  if (!throttling.is_object()) return call.refuse(missing_fields({"throttling"}));
  const Json concurrent = throttling.value("maxConcurrentRequests", Json());
  if (!concurrent.is_number_unsigned() || concurrent <= 5) {
    return call.refuse(invalid_argument("maxConcurrentRequests must be greater than 5"));
  }
  const auto& text = url.get_ref<const std::string&>();
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    return call.refuse(invalid_argument("targetUrl is not a URL: " + text));
  }
  auto& all = call.state.subscriptions.settings();
  const std::string id = std::to_string(std::get<std::uint64_t>(app));
  const WebhookSettings* known = all.find(id);
  const WebhookSettings& stored =
      all.put(id, {.app = std::get<std::uint64_t>(app),
                   .target_url = text,
                   .max_concurrent_requests = concurrent.get<std::int64_t>(),
                   .created = known ? known->created : call.now(),
                   .updated = call.now()});
  return call.reply(200, to_json(stored));
}

HttpReply delete_webhook_settings(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  call.state.subscriptions.settings().erase(std::to_string(std::get<std::uint64_t>(app)));
  return call.no_content();
}

HttpReply list_subscriptions(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  Json results = Json::array();
  for (const Subscription* one : call.state.subscriptions.of(std::get<std::uint64_t>(app))) {
    results.push_back(to_json(*one));
  }
  return call.reply(200, {{"results", std::move(results)}});
}

HttpReply post_subscription(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  auto parsed = read_subscription(std::get<Json>(body));
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  auto& wanted = std::get<Subscription>(parsed);
  wanted.app = std::get<std::uint64_t>(app);
  wanted.created = wanted.updated = call.now();
  for (const Subscription* one : call.state.subscriptions.of(wanted.app)) {
    if (one->event_type == wanted.event_type && one->property == wanted.property &&
        one->object_type_id == wanted.object_type_id) {
      return call.refuse(
          {.status = 409,
           .message = "Subscription already exists. Existing ID: " + std::to_string(one->id),
           .category = "CONFLICT"});
    }
  }
  return call.reply(201, to_json(call.state.subscriptions.add(std::move(wanted))));
}

HttpReply get_subscription(const Call& call) {
  const auto found = named_subscription(call);
  if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
  return call.reply(200, to_json(*std::get<Subscription*>(found)));
}

HttpReply patch_subscription(const Call& call) {
  const auto found = named_subscription(call);
  if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  Subscription& subscription = *std::get<Subscription*>(found);
  const Json active = std::get<Json>(body).value("active", Json(subscription.active));
  if (!active.is_boolean()) return call.refuse(unreadable_json("active is not a boolean"));
  subscription.active = active.get<bool>();
  subscription.updated = call.now();
  return call.reply(200, to_json(subscription));
}

HttpReply delete_subscription(const Call& call) {
  const auto found = named_subscription(call);
  if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
  const Subscription& subscription = *std::get<Subscription*>(found);
  call.state.subscriptions.remove(subscription.app, subscription.id);
  return call.no_content();
}

HttpReply batch_update_subscriptions(const Call& call) {
  const auto app = app_of(call);
  if (const auto* problem = std::get_if<Problem>(&app)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  Json results = Json::array();
  std::vector<Problem> errors;
  for (const Json& input : std::get<Json>(inputs)) {
    const Json id = input.is_object() ? input.value("id", Json()) : Json();
    const Json active = input.is_object() ? input.value("active", Json()) : Json();
    if (!id.is_number_unsigned()) return call.refuse(missing_fields({"id"}));
    if (!active.is_boolean()) return call.refuse(missing_fields({"active"}));
    Subscription* found =
        call.state.subscriptions.find(std::get<std::uint64_t>(app), id.get<std::uint64_t>());
    if (found == nullptr) {
      errors.push_back(object_not_found(id.dump()));
      errors.back().context = {{"ids", {id.dump()}}};
      continue;
    }
    found->active = active.get<bool>();
    found->updated = call.now();
    results.push_back(to_json(*found));
  }
  return batch_reply(call, 200, std::move(results), errors);
}

}  // namespace firedrill::hubspot
