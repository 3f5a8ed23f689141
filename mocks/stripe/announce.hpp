#pragma once

#include "mocks/stripe/call.hpp"

#include <string>
#include <string_view>

namespace firedrill::stripe {

/// Something has happened to `object`: keeps the event and sends it to every webhook endpoint that
/// listens for it. `previous` is null, or what the fields that changed were before.
void announce(Call& call, const std::string& type, const Json& object, const Json& previous);
void announce(Call& call, const std::string& type, const Json& object);

/// An event about `object`, not kept and not sent.
[[nodiscard]] Json make_event(const std::string& type, const Json& object,
                              ProviderContext& context);

/// `event` on its way to `url`, signed with `secret`.
[[nodiscard]] Outgoing to_outgoing(const Json& event, const std::string& url,
                                   const std::string& secret);

/// Whether `pattern`, one of an endpoint's `enabled_events` or a list's `type`, means `type`: the
/// name itself, "*", or "charge.*".
[[nodiscard]] bool listens_for(std::string_view pattern, std::string_view type);

}  // namespace firedrill::stripe
