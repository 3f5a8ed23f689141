#include "mocks/twilio/hook.hpp"
#include "tests/unit/mocks/twilio_api.hpp"

#include <catch2/catch.hpp>

#include <tuple>

using namespace firedrill;
using namespace firedrill::twilio;
using namespace std::chrono_literals;

namespace {

const std::string kCalls = kBase + "/Calls.json";
const std::string kUrl = "http://127.0.0.1:1/voice";

Parameters to_call(const Parameters& more = {{"Url", kUrl}},
                   const std::string& to = "+15558675310") {
  Parameters parameters{{"To", to}, {"From", "+15005550006"}};
  parameters.append(more);
  return parameters;
}

const Parameters kAllEvents{{"Url", kUrl},
                            {"StatusCallback", "http://127.0.0.1:1/status"},
                            {"StatusCallbackEvent", "initiated"},
                            {"StatusCallbackEvent", "ringing"},
                            {"StatusCallbackEvent", "answered"},
                            {"StatusCallbackEvent", "completed"}};

std::string path_of(const nlohmann::json& call) { return call["uri"]; }

spec::Mock with_debugger() {
  spec::Mock mock;
  mock.kind = spec::MockKind::twilio;
  spec::WebhookTarget target;
  target.url = "http://127.0.0.1:1/debugger";
  target.events = {"debugger.error"};
  mock.webhooks = {target};
  return mock;
}

OutgoingOutcome no_answer(NoAnswer cause) {
  OutgoingOutcome outcome;
  outcome.cause = cause;
  outcome.failure = "why";
  return outcome;
}

}  // namespace

TEST_CASE("twilio: a call rings, is answered, asks for TwiML and ends when that is over",
          "[mocks][twilio]") {
  Api api;
  const auto made = api.post(kCalls, to_call(kAllEvents));
  CHECK_THAT(made["sid"].get<std::string>(), Catch::Matches("CA[0-9a-f]{32}"));
  CHECK(made["status"] == "queued");
  CHECK(made["to_formatted"] == "(555) 867-5310");
  CHECK(made["start_time"].is_null());
  REQUIRE(events_of(api.sent) == std::vector<std::string>{"call.initiated", "call.ringing",
                                                          "call.answered", "voice.answered"});
  CHECK(api.sent[3].after == 150ms);
  CHECK(parameters_of(api.sent[3]).get("CallStatus") == "in-progress");
  CHECK(parameters_of(api.sent[2]).get("SequenceNumber") == "2");
  CHECK(parameters_of(api.sent[2]).get("CallStatus") == "in-progress");
  const Outgoing document = api.sent[3];
  api.now += 60ms;
  CHECK(api.get(path_of(made))["status"] == "ringing");
  api.now += 100ms;
  CHECK(api.get(path_of(made))["status"] == "in-progress");
  CHECK(api.get(path_of(made))["start_time"].is_string());

  api.sent.clear();
  api.answer(document, "<Response><Say>hi</Say><Pause/></Response>");
  const Outgoing completed = api.only();
  CHECK(completed.event == "call.completed");
  CHECK(completed.after == 40ms);
  const Parameters told = parameters_of(completed);
  CHECK(told.get("CallStatus") == "completed");
  CHECK(told.get("SequenceNumber") == "3");
  CHECK(told.get("CallDuration") == "1");
  api.now += 1s;
  const auto done = api.get(path_of(made));
  CHECK(done["status"] == "completed");
  CHECK(done["duration"] == "1");
}

