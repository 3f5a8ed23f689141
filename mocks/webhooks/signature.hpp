#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

// How providers sign what they send, each as its documentation says; tests/unit/mocks/data holds
// vectors that the official verifiers have judged. Pure. Bytes are signed as they are: whoever
// changes a body afterwards breaks its signature.

/// The value of Stripe-Signature, "t=…,v1=…": hex HMAC-SHA256 over "t.body", keyed with the whole
/// secret, its "whsec_" included. One v1 for each secret: there are two while one is being rolled.
/// `time` in Unix seconds.
[[nodiscard]] std::string stripe_signature(std::span<const std::string> secrets, std::int64_t time,
                                           std::string_view body);

/// The value of webhook-signature as in Standard Webhooks, "v1,…" for each secret, by blanks:
/// Base64 HMAC-SHA256 over "id.time.body". The key is what follows "whsec_", decoded from Base64;
/// without that prefix, or where it is not Base64, the secret's own bytes. `time` in Unix seconds.
[[nodiscard]] std::string standard_signature(std::span<const std::string> secrets,
                                             std::string_view id, std::int64_t time,
                                             std::string_view body);

/// X-HubSpot-Signature, version v1: hex SHA-256 over secret and body.
[[nodiscard]] std::string hubspot_signature_v1(std::string_view secret, std::string_view body);
/// X-HubSpot-Signature, version v2: hex SHA-256 over secret, method, URI and body.
[[nodiscard]] std::string hubspot_signature_v2(std::string_view secret, std::string_view method,
                                               std::string_view uri, std::string_view body);
/// X-HubSpot-Signature-v3: Base64 HMAC-SHA256 over method, URI, body and time. The URI's escapes of
/// : / ? @ ! $ ' ( ) * , ; are decoded first, all others stay. `time` in Unix milliseconds.
[[nodiscard]] std::string hubspot_signature_v3(std::string_view secret, std::string_view method,
                                               std::string_view uri, std::string_view body,
                                               std::int64_t time);

/// Name and value of each field of an application/x-www-form-urlencoded body, decoded, in order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> form_fields(std::string_view body);

/// `url` as Twilio signs it: without user, password and fragment, and over https without the port
/// when the request is about a call (`voice`).
[[nodiscard]] std::string twilio_url(std::string_view url, bool voice);

/// X-Twilio-Signature: Base64 HMAC-SHA1, keyed with the auth token, over the URL and then each
/// field's name and value in the order of the names' bytes; of a repeated name each value once, in
/// order. A GET and a JSON body have no fields: their URL says it all.
[[nodiscard]] std::string twilio_signature(
    std::string_view auth_token, std::string_view url,
    const std::vector<std::pair<std::string, std::string>>& fields);

/// The URL that a JSON body is sent to: bodySHA256 added to its query.
[[nodiscard]] std::string twilio_json_url(std::string_view url, std::string_view body);

}  // namespace firedrill
