#pragma once

#include "mocks/stripe/call.hpp"

#include <string>

namespace firedrill::stripe {

/// The customer pays an open session with `method`, a test payment method: what the page behind the
/// session's `url` does. An error leaves it open.
[[nodiscard]] std::optional<Problem> complete_session(Call& call, Json& session,
                                                      const std::string& method);

}  // namespace firedrill::stripe
