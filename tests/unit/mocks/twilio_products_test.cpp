#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/events.hpp"
#include "mocks/twilio/hook.hpp"
#include "tests/unit/mocks/twilio_api.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <tuple>

using namespace firedrill;
using namespace firedrill::twilio;
using namespace std::chrono_literals;

namespace {

const std::string kService = "/v2/Services/VA" + std::string(32, 'a');
const std::string kVerifications = kService + "/Verifications";
const std::string kCheck = kService + "/VerificationCheck";
const std::string kPhone = "+14155552671";

}  // namespace

TEST_CASE("twilio: credentials are asked for as the API does", "[mocks][twilio]") {
  spec::Mock strict;
  strict.api_key = "secret";
  Api any;
  Api one{strict};
  const std::string path = kBase + ".json";
  const std::string key = "SK" + std::string(32, '3');
  CHECK(any.send("GET", path, {}).status == 200);
  CHECK(any.send("GET", path, {}, key, "x").status == 200);
  CHECK(one.send("GET", path, {}, kAccount, "secret").status == 200);
  const std::vector<HttpReply> refused{
      any.send("GET", path, {}, ""), any.send("GET", path, {}, kAccount, ""),
      any.send("GET", path, {}, "me", "x"), one.send("GET", path, {}, kAccount, "wrong")};
  for (const HttpReply& reply : refused) {
    CHECK(reply.status == 401);
    CHECK(nlohmann::json::parse(reply.body)["code"] == 20003);
    CHECK_FALSE(find_header(reply.headers, "WWW-Authenticate").empty());
    CHECK_THAT(std::string{find_header(reply.headers, "Twilio-Request-Id")},
               Catch::Matches("RQ[0-9a-f]{32}"));
  }
}

TEST_CASE("twilio: unknown paths and methods have the API's own errors", "[mocks][twilio]") {
  Api api;
  const auto [method, path, status, code] = GENERATE(table<std::string, std::string, int, int>({
      {"GET", "/", 404, 20404},
      {"GET", kBase + "/Faxes.json", 404, 20404},
      {"GET", kBase + "/Messages", 404, 20404},
      {"GET", "/2010-04-01/Accounts/AC1/Messages.json", 404, 20404},
      {"PUT", kBase + "/Messages.json", 405, 20004},
      {"DELETE", "/v2/PhoneNumbers/+14155552671", 405, 20004},
  }));
  CAPTURE(method, path);
  const HttpReply reply = api.send(method, path, {});
  CHECK(reply.status == status);
  CHECK(nlohmann::json::parse(reply.body)["code"] == code);
}

TEST_CASE("twilio: errors of faults and limits are worded as the API's", "[mocks][twilio]") {
  Twilio twilio{{}, {}};
  ProviderContext context;
  for (const auto& [status, code] : std::vector<std::pair<int, int>>{{400, 20001},
                                                                     {401, 20003},
                                                                     {404, 20404},
                                                                     {429, 20429},
                                                                     {500, 20500},
                                                                     {503, 20503},
                                                                     {502, 20502},
                                                                     {499, 20499}}) {
    const HttpReply reply = twilio.error(status, context);
    CHECK(reply.status == status);
    const auto body = nlohmann::json::parse(reply.body);
    CHECK(body["code"] == code);
    CHECK(body["status"] == status);
    CHECK_FALSE(body["message"].get<std::string>().empty());
  }
}

TEST_CASE("twilio: callbacks are signed with the token that the account was seen with",
          "[mocks][twilio]") {
  Api api;
  const Parameters hello{{"To", "+15558675310"},
                         {"From", "+15005550006"},
                         {"Body", "hi"},
                         {"StatusCallback", "http://127.0.0.1:1/s"}};
  const std::string key = "SK" + std::string(32, '3');
  api.send("POST", kBase + "/Messages.json", hello, key, "key secret");
  CHECK(api.sent[0].secret == kDefaultAuthToken);
  api.sent.clear();
  api.send("GET", kBase + ".json", {});
  api.send("POST", kBase + "/Messages.json", hello, key, "key secret");
  CHECK(api.sent[0].secret == kToken);
}

