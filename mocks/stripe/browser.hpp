#pragma once

#include "harness/aio/http.hpp"
#include "mocks/provider.hpp"
#include "mocks/stripe/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::stripe {

/// The pages that a customer's browser is sent to, without the page: a GET is the customer who
/// pays or authenticates, and leads back to the shop.
///
///   GET /c/pay/{session}   completes a checkout session; ?card=pm_card_… instead of pm_card_visa
///   GET /3ds/{intent}      authenticates a payment; ?outcome=fail does not
///
/// Unset for any other request.
[[nodiscard]] std::optional<HttpReply> browse(const HttpRequest& request, Store& store,
                                              ProviderContext& context);

/// "GET /c/pay/{session}", …
[[nodiscard]] std::vector<std::string> browser_routes();

}  // namespace firedrill::stripe
