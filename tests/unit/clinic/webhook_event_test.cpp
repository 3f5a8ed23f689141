#include "mocks/clinic/webhooks/webhook_event.hpp"

#include "mocks/clinic/webhooks/dead_letters.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace firedrill::clinic {
namespace {

using Ids = std::vector<std::string>;

HttpRequest bringing(std::string body, std::string type = "application/json") {
  HttpRequest request;
  request.method = "POST";
  request.headers.push_back({"content-type", std::move(type)});
  request.body = std::move(body);
  return request;
}

/// "id type" of each event; one "-" for what is not in the sender's form.
Ids events_of(WebhookSender sender, const HttpRequest& request) {
  const auto events = read_events(sender, request);
  if (!events) return {"-"};
  Ids ids;
  for (const WebhookEvent& event : *events) ids.push_back(event.id + " " + event.type);
  return ids;
}

Ids form_events(std::string form) {
  return events_of(WebhookSender::twilio,
                   bringing(std::move(form), "application/x-www-form-urlencoded"));
}

DeadLetter letter_about(std::string id) {
  return {WebhookSender::stripe, {std::move(id), "charge.succeeded"}, "corr-1", "away"};
}

}  // namespace

TEST_CASE("webhook events: Stripe sends one", "[clinic][webhooks]") {
  CHECK(events_of(WebhookSender::stripe,
                  bringing(R"({"id":"evt_1","type":"charge.succeeded","data":{"object":{}}})")) ==
        Ids{"evt_1 charge.succeeded"});
}

TEST_CASE("webhook events: HubSpot sends several at a time", "[clinic][webhooks]") {
  CHECK(events_of(WebhookSender::hubspot,
                  bringing(R"([{"eventId":31,"subscriptionType":"contact.creation"},)"
                           R"({"eventId":32,"subscriptionType":"deal.deletion"}])")) ==
        Ids{"31 contact.creation", "32 deal.deletion"});
  CHECK(events_of(WebhookSender::hubspot, bringing("[]")) == Ids{});
}

TEST_CASE("webhook events: WhatsApp sends messages, and what became of ours",
          "[clinic][webhooks]") {
  const std::string body =
      R"({"object":"whatsapp_business_account","entry":[{"changes":[)"
      R"({"value":{"messages":[{"id":"wamid.A","type":"text"}]}},)"
      R"({"value":{"statuses":[{"id":"wamid.B","status":"sent"},)"
      R"({"id":"wamid.B","status":"delivered"}]}},{"value":{"errors":[{"code":1}]}}]}]})";
  CHECK(events_of(WebhookSender::whatsapp, bringing(body)) ==
        Ids{"wamid.A message.text", "wamid.B:sent status.sent",
            "wamid.B:delivered status.delivered"});
}

TEST_CASE("webhook events: Twilio's is known by its token, or by sid and status",
          "[clinic][webhooks]") {
  CHECK(form_events("MessageSid=SM1&Body=hi") == Ids{"SM1 message.received"});
  CHECK(form_events("MessageSid=SM1&MessageStatus=delivered") ==
        Ids{"SM1:delivered message.delivered"});
  CHECK(form_events("CallSid=CA1&CallStatus=ringing") == Ids{"CA1:ringing voice.ringing"});
  HttpRequest request = bringing("CallSid=CA1", "application/x-www-form-urlencoded");
  request.headers.push_back({"I-Twilio-Idempotency-Token", "token-1"});
  CHECK(events_of(WebhookSender::twilio, request) == Ids{"token-1 voice.received"});
  CHECK(form_events("Body=hi") == Ids{"-"});
}

TEST_CASE("webhook events: nothing that is sent throws or passes for an event",
          "[clinic][webhooks]") {
  const std::string body = GENERATE(
      "", "{", "null", "7", "[1]", "\xff", R"({"id":7,"type":"x"})", R"({"id":"a"})", R"([{}])",
      R"([{"eventId":-1,"subscriptionType":"x"}])", R"([{"eventId":1}])",
      R"({"object":"whatsapp_business_account","entry":[{"changes":[{"value":{"messages":[1]}}]}]})");
  CAPTURE(body);
  for (const WebhookSender sender : kWebhookSenders) {
    const auto events = read_events(sender, bringing(body));
    CHECK_FALSE(events.has_value());
  }
}

TEST_CASE("webhook events: depth and length are limited", "[clinic][webhooks]") {
  const std::string deep(100'000, '[');
  CHECK_FALSE(read_events(WebhookSender::hubspot, bringing(deep)).has_value());
  const auto with_id = [](std::size_t length) {
    return bringing(R"({"type":"x","id":")" + std::string(length, 'a') + "\"}");
  };
  CHECK(read_events(WebhookSender::stripe, with_id(200)).has_value());
  CHECK_FALSE(read_events(WebhookSender::stripe, with_id(201)).has_value());
}

TEST_CASE("dead letters: whoever works on one has it for himself", "[clinic][webhooks]") {
  DeadLetters letters;
  REQUIRE(letters.add(letter_about("a")));
  REQUIRE(letters.add(letter_about("b")));
  const auto first = letters.claim(0, letters.end());
  const auto second = letters.claim(0, letters.end());
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->letter.event.id == "a");
  CHECK(second->letter.event.id == "b");
  CHECK_FALSE(letters.claim(0, letters.end()).has_value());
  CHECK(letters.size() == 2);  // still there, should anybody ask

  letters.done(first->number);
  letters.failed(second->number, "still away");
  CHECK(letters.size() == 1);
  const auto again = letters.claim(0, letters.end());
  REQUIRE(again.has_value());
  CHECK(again->letter.event.id == "b");
  CHECK(again->letter.attempts == 2);
  CHECK(again->letter.reason == "still away");
}

TEST_CASE("dead letters: those that come later are not for who began before",
          "[clinic][webhooks]") {
  DeadLetters letters;
  const std::uint64_t end = letters.end();
  REQUIRE(letters.add(letter_about("late")));
  CHECK_FALSE(letters.claim(0, end).has_value());
}

TEST_CASE("dead letters: what finds no place is refused and counted", "[clinic][webhooks]") {
  DeadLetters letters{2};
  CHECK(letters.add(letter_about("a")));
  CHECK(letters.add(letter_about("b")));
  CHECK_FALSE(letters.add(letter_about("c")));
  CHECK(letters.refused() == 1);
  CHECK(nlohmann::json::parse(letters.json()) ==
        nlohmann::json{
            {"items",
             {{{"id", "a"}, {"provider", "stripe"}, {"reason", "away"}, {"attempts", 1}},
              {{"id", "b"}, {"provider", "stripe"}, {"reason", "away"}, {"attempts", 1}}}}});
}

}  // namespace firedrill::clinic