TEST_CASE("twilio: Lookup knows valid numbers from others", "[mocks][twilio]") {
  Api api;
  const auto valid = api.get("/v2/PhoneNumbers/+14155552671");
  CHECK(valid["valid"] == true);
  CHECK(valid["country_code"] == "US");
  CHECK(valid["national_format"] == "(415) 555-2671");
  CHECK(valid["validation_errors"].empty());
  CHECK(valid["line_type_intelligence"].is_null());
  const auto romanian = api.get("/lookups/v2/PhoneNumbers/0721234567", {{"CountryCode", "RO"}});
  CHECK(romanian["phone_number"] == "+40721234567");
  CHECK(romanian["calling_country_code"] == "40");
  const auto rich =
      api.get("/v2/PhoneNumbers/+14155552671", {{"Fields", "line_type_intelligence,caller_name"}});
  CHECK(rich["line_type_intelligence"]["type"] == "mobile");
  CHECK(rich["caller_name"]["caller_type"] == "CONSUMER");
  CHECK(rich["sim_swap"].is_null());
  const auto brief = api.get("/v2/PhoneNumbers/+1415555");
  CHECK(brief["valid"] == false);
  CHECK(brief["validation_errors"] == nlohmann::json({"TOO_SHORT"}));
  CHECK(api.get("/v2/PhoneNumbers/+141555526711")["validation_errors"][0] == "TOO_LONG");
  CHECK(api.get("/v2/PhoneNumbers/nobody", {}, 404)["code"] == 20404);
  CHECK(api.get("/v2/PhoneNumbers/+14155552671", {{"Fields", "horoscope"}}, 400)["code"] == 20001);
}

TEST_CASE("twilio: a verification is approved by the last digits of its number",
          "[mocks][twilio]") {
  Api api;
  const auto started = api.post(kVerifications, {{"To", kPhone}, {"Channel", "sms"}});
  CHECK_THAT(started["sid"].get<std::string>(), Catch::Matches("VE[0-9a-f]{32}"));
  CHECK(started["status"] == "pending");
  CHECK(started["valid"] == false);
  const auto wrong = api.post(kCheck, {{"To", kPhone}, {"Code", "000000"}});
  CHECK(wrong["status"] == "pending");
  const auto right = api.post(kCheck, {{"To", kPhone}, {"Code", "552671"}});
  CHECK(right["status"] == "approved");
  CHECK(right["valid"] == true);
  CHECK(api.post(kCheck, {{"To", kPhone}, {"Code", "552671"}}, 404)["code"] == 20404);
}

TEST_CASE("twilio: verifications run out of sends, checks and time", "[mocks][twilio]") {
  Api api;
  const Parameters start{{"To", kPhone}, {"Channel", "sms"}};
  const std::string sid = api.post(kVerifications, start)["sid"];
  for (int i = 0; i < 4; ++i) CHECK(api.post(kVerifications, start)["sid"] == sid);
  CHECK(api.post(kVerifications, start, 429)["code"] == 60203);
  const Parameters wrong{{"VerificationSid", sid}, {"Code", "1111"}};
  for (int i = 0; i < 5; ++i) api.post(kCheck, wrong);
  CHECK(api.post(kCheck, wrong, 429)["code"] == 60202);
  CHECK(api.get(kVerifications + "/" + sid)["send_code_attempts"].size() == 5);
  api.now += 601s;
  CHECK(api.get(kVerifications + "/" + sid, {}, 404)["code"] == 20404);
  CHECK(api.post(kVerifications, start)["sid"] != sid);
  CHECK(api.post(kVerifications + "/" + kPhone, {{"Status", "canceled"}}, 200)["status"] ==
        "canceled");
  CHECK(api.get(kVerifications + "/" + kPhone, {}, 404)["code"] == 20404);
}

