#include "mocks/twilio/hook.hpp"
#include "tests/unit/mocks/twilio_api.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <tuple>

using namespace firedrill;
using namespace firedrill::twilio;
using namespace std::chrono_literals;

namespace {

const std::string kMessages = kBase + "/Messages.json";
const Parameters kHello{{"To", "+15558675310"}, {"From", "+15005550006"}, {"Body", "hi"}};

std::string path_of(const nlohmann::json& message) { return message["uri"]; }

Parameters with(Parameters parameters, const std::string& name, const std::string& value) {
  Parameters out;
  bool replaced = false;
  for (const auto& [known, old] : parameters.items()) {
    replaced = replaced || known == name;
    if (known != name) {
      out.add(known, old);
    } else if (!value.empty()) {
      out.add(name, value);
    }
  }
  if (!replaced) out.add(name, value);
  return out;
}

}  // namespace

TEST_CASE("twilio: a message goes from queued over sent to delivered, and tells so",
          "[mocks][twilio]") {
  Api api;
  const auto made = api.post(kMessages, with(kHello, "StatusCallback", "http://127.0.0.1:1/s"));
  CHECK_THAT(made["sid"].get<std::string>(), Catch::Matches("SM[0-9a-f]{32}"));
  CHECK(made["status"] == "queued");
  CHECK(made["date_sent"].is_null());
  CHECK(made["date_created"] == "Tue, 14 Nov 2023 22:13:20 +0000");
  CHECK(made["num_segments"] == "1");
  CHECK(made["error_code"].is_null());
  REQUIRE(events_of(api.sent) == std::vector<std::string>{"message.sent", "message.delivered"});
  const Outgoing& sent = api.sent[0];
  CHECK(sent.after == 50ms);
  CHECK(api.sent[1].after == 150ms);
  CHECK(sent.secret == kToken);
  CHECK(sent.signature == Signature::twilio);
  CHECK(find_header(sent.headers, "I-Twilio-Idempotency-Token") == sent.id);
  const Parameters told = parameters_of(sent);
  CHECK(told.get("MessageSid") == made["sid"]);
  CHECK(told.get("MessageStatus") == "sent");
  CHECK(told.get("AccountSid") == kAccount);

  api.now += 60ms;
  CHECK(api.get(path_of(made))["status"] == "sent");
  CHECK(api.get(path_of(made))["date_sent"].is_string());
  api.now += 100ms;
  CHECK(api.get(path_of(made))["status"] == "delivered");
}

TEST_CASE("twilio: the last digits of a number say how its messages fail", "[mocks][twilio]") {
  Api api;
  const auto [to, event, status, code] = GENERATE(table<std::string, std::string, std::string, int>(
      {{"+15005530003", "message.undelivered", "undelivered", 30003},
       {"+15005530001", "message.failed", "failed", 30001}}));
  const auto made =
      api.post(kMessages, with(with(kHello, "To", to), "StatusCallback", "http://127.0.0.1:1/s"));
  CHECK(made["status"] == "queued");
  CHECK(api.sent.back().event == event);
  CHECK(parameters_of(api.sent.back()).get("ErrorCode") == std::to_string(code));
  api.now += 1s;
  const auto later = api.get(path_of(made));
  CHECK(later["status"] == status);
  CHECK(later["error_code"] == code);
  CHECK(later["error_message"].is_string());
}

TEST_CASE("twilio: WhatsApp messages are read, and keep to their channel", "[mocks][twilio]") {
  Api api;
  const Parameters hello{{"To", "whatsapp:+15558675310"},
                         {"From", "whatsapp:+15005550006"},
                         {"Body", "hi"},
                         {"StatusCallback", "http://127.0.0.1:1/s"}};
  const auto made = api.post(kMessages, hello);
  CHECK(made["to"] == "whatsapp:+15558675310");
  CHECK(events_of(api.sent) ==
        std::vector<std::string>{"message.sent", "message.delivered", "message.read"});
  CHECK(parameters_of(api.sent[2]).get("EventType") == "READ");
  api.now += 1s;
  CHECK(api.get(path_of(made))["status"] == "read");
  CHECK(api.post(kMessages, with(hello, "From", "+15005550006"), 400)["code"] == 21910);
}

