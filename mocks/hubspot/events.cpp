#include "mocks/hubspot/events.hpp"

#include "harness/base/strings.hpp"
#include "mocks/hubspot/tokens.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<ChangeKind, std::string_view>, 7> kChanges{{
    {ChangeKind::creation, "creation"},
    {ChangeKind::deletion, "deletion"},
    {ChangeKind::merge, "merge"},
    {ChangeKind::restore, "restore"},
    {ChangeKind::privacy_deletion, "privacyDeletion"},
    {ChangeKind::property_change, "propertyChange"},
    {ChangeKind::association_change, "associationChange"},
}};

/// The subscription that a target of the scenario stands for: one for each event there is.
constexpr std::uint64_t kFirstSubscription = 2208001;

std::string type_of(const Change& change) {
  return std::string{object_type(change.object.kind).singular} + "." +
         std::string{name_of(change.kind)};
}

std::string upper_association(const Change& change) {
  return std::string{object_type(change.object.kind).upper} + "_TO_" +
         std::string{object_type(change.other.kind).upper};
}

/// Everything that an event says about its change.
void describe(const Change& change, Json& event) {
  const std::uint64_t id = change.object.id;
  switch (change.kind) {
    case ChangeKind::creation:
      event["objectId"] = id;
      event["changeFlag"] = "CREATED";
      break;
    case ChangeKind::deletion:
      event["objectId"] = id;
      event["changeFlag"] = "DELETED";
      break;
    case ChangeKind::restore:
      event["objectId"] = id;
      event["changeFlag"] = "RESTORED";
      break;
    case ChangeKind::privacy_deletion:
      event["objectId"] = id;
      break;
    case ChangeKind::property_change:
      event["objectId"] = id;
      event["propertyName"] = change.property;
      event["propertyValue"] = change.value;
      event["isSensitive"] = false;
      break;
    case ChangeKind::merge:
      event["objectId"] = id;
      event["primaryObjectId"] = id;
      event["mergedObjectIds"] = Json::array({change.other.id});
      event["newObjectId"] = id;
      event["numberOfPropertiesMoved"] = 0;
      break;
    case ChangeKind::association_change:
      event["associationType"] = upper_association(change);
      event["fromObjectId"] = id;
      event["toObjectId"] = change.other.id;
      event["associationRemoved"] = change.removed;
      event["isPrimaryAssociation"] = change.is_primary;
      break;
  }
}

/// An event before it is put into an array with others.
struct Event {
  std::string name;
  std::uint64_t id;
  Json json;
};

Event make_event(const Change& change, std::string type, std::uint64_t app,
                 std::uint64_t subscription, ProviderContext& context) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const std::uint64_t id = 1 + context.rng.below(4'294'967'295);
  const auto at = duration_cast<milliseconds>(context.wall.time_since_epoch()).count();
  Json json{{"eventId", id},
            {"subscriptionId", subscription},
            {"portalId", kPortalId},
            {"appId", app},
            {"occurredAt", at},
            {"subscriptionType", type},
            {"attemptNumber", 0},
            {"changeSource", "INTEGRATION"},
            {"sourceId", std::to_string(kAppId)}};
  if (type.starts_with("object.")) {
    json["objectTypeId"] = object_type(change.object.kind).type_id;
  }
  describe(change, json);
  return {std::move(type), id, std::move(json)};
}

Outgoing to_outgoing(std::vector<Event>::const_iterator begin,
                     std::vector<Event>::const_iterator end) {
  Json body = Json::array();
  for (auto event = begin; event != end; ++event) body.push_back(event->json);
  Outgoing call;
  call.event = begin->name;
  call.id = std::to_string(begin->id);
  call.headers = {{"Content-Type", "application/json"},
                  {"User-Agent",
                   "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: "
                   "webhooks-nio-http-client) - WebhooksExecutorDaemon-executor"}};
  call.body = dump(body);
  call.signature = Signature::hubspot_v3;
  return call;
}