TEST_CASE("twilio: Redirect and the action of a Gather are followed", "[mocks][twilio]") {
  Api api;
  const auto made = api.post(kCalls, to_call());
  const Outgoing first = api.only();
  api.answer(first, "<Response><Redirect>menu</Redirect></Response>");
  const Outgoing menu = api.only();
  CHECK(menu.event == "voice.redirect");
  CHECK(menu.url == "http://127.0.0.1:1/menu");
  CHECK(parameters_of(menu).get("CallSid") == made["sid"]);
  api.answer(menu, "<Response><Gather action='chosen' method='GET'/></Response>");
  const Outgoing chosen = api.only();
  CHECK(chosen.method == "GET");
  CHECK(chosen.body.empty());
  CHECK(parameters_of(chosen).get("Digits") == "1");
  api.answer(chosen, "<Response><Hangup/></Response>");
  CHECK(api.sent.empty());
  const auto state = api.state()["twiml"];
  CHECK(state["documents"] == 3);
  CHECK(state["verbs"] == nlohmann::json({{"Gather", 1}, {"Hangup", 1}, {"Redirect", 1}}));
  CHECK(state["last"][0]["verbs"] == nlohmann::json({"Hangup"}));
  CHECK(state["last"][0]["resource"] == made["sid"]);
}

TEST_CASE("twilio: the scenario says what people press", "[mocks][twilio]") {
  spec::Mock mock;
  mock.answer = "42";
  Api api{mock};
  api.post(kCalls, to_call());
  api.answer(api.only(), "<Response><Gather action='chosen'/></Response>");
  CHECK(parameters_of(api.only()).get("Digits") == "42");
}

TEST_CASE("twilio: a call that is sent round in circles is hung up", "[mocks][twilio]") {
  Api api;
  const auto made = api.post(kCalls, to_call());
  std::size_t asked = 1;
  while (!api.sent.empty() && asked < 1000) {
    ++asked;
    api.answer(api.only(), "<Response><Redirect/></Response>");
    api.now += 1s;
  }
  CHECK(asked == Calls::kDocumentsMax + 1);
  CHECK(api.get(path_of(made))["status"] == "completed");
}

TEST_CASE("twilio: TwiML that comes with the call is executed as if it had been asked for",
          "[mocks][twilio]") {
  Api api;
  const auto good =
      api.post(kCalls, to_call({{"Twiml",
                                 "<Response><Say>hi</Say><Redirect>http://127.0.0.1:1/x</Redirect>"
                                 "</Response>"}}));
  const Outgoing next = api.only();
  CHECK(next.url == "http://127.0.0.1:1/x");
  CHECK(next.after == 190ms);
  api.post(kCalls, to_call({{"Twiml", "<Response>"}}));
  CHECK(api.state()["debugger"]["by_code"] == nlohmann::json({{"12100", 1}}));
  CHECK(api.state()["twiml"]["documents"] == 1);
}

TEST_CASE("twilio: a number that does not pick up asks for no TwiML", "[mocks][twilio]") {
  Api api;
  const auto [to, status, sip] =
      GENERATE(table<std::string, std::string, std::string>({{"+15005500486", "busy", "486"},
                                                             {"+15005500480", "no-answer", "480"},
                                                             {"+15005500503", "failed", "503"}}));
  const auto made = api.post(kCalls, to_call(kAllEvents, to));
  REQUIRE(events_of(api.sent) ==
          std::vector<std::string>{"call.initiated", "call.ringing", "call." + status});
  CHECK(parameters_of(api.sent[2]).get("SipResponseCode") == sip);
  CHECK(parameters_of(api.sent[2]).get("CallDuration") == "0");
  api.now += 1s;
  CHECK(api.get(path_of(made))["status"] == status);
}

TEST_CASE("twilio: a call can be cancelled, ended and sent elsewhere", "[mocks][twilio]") {
  Api api;
  const auto waiting = api.post(kCalls, to_call(kAllEvents));
  const Outgoing document = api.sent[3];
  api.sent.clear();
  CHECK(api.twilio().wants(document, api.now));
  CHECK(api.post(path_of(waiting), {{"Url", kUrl}}, 400)["code"] == 21220);
  CHECK(api.post(path_of(waiting), {{"Status", "canceled"}}, 200)["status"] == "canceled");
  CHECK(api.only().event == "call.canceled");
  CHECK_FALSE(api.twilio().wants(document, api.now));

  const auto talking = api.post(kCalls, to_call());
  const Outgoing first = api.only();
  api.now += 200ms;
  CHECK(api.send("DELETE", path_of(talking), {}).status == 409);
  CHECK(api.post(path_of(talking), {{"Url", "http://127.0.0.1:1/b"}}, 200)["status"] ==
        "in-progress");
  const Outgoing second = api.only();
  api.answer(first, "<Response><Redirect>never</Redirect></Response>");
  CHECK(api.sent.empty());
  CHECK(second.url == "http://127.0.0.1:1/b");
  CHECK(api.post(path_of(talking), {{"Status", "completed"}}, 200)["status"] == "completed");
  CHECK(api.post(path_of(talking), {{"Status", "completed"}}, 400)["code"] == 21220);
  CHECK(api.post(path_of(talking), {}, 400)["code"] == 20001);
  CHECK(api.send("DELETE", path_of(talking), {}).status == 204);
  CHECK(api.get(kCalls, {{"Status", "canceled"}})["calls"].size() == 1);
}

