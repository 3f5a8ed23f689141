#include "mocks/webhooks/signed_request.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/strings.hpp"
#include "mocks/routes.hpp"
#include "mocks/webhooks/signature.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using spec::Corruption;
using Headers = std::vector<HttpHeader>;

/// A secret that nobody has agreed on, in the form of a real one.
constexpr const char* kOtherSecret = "whsec_YSBzZWNyZXQgdGhhdCBub2JvZHkgYWdyZWVkIG9u";

std::int64_t unix_seconds(WallTime at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

std::int64_t unix_milliseconds(WallTime at) {
  return std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

void add_unless_there(Headers& headers, const char* name, std::string value) {
  const bool there = std::any_of(headers.begin(), headers.end(), [name](const HttpHeader& header) {
    return equals_ignoring_case(header.name, name);
  });
  if (!there) headers.push_back({name, std::move(value)});
}

/// Another digest of the same form: the character changed is good in hexadecimal and in Base64.
void spoil(std::string& header, std::size_t digest_at) {
  FD_ASSERT(digest_at < header.size());
  header[digest_at] = header[digest_at] == 'a' ? 'b' : 'a';
}

void spoil_body(std::string& body) {
  const std::size_t digit = body.find_last_of("0123456789");
  if (digit == std::string::npos) {
    body += 'x';
  } else {
    body[digit] = body[digit] == '9' ? '1' : static_cast<char>(body[digit] + 1);
  }
}

/// Adds what proves where the call comes from. `spoiled`: with a signature that does not fit.
void sign_stripe(HttpClient::Request& request, const Signing& signing, bool spoiled) {
  std::string value = stripe_signature(signing.secrets, unix_seconds(signing.at), request.body);
  if (spoiled) spoil(value, value.find("v1=") + 3);
  request.headers.push_back({"Stripe-Signature", std::move(value)});
}

/// @pre the request has its webhook-id
void sign_standard(HttpClient::Request& request, const Signing& signing, bool spoiled) {
  const std::int64_t time = unix_seconds(signing.at);
  const std::string id{find_header(request.headers, "webhook-id")};
  std::string value = standard_signature(signing.secrets, id, time, request.body);
  if (spoiled) spoil(value, 3);
  request.headers.push_back({"webhook-timestamp", std::to_string(time)});
  request.headers.push_back({"webhook-signature", std::move(value)});
}

void sign_hubspot(HttpClient::Request& request, const Signing& signing, bool spoiled) {
  const std::string& secret = signing.secrets.front();
  const std::int64_t time = unix_milliseconds(signing.at);
  std::string v1 = hubspot_signature_v1(secret, request.body);
  std::string v3 = hubspot_signature_v3(secret, request.method, request.url, request.body, time);
  if (spoiled) spoil(v1, 0);
  if (spoiled) spoil(v3, 0);
  request.headers.push_back({"X-HubSpot-Signature", std::move(v1)});
  request.headers.push_back({"X-HubSpot-Signature-Version", "v1"});
  request.headers.push_back({"X-HubSpot-Request-Timestamp", std::to_string(time)});
  request.headers.push_back({"X-HubSpot-Signature-v3", std::move(v3)});
}

bool is_form(const HttpClient::Request& request) {
  return find_header(request.headers, "content-type").starts_with("application/x-www-form");
}

/// @pre the URL has its user and password no more, and bodySHA256 if it needs one
void sign_twilio(HttpClient::Request& request, const Signing& signing, bool spoiled) {
  const auto fields = is_form(request) ? form_fields(request.body)
                                       : std::vector<std::pair<std::string, std::string>>{};
  const bool voice = std::any_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return field.first == "CallSid"; }) ||
                     request.url.find("CallSid=") != std::string::npos;
  std::string value =
      twilio_signature(signing.secrets.front(), twilio_url(request.url, voice), fields);
  if (spoiled) spoil(value, 0);
  request.headers.push_back({"X-Twilio-Signature", std::move(value)});
}

/// User and password of the URL become a header, as every client does it; the fragment stays home.
void clean_url(HttpClient::Request& request) {
  request.url.resize(std::min(request.url.find('#'), request.url.size()));
  const std::string without = twilio_url(request.url, false);
  if (without == request.url) return;
  const std::size_t user = request.url.find("://") + 3;
  const std::size_t length = request.url.size() - without.size() - 1;
  const std::string credentials = percent_decode(request.url.substr(user, length));
  add_unless_there(request.headers, "Authorization", "Basic " + base64(credentials));
  request.url = without;
}

/// What is not part of the signature, but of how the provider speaks.
void add_constant_headers(HttpClient::Request& request, const Outgoing& call) {
  Headers& headers = request.headers;
  switch (call.signature) {
    case Signature::stripe:
      add_unless_there(headers, "Content-Type", "application/json; charset=utf-8");
      add_unless_there(headers, "User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
      add_unless_there(headers, "Accept", "*/*; q=0.5, application/xml");
      add_unless_there(headers, "Cache-Control", "no-cache");
      return;
    case Signature::standard_webhooks:
      add_unless_there(headers, "Content-Type", "application/json");
      add_unless_there(headers, "User-Agent",
                       "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)");
      add_unless_there(headers, "webhook-id", call.id);
      return;
    case Signature::hubspot_v3:
      add_unless_there(headers, "Content-Type", "application/json");
      add_unless_there(headers, "User-Agent",
                       "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: "
                       "webhooks-nio-http-client) - WebhooksExecutorDaemon-executor");
      return;
    case Signature::twilio:
      if (!call.body.empty()) {
        add_unless_there(headers, "Content-Type", "application/x-www-form-urlencoded");
      }
      add_unless_there(headers, "User-Agent", "TwilioProxy/1.1");
      add_unless_there(headers, "I-Twilio-Idempotency-Token", call.id);
      return;
    case Signature::none:
      return;
  }
}

void sign(HttpClient::Request& request, Signature kind, const Signing& signing) {
  const bool spoiled = signing.corruption == Corruption::signature;
  switch (kind) {
    case Signature::stripe:
      return sign_stripe(request, signing, spoiled);
    case Signature::standard_webhooks:
      return sign_standard(request, signing, spoiled);
    case Signature::hubspot_v3:
      return sign_hubspot(request, signing, spoiled);
    case Signature::twilio:
      return sign_twilio(request, signing, spoiled);
    case Signature::none:
      return;
  }
}

}  // namespace

Signing signing_of(const Outgoing& call, WallTime at) { return {{call.secret}, at, std::nullopt}; }

bool can_corrupt(Signature signature, Corruption corruption) {
  if (signature == Signature::none) return corruption == Corruption::body;
  return corruption != Corruption::timestamp || signature != Signature::twilio;
}

HttpClient::Request signed_request(const Outgoing& call, const Signing& signing) {
  FD_ASSERT(!signing.secrets.empty());
  Signing as = signing;
  if (as.corruption == Corruption::secret) as.secrets = {kOtherSecret};
  if (as.corruption == Corruption::timestamp) as.at -= kStaleAge;
  HttpClient::Request request;
  request.method = call.method;
  request.url = call.url;
  request.headers = call.headers;
  request.body = call.body;
  clean_url(request);
  add_constant_headers(request, call);
  const bool json_of_twilio =
      call.signature == Signature::twilio && !call.body.empty() && !is_form(request);
  if (json_of_twilio) request.url = twilio_json_url(request.url, request.body);
  if (as.corruption != Corruption::missing) sign(request, call.signature, as);
  if (as.corruption == Corruption::body) spoil_body(request.body);
  return request;
}

}  // namespace firedrill
