#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/provider.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::openai {

/// Every event that OpenAI sends and this mock can build, by its name in the API.
[[nodiscard]] std::vector<std::string> event_names();

/// One event as OpenAI would send it, about something that exists nowhere else: for events sent by
/// hand and for traffic. Random values come from the context. `url` and `secret` are the
/// caller's to fill in. Unset for a name that event_names() does not have.
[[nodiscard]] std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context);

/// Tells every address that listens for `name` that it has happened to the object `id`, `after`
/// from now. All get the same event. @pre `name` is one of event_names()
void announce(std::string_view name, const std::string& id, Duration after,
              const std::vector<spec::WebhookTarget>& targets, ProviderContext& context);

}  // namespace firedrill::openai