TEST_CASE("twilio: what is wrong with a verification", "[mocks][twilio]") {
  Api api;
  CHECK(api.post(kVerifications, {{"Channel", "sms"}}, 400)["code"] == 60200);
  CHECK(api.post(kVerifications, {{"To", kPhone}}, 400)["code"] == 60200);
  CHECK(api.post(kVerifications, {{"To", kPhone}, {"Channel", "pigeon"}}, 400)["code"] == 60200);
  CHECK(api.post(kVerifications, {{"To", "me"}, {"Channel", "sms"}}, 400)["code"] == 60200);
  CHECK(api.post(kVerifications, {{"To", kPhone}, {"Channel", "sms"}, {"CustomCode", "9999"}},
                 403)["code"] == 60204);
  CHECK(api.post(kCheck, {{"To", kPhone}}, 400)["code"] == 60200);
  CHECK(api.post("/v2/Services/VA1/Verifications", {}, 404)["code"] == 20404);
  CHECK(api.post("/v2/Services", {{"FriendlyName", "x"}, {"CodeLength", "3"}}, 400)["code"] ==
        60200);
}

TEST_CASE("twilio: services of Verify have codes of their own length", "[mocks][twilio]") {
  Api api;
  const auto made =
      api.post("/v2/Services",
               {{"FriendlyName", "clinic"}, {"CodeLength", "4"}, {"CustomCodeEnabled", "true"}});
  const std::string path = "/v2/Services/" + made["sid"].get<std::string>();
  CHECK(made["url"] == "http://127.0.0.1:12113" + path);
  api.post(path + "/Verifications", {{"To", kPhone}, {"Channel", "call"}});
  CHECK(api.post(path + "/VerificationCheck", {{"To", kPhone}, {"Code", "2671"}})["valid"] == true);
  api.post(path + "/Verifications", {{"To", kPhone}, {"Channel", "sms"}, {"CustomCode", "9999"}});
  CHECK(api.post(path + "/VerificationCheck", {{"To", kPhone}, {"Code", "9999"}})["valid"] == true);
  CHECK(api.post(path, {{"FriendlyName", "new"}}, 200)["friendly_name"] == "new");
  CHECK(api.get("/v2/Services")["services"].size() == 1);
  CHECK(api.get("/v2/Services")["meta"]["next_page_url"].is_null());
  CHECK(api.send("DELETE", path, {}).status == 204);
  CHECK(api.send("GET", path, {}).status == 404);
}

TEST_CASE("twilio: numbers are bought once, changed and given back", "[mocks][twilio]") {
  Api api;
  const std::string list = kBase + "/IncomingPhoneNumbers.json";
  const auto made = api.post(list, {{"PhoneNumber", kPhone}, {"SmsUrl", "http://127.0.0.1:1/s"}});
  CHECK(made["sms_method"] == "POST");
  CHECK(api.post(list, {{"PhoneNumber", kPhone}}, 400)["code"] == 21422);
  CHECK(api.post(list, {{"PhoneNumber", "x"}}, 400)["code"] == 21421);
  CHECK(api.post(list, {{"AreaCode", "415"}})["phone_number"].get<std::string>().size() == 12);
  const std::string path = made["uri"];
  CHECK(api.post(path, {{"SmsUrl", "nowhere"}}, 400)["code"] == 21502);
  CHECK(api.get(path)["sms_url"] == "http://127.0.0.1:1/s");
  CHECK(api.post(path, {{"SmsMethod", "GET"}}, 200)["sms_method"] == "GET");
  CHECK(api.send("DELETE", path, {}).status == 204);
  CHECK(api.get(list)["incoming_phone_numbers"].size() == 1);
}

