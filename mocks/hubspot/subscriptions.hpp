#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/hubspot/changes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

/// What one app wants to hear of.
struct Subscription {
  std::uint64_t id = 0;
  std::uint64_t app = 0;
  std::string event_type;      ///< "contact.propertyChange"; "object.…" for any type.
  std::string property;        ///< Of property changes.
  std::string object_type_id;  ///< "0-1", for "object.…".
  bool active = false;
  WallTime created{};
  WallTime updated{};
};

/// Where one app wants to hear of it.
struct WebhookSettings {
  std::uint64_t app = 0;
  std::string target_url;
  std::int64_t max_concurrent_requests = 10;
  WallTime created{};
  WallTime updated{};
};

/// The webhooks that apps registered over the API. Not thread-safe.
class Subscriptions {
 public:
  static constexpr std::size_t kAppsMax = 100;
  static constexpr std::size_t kMax = 1000;  ///< HubSpot's own limit for an app.

  /// Unset `id` and `app` are given by the map and by the caller. The reference lives until the
  /// next add().
  Subscription& add(Subscription subscription);
  /// nullptr when this app has no such subscription.
  Subscription* find(std::uint64_t app, std::uint64_t id);
  bool remove(std::uint64_t app, std::uint64_t id);
  /// In order of creation.
  [[nodiscard]] std::vector<const Subscription*> of(std::uint64_t app) const;

  [[nodiscard]] BoundedMap<WebhookSettings>& settings() { return settings_; }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  BoundedMap<Subscription> all_{kMax};
  BoundedMap<WebhookSettings> settings_{kAppsMax};  // by app id
  std::uint64_t next_ = 2208110;
};

[[nodiscard]] bool matches(const Subscription& subscription, const Change& change);

}  // namespace firedrill::hubspot
