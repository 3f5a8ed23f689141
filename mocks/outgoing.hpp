#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// How a provider proves that a call is its own. The formulas are in mocks/webhooks/signature.hpp.
enum class Signature : std::uint8_t {
  none,
  stripe,             ///< Stripe-Signature: t=…,v1=…
  hubspot_v3,         ///< X-HubSpot-Signature-v3 over method, URL, body and timestamp.
  twilio,             ///< X-Twilio-Signature over URL and sorted parameters, or the body's hash.
  standard_webhooks,  ///< webhook-id, webhook-timestamp, webhook-signature: OpenAI.
};

/// A call that a provider makes by itself: a webhook event, a status callback, a request for TwiML.
/// Providers put it into ProviderContext::outgoing; the host delivers it, signs every attempt anew
/// and keeps its fate on a ledger. Value type.
struct Outgoing {
  std::string event;  ///< As `firedrill list --events` names it: "payment_intent.succeeded".
  std::string id;     ///< The provider's id of the event; every attempt carries the same.
  std::string method = "POST";
  std::string url;
  std::vector<HttpHeader> headers;  ///< Content-Type and whatever is not part of the signature.
  std::string body;
  Signature signature = Signature::none;
  std::string secret;
  Duration after{0};        ///< From now to the first attempt.
  bool retried = true;      ///< By the provider's policy; otherwise one attempt.
  std::uint64_t token = 0;  ///< The provider's own reference, handed back with the outcome.
};

/// Why an attempt got no whole answer; providers have an error code for each.
enum class NoAnswer : std::uint8_t {
  none,           ///< There was one.
  refused,        ///< By our own guard: not an address that a drill may call.
  no_connection,  ///< Nobody listens, or no such host.
  timed_out,
  connection_lost,
  not_http,
  too_large,
};

/// What came of one attempt to deliver an Outgoing.
struct OutgoingOutcome {
  std::uint32_t attempt = 1;
  bool last = true;  ///< No further attempt follows.
  int status = 0;    ///< 0: no whole answer; `cause` and `failure` say why.
  std::vector<HttpHeader> headers;
  std::string body;
  NoAnswer cause = NoAnswer::none;
  std::string failure;
};

}  // namespace firedrill
