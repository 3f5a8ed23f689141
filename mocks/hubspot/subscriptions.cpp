#include "mocks/hubspot/subscriptions.hpp"

#include <utility>

namespace firedrill::hubspot {

Subscription& Subscriptions::add(Subscription subscription) {
  subscription.id = next_++;
  const std::string id = std::to_string(subscription.id);
  return all_.put(id, std::move(subscription));
}

Subscription* Subscriptions::find(std::uint64_t app, std::uint64_t id) {
  Subscription* found = all_.find(std::to_string(id));
  return found != nullptr && found->app == app ? found : nullptr;
}

bool Subscriptions::remove(std::uint64_t app, std::uint64_t id) {
  return find(app, id) != nullptr && all_.erase(std::to_string(id));
}

std::vector<const Subscription*> Subscriptions::of(std::uint64_t app) const {
  std::vector<const Subscription*> found;
  all_.oldest_first([&](const std::string&, const Subscription& subscription) {
    if (subscription.app == app) found.push_back(&subscription);
    return true;
  });
  return found;
}

bool matches(const Subscription& subscription, const Change& change) {
  if (!subscription.active) return false;
  const ObjectType& type = object_type(change.object.kind);
  const std::string what = "." + std::string{name_of(change.kind)};
  const bool generic = subscription.event_type == "object" + what;
  const bool named = generic ? subscription.object_type_id == type.type_id
                             : subscription.event_type == std::string{type.singular} + what;
  if (!named) return false;
  return change.kind != ChangeKind::property_change || subscription.property == change.property;
}

}  // namespace firedrill::hubspot
