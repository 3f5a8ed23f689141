#pragma once

#include "mocks/outgoing.hpp"
#include "mocks/provider.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

/// Every event that HubSpot sends and this mock can build, by its name in the API.
[[nodiscard]] std::vector<std::string> event_names();

/// One event as HubSpot would send it, about something that exists nowhere else: for events sent by
/// hand and for traffic. Random values come from the context. `url` and `secret` are the
/// caller's to fill in. Unset for a name that event_names() does not have.
[[nodiscard]] std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context);

}  // namespace firedrill::hubspot