TEST_CASE("twilio: what is wrong with a call has the code of the API", "[mocks][twilio]") {
  Api api;
  const auto [parameters, code] = GENERATE(table<Parameters, int>({
      {{{"From", "+15005550006"}, {"Url", kUrl}}, 21201},
      {{{"To", "+15558675310"}, {"Url", kUrl}}, 21213},
      {to_call({}), 21205},
      {to_call({{"ApplicationSid", "AP1"}}), 21218},
      {to_call({{"Url", "voice"}}), 21205},
      {to_call({{"Url", kUrl}, {"Method", "PUT"}}), 21207},
      {to_call({{"Url", kUrl}, {"StatusCallbackEvent", "done"}}), 21626},
      {to_call({{"Url", kUrl}}, "nobody"), 21217},
      {to_call({{"Url", kUrl}}, "+15005550001"), 21217},
      {to_call({{"Url", kUrl}}, "+15005550002"), 21214},
      {to_call({{"Url", kUrl}}, "+15005550003"), 21215},
      {to_call({{"Url", kUrl}}, "+15005550004"), 21216},
  }));
  CHECK(api.post(kCalls, parameters, 400)["code"] == code);
  CHECK(api.sent.empty());
}

TEST_CASE("twilio: answers that Twilio cannot use are in the debugger, and the fallback is asked",
          "[mocks][twilio]") {
  Api api{with_debugger()};
  const auto [cause, status, code] = GENERATE(table<NoAnswer, int, int>({
      {NoAnswer::none, 404, 11200},
      {NoAnswer::none, 500, 11200},
      {NoAnswer::no_connection, 0, 11205},
      {NoAnswer::timed_out, 0, 11205},
      {NoAnswer::not_http, 0, 11206},
      {NoAnswer::too_large, 0, 11750},
  }));
  const auto made =
      api.post(kCalls, to_call({{"Url", kUrl}, {"FallbackUrl", "http://127.0.0.1:1/fallback"}}));
  const Outgoing first = api.only();
  OutgoingOutcome outcome = no_answer(cause);
  outcome.last = false;
  api.end(first, outcome);
  CHECK(api.sent.empty());
  outcome.last = true;
  outcome.status = status;
  api.end(first, outcome);
  REQUIRE(events_of(api.sent) == std::vector<std::string>{"debugger.error", "voice.answered"});
  const Parameters event = parameters_of(api.sent[0]);
  CHECK_THAT(event.get("Sid"), Catch::Matches("NO[0-9a-f]{32}"));
  CHECK(event.get("Level") == "ERROR");
  const auto payload = nlohmann::json::parse(event.get("Payload"));
  CHECK(payload["error_code"] == std::to_string(code));
  CHECK(payload["resource_sid"] == made["sid"]);
  CHECK(payload["webhook"]["request"]["url"] == kUrl);
  CHECK(payload["webhook"]["request"]["parameters"]["CallSid"] == made["sid"]);
  const Outgoing fallback = api.sent[1];
  CHECK(fallback.url == "http://127.0.0.1:1/fallback");
  CHECK(parameters_of(fallback).get("ErrorCode") == std::to_string(code));
  CHECK(parameters_of(fallback).get("ErrorUrl") == kUrl);

  const Outgoing debugger = api.sent[0];
  api.sent.clear();
  api.end(debugger, no_answer(NoAnswer::no_connection));
  CHECK(api.sent.empty());
  api.answer(fallback, "{}", "application/json");
  CHECK(events_of(api.sent) == std::vector<std::string>{"debugger.error"});
  api.now += 1s;
  CHECK(api.get(path_of(made))["status"] == "completed");
  const auto alerts = api.get("/v1/Alerts")["alerts"];
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0]["error_code"] == "12300");
  CHECK(alerts[1]["error_code"] == std::to_string(code));
  const auto whole = api.get("/v1/Alerts/" + alerts[0]["sid"].get<std::string>());
  CHECK(whole["response_body"] == "{}");
  CHECK(api.state()["debugger"]["by_code"].size() == 2);
}

