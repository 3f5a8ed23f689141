// Every vector was judged by its provider's own verifier; ours must come to the same judgement.
#include "mocks/clinic/webhooks/signature_check.hpp"

#include "harness/base/strings.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <map>
#include <string>

namespace firedrill::clinic {
namespace {

using namespace std::chrono_literals;
using Vectors = nlohmann::json;

Vectors signature_vectors(const char* provider) {
  std::ifstream file{FD_SOURCE_DIR "/tests/unit/mocks/data/webhook_signatures.json"};
  Vectors all = Vectors::parse(file).at(provider);
  REQUIRE(all.size() >= 7);
  return all;
}

HttpRequest post_of(std::string body, std::vector<HttpHeader> headers) {
  HttpRequest request;
  request.method = "POST";
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

std::string form_of(const Vectors& parameters) {
  std::string body;
  const auto add = [&body](const std::string& name, const std::string& value) {
    if (!body.empty()) body += '&';
    body += percent_encode(name) + "=" + percent_encode(value);
  };
  for (const auto& [name, value] : parameters.items()) {
    if (value.is_string()) add(name, value.get<std::string>());
    if (!value.is_array()) continue;
    for (const auto& each : value) add(name, each.get<std::string>());
  }
  return body;
}

SignatureCheck check_of_twilio(const std::string& url, const std::string& body,
                               const std::string& signature,
                               const std::string& type = "application/x-www-form-urlencoded") {
  HttpRequest request = post_of(body, {{"X-Twilio-Signature", signature}, {"Content-Type", type}});
  const std::size_t mark = url.find('?');
  if (mark != std::string::npos) request.query = url.substr(mark + 1);
  return check_signature(WebhookSender::twilio, request, url, "12345678901234567890123456789012",
                         {});
}

SignatureCheck check_of_whatsapp(std::string body, std::string signature) {
  const HttpRequest request =
      post_of(std::move(body), {{"x-hub-signature-256", std::move(signature)}});
  return check_signature(WebhookSender::whatsapp, request, "", "firedrill-app-secret", {});
}

}  // namespace

TEST_CASE("signature check: Stripe's vectors", "[clinic][webhooks]") {
  for (const Vectors& vector : signature_vectors("stripe")) {
    const auto id = vector.at("id").get<std::string>();
    // A matter of the library's two functions for two kinds of events, not of the signature.
    if (id == "stripe-thin-constructEvent") continue;
    CAPTURE(id);
    const HttpRequest request =
        post_of(vector.at("payload").get<std::string>(),
                {{"Stripe-Signature", vector.at("header").get<std::string>()}});
    const WallTime now{std::chrono::seconds{vector.at("verify_at_unix").get<std::int64_t>()}};
    const SignatureCheck found = check_signature(WebhookSender::stripe, request, "",
                                                 vector.at("secret").get<std::string>(), now);
    CHECK((found == SignatureCheck::good) == vector.at("expect_accept").get<bool>());
  }
}

TEST_CASE("signature check: Stripe's timestamp may be 300 s old, and lie in the future",
          "[clinic][webhooks]") {
  const HttpRequest request = post_of(
      R"({"id":"evt_1","object":"event","type":"charge.succeeded"})",
      {{"Stripe-Signature",
        "t=1700000000,v1=da700bdf8090840936b3e9a1ace0e57821d35fe111123a2fdc836947bc394180"}});
  const auto at = [&](std::int64_t unix) {
    return check_signature(WebhookSender::stripe, request, "", "whsec_firedrill_test_secret_0001",
                           WallTime{std::chrono::seconds{unix}});
  };
  CHECK(at(1'700'000'300) == SignatureCheck::good);
  CHECK(at(1'700'000'301) == SignatureCheck::stale);
  CHECK(at(1'600'000'000) == SignatureCheck::good);
}

TEST_CASE("signature check: what is no signature of Stripe's is missing or wrong, never good",
          "[clinic][webhooks]") {
  const auto [header, wanted] = GENERATE(table<std::string, SignatureCheck>({
      {"", SignatureCheck::missing},
      {"t=1700000000", SignatureCheck::wrong},
      {"v1=da700bdf", SignatureCheck::wrong},
      {"t=,v1=da700bdf", SignatureCheck::wrong},
      {"t=-5,v1=da700bdf", SignatureCheck::wrong},
      {"t=99999999999999999999,v1=", SignatureCheck::wrong},
      {",,=,t=1700000000,v1", SignatureCheck::wrong},
  }));
  CAPTURE(header);
  const HttpRequest request = post_of("{}", {{"Stripe-Signature", header}});
  CHECK(check_signature(WebhookSender::stripe, request, "", "s", WallTime{1'700'000'000s}) ==
        wanted);
}

TEST_CASE("signature check: Twilio's vectors", "[clinic][webhooks]") {
  for (const Vectors& vector : signature_vectors("twilio")) {
    CAPTURE(vector.at("id").get<std::string>());
    const HttpRequest request =
        post_of(form_of(vector.at("params")),
                {{"X-Twilio-Signature", vector.at("signature").get<std::string>()},
                 {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}});
    const SignatureCheck found = check_signature(
        WebhookSender::twilio, request, vector.at("url_as_seen_by_receiver").get<std::string>(),
        vector.at("auth_token").get<std::string>(), {});
    CHECK((found == SignatureCheck::good) == vector.at("expect_accept").get<bool>());
  }
}

TEST_CASE("signature check: Twilio's JSON must be the one whose digest its address has",
          "[clinic][webhooks]") {
  const std::string url =
      "https://example.com/"
      "myapp?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9";
  const std::string body = R"({"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"})";
  CHECK(check_of_twilio(url, body, "kbd8a5sPgWzdRS2n2oEH2tVQif0=", "application/json") ==
        SignatureCheck::good);
  CHECK(check_of_twilio(url, body + " ", "kbd8a5sPgWzdRS2n2oEH2tVQif0=", "application/json") ==
        SignatureCheck::wrong);
  CHECK(check_of_twilio(url, body, "", "application/json") == SignatureCheck::missing);
}

TEST_CASE("signature check: HubSpot's vectors of version 3", "[clinic][webhooks]") {
  const std::map<std::string, Duration> ages{{"hubspot-v3-age-300001", 300'001ms},
                                             {"hubspot-v3-future", -600s}};
  std::size_t seen = 0;
  for (const Vectors& vector : signature_vectors("hubspot")) {
    if (vector.at("version") != "v3") continue;
    ++seen;
    const auto id = vector.at("id").get<std::string>();
    CAPTURE(id);
    const auto time = vector.at("timestamp_ms").get<std::int64_t>();
    const HttpRequest request =
        post_of(vector.at("body").get<std::string>(),
                {{"X-HubSpot-Signature-v3", vector.at("signature").get<std::string>()},
                 {"X-HubSpot-Request-Timestamp", std::to_string(time)}});
    std::string url = vector.at("uri_on_wire").get<std::string>();
    if (id == "hubspot-v3-trailing-slash") url += "/";
    const auto age = ages.find(id);
    const WallTime now = WallTime{std::chrono::milliseconds{time}} +
                         (age == ages.end() ? Duration{1s} : age->second);
    const SignatureCheck found = check_signature(
        WebhookSender::hubspot, request, url, vector.at("client_secret").get<std::string>(), now);
    CHECK((found == SignatureCheck::good) == vector.at("expect_accept").get<bool>());
    if (id == "hubspot-v3-age-300001") CHECK(found == SignatureCheck::stale);
  }
  CHECK(seen == 7);
}

TEST_CASE("signature check: HubSpot's older versions alone do not do", "[clinic][webhooks]") {
  const HttpRequest request = post_of("[]", {{"X-HubSpot-Signature", "abc"},
                                             {"X-HubSpot-Signature-Version", "v1"},
                                             {"X-HubSpot-Request-Timestamp", "1700000000000"}});
  CHECK(check_signature(WebhookSender::hubspot, request, "http://a/", "s", {}) ==
        SignatureCheck::missing);
}

TEST_CASE("signature check: WhatsApp's vectors", "[clinic][webhooks]") {
  const std::string before =
      R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":)"
      R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881",)"
      R"("phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena"},)"
      R"("wa_id":"16505551234"}],"messages":[{"from":"16505551234",)"
      R"("id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNTg5RjY1MzAxRjcAAA==",)"
      R"("timestamp":"1700000000","type":"text","text":{"body":")";
  const std::string after = R"("}}]},"field":"messages"}]}]})";
  const std::string hello = before + "Hello" + after;
  REQUIRE(hello.size() == 463);
  CHECK(check_of_whatsapp(
            hello, "sha256=ccf5ec95dc916f3f6500b77f3f10386be6bd51ba47becea373e789f8c71e1df7") ==
        SignatureCheck::good);
  CHECK(check_of_whatsapp(
            before + R"(Ol\u00e1 \u2764 \ud83d\ude00)" + after,
            "sha256=b7e62e021d44f9797f107e3d3247265ec383d9d3bf4e772c1d4f2e68c420960a") ==
        SignatureCheck::good);
  const std::string third =
      "sha256=b1ad5db9d421b355cef9c83b61697907791bea079e997639a85d21c9f20f0428";
  CHECK(check_of_whatsapp(R"({"a":1})", third) == SignatureCheck::good);
  CHECK(check_of_whatsapp(R"({"a":2})", third) == SignatureCheck::wrong);
  CHECK(check_of_whatsapp(R"({"a":1})", third.substr(7)) == SignatureCheck::wrong);
  CHECK(check_of_whatsapp(R"({"a":1})", "") == SignatureCheck::missing);
}

TEST_CASE("signature check: a refusal has the status that its sender's documentation names",
          "[clinic][webhooks]") {
  CHECK(refusal_status(WebhookSender::stripe, SignatureCheck::wrong) == 400);
  CHECK(refusal_status(WebhookSender::twilio, SignatureCheck::missing) == 400);
  CHECK(refusal_status(WebhookSender::twilio, SignatureCheck::wrong) == 403);
  CHECK(refusal_status(WebhookSender::hubspot, SignatureCheck::stale) == 401);
  CHECK(refusal_status(WebhookSender::whatsapp, SignatureCheck::wrong) == 401);
}

}  // namespace firedrill::clinic