void send(const std::vector<Event>& events, const std::string& url, const std::string& secret,
          ProviderContext& context) {
  for (auto begin = events.begin(); begin != events.end();) {
    const auto left = static_cast<std::size_t>(events.end() - begin);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, kEventsMax));
    Outgoing call = to_outgoing(begin, end);
    call.url = url;
    call.secret = secret.empty() ? std::string{kClientSecret} : secret;
    context.outgoing.push_back(std::move(call));
    begin = end;
  }
}

std::uint64_t subscription_of(const std::vector<std::string>& names, const std::string& type) {
  const auto found = std::find(names.begin(), names.end(), type);
  return kFirstSubscription + static_cast<std::uint64_t>(found - names.begin());
}

/// A property that a drill's receiver can do something with.
std::pair<std::string, std::string> sample_property(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::contact:
      return {"lifecyclestage", "customer"};
    case ObjectKind::company:
      return {"name", "Firedrill Ltd"};
    case ObjectKind::deal:
      return {"dealstage", "closedwon"};
    case ObjectKind::ticket:
      return {"hs_pipeline_stage", "4"};
  }
  return {};
}

}  // namespace

std::string_view name_of(ChangeKind kind) {
  return kChanges[static_cast<std::size_t>(kind)].second;
}

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const ObjectKind kind : kObjectKinds) {
    for (const auto& [change, name] : kChanges) {
      // Only people have privacy.
      if (change == ChangeKind::privacy_deletion && kind != ObjectKind::contact) continue;
      names.push_back(std::string{object_type(kind).singular} + "." + std::string{name});
    }
  }
  return names;
}

std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context) {
  const std::vector<std::string> names = event_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
  const std::size_t dot = name.find('.');
  Change change;
  change.object = {*find_object_kind(name.substr(0, dot)), 1 + context.rng.below(1'000'000'000)};
  const auto* row = std::find_if(kChanges.begin(), kChanges.end(), [&](const auto& one) {
    return one.second == name.substr(dot + 1);
  });
  change.kind = row->first;
  const bool merged = change.kind == ChangeKind::merge;
  change.other = {merged                                      ? change.object.kind
                  : change.object.kind == ObjectKind::company ? ObjectKind::contact
                                                              : ObjectKind::company,
                  1 + context.rng.below(1'000'000'000)};
  std::tie(change.property, change.value) = sample_property(change.object.kind);
  const std::vector<Event> events{make_event(change, std::string{name}, kAppId,
                                             subscription_of(names, std::string{name}), context)};
  return to_outgoing(events.begin(), events.end());
}

void publish(const std::vector<Change>& changes, const std::vector<spec::WebhookTarget>& targets,
             Subscriptions& subscriptions, ProviderContext& context) {
  if (changes.empty()) return;
  const std::vector<std::string> names = event_names();
  for (const spec::WebhookTarget& target : targets) {
    std::vector<Event> events;
    for (const Change& change : changes) {
      std::string type = type_of(change);
      const bool wanted =
          target.events.empty() ||
          std::find(target.events.begin(), target.events.end(), type) != target.events.end();
      if (!wanted) continue;
      const std::uint64_t subscription = subscription_of(names, type);
      events.push_back(make_event(change, std::move(type), kAppId, subscription, context));
    }
    send(events, target.url, target.secret, context);
  }
  subscriptions.settings().oldest_first([&](const std::string&, const WebhookSettings& settings) {
    const auto registered = subscriptions.of(settings.app);
    std::vector<Event> events;
    for (const Change& change : changes) {
      for (const Subscription* one : registered) {
        if (!matches(*one, change)) continue;
        events.push_back(make_event(change, one->event_type, settings.app, one->id, context));
      }
    }
    send(events, settings.target_url, "", context);
    return true;
  });
}

}  // namespace firedrill::hubspot