TEST_CASE("twilio: a status callback that fails is in the debugger; warnings are not errors",
          "[mocks][twilio]") {
  Api api{with_debugger()};
  api.post(kCalls, to_call({{"Url", kUrl},
                            {"StatusCallback", "http://127.0.0.1:1/s"},
                            {"StatusCallbackEvent", "ringing"}}));
  const Outgoing ringing = api.sent[0];
  const Outgoing document = api.sent[1];
  api.sent.clear();
  api.answer(ringing, "", "text/plain", 500);
  CHECK(api.only().event == "debugger.error");
  api.answer(ringing, "nothing that is TwiML", "application/json", 200);
  CHECK(api.sent.empty());
  api.answer(document, "<Response><Sing>la</Sing></Response>");
  CHECK(api.sent.empty());
  CHECK(api.state()["debugger"]["by_code"] == nlohmann::json({{"11200", 1}, {"12200", 1}}));
  CHECK(api.get("/v1/Alerts", {{"LogLevel", "warning"}})["alerts"].size() == 1);
}

TEST_CASE("twilio: HTTP redirects are followed ten times", "[mocks][twilio]") {
  Api api;
  api.post(kCalls, to_call());
  Outgoing asked = api.only();
  const auto redirect = [&](int status) {
    OutgoingOutcome outcome;
    outcome.status = status;
    outcome.headers = {{"Location", "/elsewhere"}};
    api.end(asked, outcome);
  };
  redirect(307);
  asked = api.only();
  CHECK(asked.method == "POST");
  CHECK(asked.url == "http://127.0.0.1:1/elsewhere");
  redirect(302);
  asked = api.only();
  CHECK(asked.method == "GET");
  CHECK_THAT(asked.url, Catch::StartsWith("http://127.0.0.1:1/elsewhere?AccountSid="));
  for (int i = 0; i < 8; ++i) {
    redirect(302);
    asked = api.only();
  }
  redirect(302);
  CHECK(api.sent.empty());
  CHECK(api.state()["debugger"]["by_code"] == nlohmann::json({{"11215", 1}}));
}

TEST_CASE("twilio: a call to a number of the account rings there", "[mocks][twilio]") {
  Api api;
  api.post(kBase + "/IncomingPhoneNumbers.json",
           {{"PhoneNumber", "+15558675310"}, {"VoiceUrl", "http://127.0.0.1:1/incoming"}});
  const auto made = api.post(kCalls, to_call());
  REQUIRE(events_of(api.sent) == std::vector<std::string>{"voice.answered", "voice.received"});
  const Outgoing inbound = api.sent[1];
  CHECK(inbound.url == "http://127.0.0.1:1/incoming");
  CHECK(parameters_of(inbound).get("Direction") == "inbound");
  CHECK(parameters_of(inbound).get("CallStatus") == "ringing");
  CHECK(parameters_of(inbound).get("ParentCallSid") == made["sid"]);
  api.answer(inbound, "<Response><Reject reason='busy'/></Response>");
  api.now += 1s;
  const auto legs = api.get(kCalls, {{"ParentCallSid", made["sid"]}})["calls"];
  REQUIRE(legs.size() == 1);
  CHECK(legs[0]["direction"] == "inbound");
  CHECK(legs[0]["status"] == "busy");
}
