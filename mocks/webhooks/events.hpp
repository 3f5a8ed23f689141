#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/provider.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Every event that a provider sends and its mock can build.
[[nodiscard]] std::vector<std::string> event_names(spec::MockKind provider);

/// One such event, about something that exists nowhere else, with everything but its URL; its
/// secret is default_webhook_secret(). Random values come from the context. Unset for a name that
/// event_names() does not have.
[[nodiscard]] std::optional<Outgoing> sample_event(spec::MockKind provider, std::string_view name,
                                                   ProviderContext& context);

/// What is signed with where nobody names a secret.
[[nodiscard]] std::string default_webhook_secret(spec::MockKind provider);

}  // namespace firedrill
