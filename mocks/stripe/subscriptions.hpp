#pragma once

#include "mocks/stripe/call.hpp"

#include <string>
#include <variant>

namespace firedrill::stripe {

/// Starts a subscription from the parameters of POST /v1/subscriptions: its id, or an error. The
/// first invoice is made and, unless there is a trial, charged.
[[nodiscard]] std::variant<std::string, Problem> start_subscription(Call& call, const Json& params);

/// Its invoice has been paid: one that waited for that becomes active. Harmless for "".
void subscription_paid(Call& call, const std::string& subscription);

}  // namespace firedrill::stripe
