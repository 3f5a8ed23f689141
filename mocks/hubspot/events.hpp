#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/hubspot/changes.hpp"
#include "mocks/hubspot/subscriptions.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/provider.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

/// What events are signed with unless a target says otherwise: the client secret of the app.
inline constexpr std::string_view kClientSecret = "firedrill-hubspot-client-secret";

/// The most events that one delivery carries.
inline constexpr std::size_t kEventsMax = 100;

/// Every event that HubSpot sends and this mock can build, by its name in the API.
[[nodiscard]] std::vector<std::string> event_names();

/// One event as HubSpot would send it, about something that exists nowhere else: for events sent by
/// hand and for traffic. Random values come from the context. `url` and `secret` are the
/// caller's to fill in. Unset for a name that event_names() does not have.
[[nodiscard]] std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context);

/// Puts the events of these changes into `context.outgoing`: for every target all that it wants, in
/// order, in arrays of at most kEventsMax; then for every app what its subscriptions say. A
/// delivery is named after its first event.
void publish(const std::vector<Change>& changes, const std::vector<spec::WebhookTarget>& targets,
             Subscriptions& subscriptions, ProviderContext& context);

}  // namespace firedrill::hubspot
