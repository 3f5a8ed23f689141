#pragma once

#include "mocks/stripe/call.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::stripe {

// The life of a payment intent, for whoever makes one: its own operations, checkout, invoices.

/// How a confirmation is to go.
struct Confirmation {
  bool off_session = false;  ///< Nobody is there to authenticate.
  bool no_action = false;    ///< `error_on_requires_action`
  bool authenticated = false;
  std::string return_url = {};
};

/// An error when `amount` cannot be charged in `currency`.
[[nodiscard]] std::optional<Problem> check_amount(std::int64_t amount, const std::string& currency,
                                                  const std::string& param);

/// A new intent, kept and announced. The reference lives until the next one is made.
Json& make_intent(Call& call, const Json& fields);

/// Sets the payment method, and with it the status. An error when it belongs to somebody else.
[[nodiscard]] std::optional<Problem> give_method(Call& call, Json& intent,
                                                 const std::string& method);

/// Charges the intent's payment method: the intent ends up succeeded, waiting to be captured or
/// authenticated, or without a payment method and with the error that is returned.
[[nodiscard]] std::optional<Problem> confirm(Call& call, Json& intent, const Confirmation& how);

/// The customer has, or has not, authenticated a payment that waited for it.
void authenticate(Call& call, Json& intent, bool succeeds);

/// Takes `amount` of what waits to be captured and lets go of the rest.
void capture(Call& call, Json& intent, std::int64_t amount);

void cancel(Call& call, Json& intent, const std::string& reason);

}  // namespace firedrill::stripe
