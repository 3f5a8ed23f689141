#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/webhooks/webhook_event.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::clinic {

// How the receiver of a webhook finds out who sent it: each scheme as its provider documents it,
// written apart from the code that signs (mocks/webhooks), so that neither hides the other's
// mistakes. Signatures are compared in constant time. Pure.

enum class SignatureCheck : std::uint8_t {
  good,
  missing,  ///< There is none.
  wrong,    ///< Another secret, body, address or time than the sender's; or not readable.
  stale,    ///< Good, but older than kSignatureAgeMax.
};

/// Of Stripe and HubSpot; what comes from the future passes, as with their own libraries. Twilio
/// and WhatsApp sign no time: there a replay is known by its event's id alone.
inline constexpr Duration kSignatureAgeMax = std::chrono::seconds{300};

/// Where the sender believes that it sent the request to: http, and the Host that it named.
[[nodiscard]] std::string url_of(const HttpRequest& request);

/// `url` is part of what Twilio and HubSpot sign. @pre the secret is not empty
[[nodiscard]] SignatureCheck check_signature(WebhookSender sender, const HttpRequest& request,
                                             std::string_view url, std::string_view secret,
                                             WallTime now);

/// What the sender's documentation has a receiver answer.
/// @pre check is not `good`
[[nodiscard]] int refusal_status(WebhookSender sender, SignatureCheck check);

}  // namespace firedrill::clinic
