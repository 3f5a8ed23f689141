#include "mocks/webhooks/signed_request.hpp"

#include "mocks/webhooks/signature.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::Corruption;

namespace {

constexpr WallTime kAt{1'700'000'000s + 500ms};

Outgoing call_of(Signature signature) {
  Outgoing call;
  call.event = "an.event";
  call.id = "evt_1";
  call.url = "http://127.0.0.1:8080/hook?tenant=7";
  call.body = R"({"amount":2000})";
  call.signature = signature;
  call.secret = "whsec_c2VjcmV0";
  return call;
}

Outgoing form_of_twilio() {
  Outgoing call = call_of(Signature::twilio);
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  call.body = "Body=Hello&From=%2B15558675310";
  return call;
}

std::string header(const HttpClient::Request& request, const char* name) {
  return std::string{find_header(request.headers, name)};
}

HttpClient::Request corrupted(const Outgoing& call, Corruption part) {
  Signing signing = signing_of(call, kAt);
  signing.corruption = part;
  return signed_request(call, signing);
}

const std::array<const char*, 5> kSignatures{"Stripe-Signature", "webhook-signature",
                                             "X-HubSpot-Signature", "X-HubSpot-Signature-v3",
                                             "X-Twilio-Signature"};

}  // namespace

TEST_CASE("signed request: Stripe signs with the second, HubSpot with the millisecond",
          "[mocks][webhooks]") {
  const Outgoing stripe = call_of(Signature::stripe);
  const std::array<std::string, 1> secret{stripe.secret};
  const auto request = signed_request(stripe, signing_of(stripe, kAt));
  CHECK(header(request, "stripe-signature") ==
        stripe_signature(secret, 1'700'000'000, stripe.body));
  CHECK(header(request, "content-type") == "application/json; charset=utf-8");

  const Outgoing hubspot = call_of(Signature::hubspot_v3);
  const auto v3 = signed_request(hubspot, signing_of(hubspot, kAt));
  CHECK(header(v3, "x-hubspot-request-timestamp") == "1700000000500");
  CHECK(header(v3, "x-hubspot-signature-v3") ==
        hubspot_signature_v3(hubspot.secret, "POST", hubspot.url, hubspot.body, 1'700'000'000'500));
  CHECK(header(v3, "x-hubspot-signature-version") == "v1");
  CHECK(header(v3, "x-hubspot-signature") == hubspot_signature_v1(hubspot.secret, hubspot.body));
}

TEST_CASE("signed request: OpenAI's carries the id that it signs", "[mocks][webhooks]") {
  const Outgoing call = call_of(Signature::standard_webhooks);
  const std::array<std::string, 1> secret{call.secret};
  const auto request = signed_request(call, signing_of(call, kAt));
  CHECK(header(request, "webhook-id") == "evt_1");
  CHECK(header(request, "webhook-timestamp") == "1700000000");
  CHECK(header(request, "webhook-signature") ==
        standard_signature(secret, "evt_1", 1'700'000'000, call.body));
}

TEST_CASE("signed request: headers that the provider set itself stay", "[mocks][webhooks]") {
  Outgoing call = form_of_twilio();
  call.headers.push_back({"i-twilio-idempotency-token", "mine"});
  const auto request = signed_request(call, signing_of(call, kAt));
  CHECK(header(request, "I-Twilio-Idempotency-Token") == "mine");
  CHECK(header(request, "X-Twilio-Signature") ==
        twilio_signature(call.secret, call.url, {{"Body", "Hello"}, {"From", "+15558675310"}}));
}

TEST_CASE("signed request: Twilio signs a JSON body through the URL, a GET by its URL alone",
          "[mocks][webhooks]") {
  Outgoing json = call_of(Signature::twilio);
  json.headers = {{"Content-Type", "application/json"}};
  const auto request = signed_request(json, signing_of(json, kAt));
  CHECK(request.url == twilio_json_url(json.url, json.body));
  CHECK(header(request, "X-Twilio-Signature") == twilio_signature(json.secret, request.url, {}));

  Outgoing get = call_of(Signature::twilio);
  get.method = "GET";
  get.body.clear();
  const auto plain = signed_request(get, signing_of(get, kAt));
  CHECK(plain.url == get.url);
  CHECK(header(plain, "Content-Type").empty());
  CHECK(header(plain, "X-Twilio-Signature") == twilio_signature(get.secret, get.url, {}));
}

TEST_CASE("signed request: user and password become a header, the fragment stays home",
          "[mocks][webhooks]") {
  Outgoing call = form_of_twilio();
  call.url = "http://user:p%40ss@127.0.0.1:8080/hook#rc=2";
  const auto request = signed_request(call, signing_of(call, kAt));
  CHECK(request.url == "http://127.0.0.1:8080/hook");
  CHECK(header(request, "Authorization") == "Basic dXNlcjpwQHNz");
}

TEST_CASE("signed request: a corruption changes the one part that it names", "[mocks][webhooks]") {
  for (const Signature signature : {Signature::stripe, Signature::standard_webhooks,
                                    Signature::hubspot_v3, Signature::twilio}) {
    const Outgoing call = signature == Signature::twilio ? form_of_twilio() : call_of(signature);
    const auto good = signed_request(call, signing_of(call, kAt));
    for (const Corruption part : {Corruption::signature, Corruption::secret, Corruption::body,
                                  Corruption::timestamp, Corruption::missing}) {
      INFO(static_cast<int>(signature) << ' ' << static_cast<int>(part));
      if (!can_corrupt(signature, part)) {
        CHECK(signature == Signature::twilio);
        CHECK(part == Corruption::timestamp);
        continue;
      }
      const auto bad = corrupted(call, part);
      CHECK((bad.body == good.body) == (part != Corruption::body));
      CHECK(bad.url == good.url);
      for (const char* name : kSignatures) {
        const std::string before = header(good, name);
        const std::string after = header(bad, name);
        if (before.empty() || part == Corruption::missing) {
          CHECK(after.empty());
        } else if (std::string_view{name} == "X-HubSpot-Signature" &&
                   part == Corruption::timestamp) {
          CHECK(after == before);  // version 1 knows no time
        } else {
          CHECK((after == before) == (part == Corruption::body));
          CHECK(after.size() == before.size());
        }
      }
    }
  }
}

TEST_CASE("signed request: a stale one is signed in order, 301 seconds ago", "[mocks][webhooks]") {
  const Outgoing call = call_of(Signature::stripe);
  const std::array<std::string, 1> secret{call.secret};
  CHECK(header(corrupted(call, Corruption::timestamp), "Stripe-Signature") ==
        stripe_signature(secret, 1'700'000'000 - 301, call.body));
}

TEST_CASE("signed request: a call without a signature goes as it is", "[mocks][webhooks]") {
  Outgoing call = call_of(Signature::none);
  call.headers = {{"X-Own", "1"}};
  const auto request = signed_request(call, signing_of(call, kAt));
  REQUIRE(request.headers.size() == 1);
  CHECK(request.headers[0].name == "X-Own");
  CHECK(request.body == call.body);
  CHECK(can_corrupt(Signature::none, Corruption::body));
  CHECK_FALSE(can_corrupt(Signature::none, Corruption::secret));
}