TEST_CASE("twilio: what is wrong with a message has the code of the API", "[mocks][twilio]") {
  Api api;
  const auto [name, value, code] = GENERATE(table<std::string, std::string, int>({
      {"To", "", 21604},
      {"From", "", 21603},
      {"Body", "", 21602},
      {"To", "12", 21211},
      {"To", "+1555", 21211},
      {"To", "+15005550001", 21211},
      {"To", "+15005550002", 21612},
      {"To", "+15005550003", 21408},
      {"To", "+15005550004", 21610},
      {"To", "+15005550009", 21614},
      {"From", "+15005550001", 21212},
      {"From", "+15005550007", 21606},
      {"From", "+15005550008", 21611},
      {"From", "much too long a name", 21212},
      {"From", "+15558675310", 21266},
      {"Body", std::string(1601, 'x'), 21617},
      {"StatusCallback", "not a url", 21609},
      {"MediaUrl", "ftp://x", 21620},
      {"MessagingServiceSid", "MG1", 21701},
      {"SendAt", "2030-01-01T00:00:00Z", 35112},
      {"ScheduleType", "fixed", 35118},
  }));
  CAPTURE(name, value);
  const HttpReply reply = api.send("POST", kMessages, with(kHello, name, value));
  CHECK(reply.status == 400);
  CHECK(find_header(reply.headers, "content-type") == "application/json");
  CHECK(find_header(reply.headers, "X-Twilio-Error-Code") == std::to_string(code));
  const auto body = nlohmann::json::parse(reply.body);
  CHECK(body["code"] == code);
  CHECK(body["status"] == 400);
  CHECK(body["more_info"] == "https://www.twilio.com/docs/errors/" + std::to_string(code));
  CHECK(api.sent.empty());
  CHECK(api.state()["messages"]["kept"] == 0);
}

TEST_CASE("twilio: a scheduled message waits, and is withdrawn when it is cancelled",
          "[mocks][twilio]") {
  Api api;
  const std::string service = "MG" + std::string(32, 'a');
  const Parameters later{{"To", "+15558675310"},
                         {"MessagingServiceSid", service},
                         {"Body", "hi"},
                         {"ScheduleType", "fixed"},
                         {"SendAt", "2023-11-14T23:13:20Z"},
                         {"StatusCallback", "http://127.0.0.1:1/s"}};
  const auto made = api.post(kMessages, later);
  CHECK(made["status"] == "scheduled");
  CHECK(made["from"].is_null());
  REQUIRE(api.sent.size() == 2);
  CHECK(api.sent[0].after == 1h);
  CHECK(api.twilio().wants(api.sent[0], api.now));
  CHECK(api.post(path_of(made), {{"Status", "canceled"}}, 200)["status"] == "canceled");
  CHECK_FALSE(api.twilio().wants(api.sent[0], api.now));
  CHECK(api.post(path_of(made), {{"Status", "canceled"}}, 400)["code"] == 30409);
  CHECK(api.post(kMessages, with(later, "SendAt", "2023-11-14T22:14:00Z"), 400)["code"] == 35114);
}

TEST_CASE("twilio: a message can be redacted and deleted, by its own account", "[mocks][twilio]") {
  Api api;
  const auto made = api.post(kMessages, kHello);
  CHECK(api.send("DELETE", path_of(made), {}).status == 409);
  api.now += 1s;
  CHECK(api.post(path_of(made), {{"Body", ""}}, 200)["body"] == "");
  CHECK(api.post(path_of(made), {{"Body", "new"}}, 400)["code"] == 30400);
  const std::string other = "AC" + std::string(32, '2');
  const std::string elsewhere =
      "/2010-04-01/Accounts/" + other + "/Messages/" + made["sid"].get<std::string>() + ".json";
  CHECK(api.send("GET", elsewhere, {}, other).status == 404);
  const HttpReply gone = api.send("DELETE", path_of(made), {});
  CHECK(gone.status == 204);
  CHECK(gone.body.empty());
  const auto missing = api.get(path_of(made), {}, 404);
  CHECK(missing["code"] == 20404);
  CHECK(missing["message"] == "The requested resource " + path_of(made) + " was not found");
}