TEST_CASE("twilio: every event has a sample", "[mocks][twilio]") {
  ProviderContext context;
  context.rng = Rng{7};
  const std::vector<std::string> names = event_names();
  CHECK(std::set<std::string>{names.begin(), names.end()}.size() == names.size());
  for (const std::string& name : names) {
    const auto event = sample_event(name, context);
    REQUIRE(event);
    CHECK(event->event == name);
    CHECK(event->signature == Signature::twilio);
    CHECK(event->url.empty());
    const Parameters parameters = parameters_of(*event);
    CHECK(is_sid(parameters.get("AccountSid"), "AC"));
    CHECK((parameters.has("MessageSid") || parameters.has("CallSid") || parameters.has("Payload")));
  }
  CHECK_FALSE(sample_event("message.eaten", context));
}

TEST_CASE("twilio: the TwiML that answers a sample sent by hand is judged too", "[mocks][twilio]") {
  Api api;
  ProviderContext context;
  const auto event = sample_event("voice.received", context);
  api.answer(*event, "<Response><Say>hi</Say></Response>");
  CHECK(api.state()["twiml"]["verbs"] == nlohmann::json({{"Say", 1}}));
  CHECK(api.state()["calls"]["kept"] == 1);
}

TEST_CASE("twilio: dates, both ways", "[mocks][twilio]") {
  const WallTime time{1'692'853'305s};
  CHECK(to_rfc2822(time) == "Thu, 24 Aug 2023 05:01:45 +0000");
  CHECK(to_iso8601(time) == "2023-08-24T05:01:45Z");
  CHECK(parse_iso8601("2023-08-24T05:01:45Z") == time);
  CHECK(parse_iso8601("2023-08-24T05:01:45.000Z") == time);
  for (const char* text : {"", "yesterday", "2023-02-30", "2023-08-24T25:00:00Z", "2023-8-24"}) {
    CHECK_FALSE(parse_iso8601(text));
  }
}

TEST_CASE("twilio: the official client is tried on every route", "[mocks][twilio]") {
  std::ifstream file{std::string{FD_SOURCE_DIR} + "/tests/conformance/twilio.coverage.mjs"};
  REQUIRE(file);
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  const std::string place = "${account}";
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
    text.replace(at, place.size(), "/2010-04-01/Accounts/{AccountSid}");
  }
  CHECK(route_names().size() == 28);
  for (const std::string& route : route_names()) {
    CAPTURE(route);
    const bool covered = text.find("route: '" + route + "'") != std::string::npos ||
                         text.find("route: `" + route + "`") != std::string::npos;
    CHECK(covered);
  }
}

TEST_CASE("twilio: the same seed gives the same answers", "[mocks][twilio]") {
  const auto story = [] {
    Api api;
    std::string all = api.send("POST", kBase + "/Messages.json",
                               {{"To", kPhone}, {"From", "+15005550006"}, {"Body", "hi"}})
                          .body;
    all += api.send("POST", kVerifications, {{"To", kPhone}, {"Channel", "sms"}}).body;
    return all + api.state().dump();
  };
  CHECK(story() == story());
}

TEST_CASE("twilio: memory stays bounded over a million requests", "[.million]") {
  Api api;
  const std::string messages = kBase + "/Messages.json";
  const std::string calls = kBase + "/Calls.json";
  for (int i = 0; i < 1'000'000; ++i) {
    if (i % 3 == 0) {
      api.send("POST", messages, {{"To", kPhone}, {"From", "+15005550006"}, {"Body", "hi"}});
    } else if (i % 3 == 1) {
      api.send("POST", calls, {{"To", kPhone}, {"From", "+15005550006"}, {"Twiml", "<Response/>"}});
    } else {
      const std::string to = "+1415" + std::to_string(1'000'000 + i);
      api.send("POST", kVerifications, {{"To", to}, {"Channel", "sms"}});
    }
    api.sent.clear();
  }
  const auto state = api.state();
  for (const char* what : {"messages", "calls", "verifications"}) {
    CHECK(state[what]["kept"] == 10'000);
    CHECK(state[what]["evicted"].get<int>() > 320'000);
  }
}