TEST_CASE("twilio: a list is paged by token, so that new messages shift nothing",
          "[mocks][twilio]") {
  Api api;
  std::set<std::string> made;
  for (int i = 0; i < 7; ++i) made.insert(api.post(kMessages, kHello)["sid"].get<std::string>());
  std::set<std::string> listed;
  auto page = api.get(kMessages, {{"PageSize", "3"}, {"To", "+15558675310"}});
  std::size_t pages = 1;
  while (true) {
    for (const auto& message : page["messages"]) listed.insert(message["sid"].get<std::string>());
    if (page["next_page_uri"].is_null()) break;
    api.post(kMessages, kHello);
    const std::string next = page["next_page_uri"];
    page = api.get(kMessages, Parameters::decode(next.substr(next.find('?') + 1)));
    ++pages;
  }
  CHECK(pages == 3);
  CHECK(listed == made);
  CHECK(page["page"] == 2);
  CHECK(page["page_size"] == 3);
  CHECK(api.get(kMessages, {{"From", "+15558675399"}})["messages"].empty());
  CHECK(api.get(kMessages, {{"DateSent>", "2023-11-15"}})["messages"].empty());
  CHECK(api.get(kMessages, {{"DateSent", "2023-11-14"}})["messages"].size() == 9);
}

TEST_CASE("twilio: text is counted in segments of its alphabet", "[mocks][twilio]") {
  CHECK(segments_of(std::string(160, 'a')) == 1);
  CHECK(segments_of(std::string(161, 'a')) == 2);
  CHECK(segments_of(std::string(81, '[')) == 2);
  std::string umlauts;
  std::string kanji;
  for (int i = 0; i < 71; ++i) umlauts += "\u00E4";
  for (int i = 0; i < 71; ++i) kanji += "\u6F22";
  CHECK(segments_of(umlauts) == 1);
  CHECK(segments_of(kanji) == 2);
  CHECK(characters_of(kanji) == 71);
}

TEST_CASE("twilio: a message to a number of the account is received; its TwiML answers",
          "[mocks][twilio]") {
  Api api;
  api.post(kBase + "/IncomingPhoneNumbers.json", {{"PhoneNumber", "+15558675310"},
                                                  {"SmsUrl", "http://127.0.0.1:1/sms"},
                                                  {"SmsFallbackUrl", "http://127.0.0.1:1/plan-b"}});
  api.post(kMessages, kHello);
  const Outgoing inbound = api.only();
  CHECK(inbound.event == "message.received");
  CHECK(inbound.after == 150ms);
  CHECK(parameters_of(inbound).get("Body") == "hi");
  CHECK(parameters_of(inbound).get("SmsStatus") == "received");

  api.answer(inbound,
             "<Response><Message statusCallback='/st'>yes &amp; no</Message>"
             "<Redirect>more</Redirect><Message>never</Message></Response>");
  CHECK(events_of(api.sent) ==
        std::vector<std::string>{"message.sent", "message.delivered", "message.redirect"});
  CHECK(api.sent[0].url == "http://127.0.0.1:1/st");
  CHECK(api.sent[2].url == "http://127.0.0.1:1/more");
  const auto replies = api.get(kMessages, {{"From", "+15558675310"}})["messages"];
  REQUIRE(replies.size() == 1);
  CHECK(replies[0]["body"] == "yes & no");
  CHECK(replies[0]["direction"] == "outbound-reply");
  CHECK(replies[0]["to"] == "+15005550006");
  CHECK(api.state()["twiml"]["verbs"] == nlohmann::json({{"Message", 1}, {"Redirect", 1}}));

  api.sent.clear();
  api.answer(inbound, "sorry", "text/plain", 500);
  const Outgoing fallback = api.only();
  CHECK(fallback.url == "http://127.0.0.1:1/plan-b");
  CHECK(parameters_of(fallback).get("ErrorCode") == "11200");
  CHECK(parameters_of(fallback).get("ErrorUrl") == "http://127.0.0.1:1/sms");
  api.answer(fallback, "", "text/plain", 503);
  CHECK(api.sent.empty());
  CHECK(api.state()["debugger"]["by_code"] == nlohmann::json({{"11200", 2}}));
}

TEST_CASE("twilio: more messages than it can remember cost the oldest, and are counted",
          "[mocks][twilio]") {
  Api api;
  constexpr std::size_t kMade = 10'500;
  const std::string first = path_of(api.post(kMessages, kHello));
  for (std::size_t i = 1; i < kMade; ++i) api.send("POST", kMessages, kHello);
  CHECK(api.state()["messages"] == nlohmann::json({{"kept", 10'000}, {"evicted", 500}}));
  CHECK(api.send("GET", first, {}).status == 404);
  api.twilio().reset();
  CHECK(api.state()["messages"] == nlohmann::json({{"kept", 0}, {"evicted", 0}}));
}
