#include "mocks/twilio/script.hpp"
#include "mocks/twilio/twiml.hpp"

#include <catch2/catch.hpp>

#include <tuple>

using namespace firedrill::twilio;

namespace {

const std::string kBase = "http://127.0.0.1:1/calls/start?x=1";

Script voice(const std::string& inside, const Person& person = {}) {
  const Twiml twiml = parse_twiml("<Response>" + inside + "</Response>", Dialect::voice);
  INFO((twiml.errors.empty() ? "" : twiml.errors[0].detail));
  REQUIRE(twiml.errors.empty());
  return execute(twiml, Dialect::voice, kBase, person);
}

}  // namespace

TEST_CASE("twiml: documents that no parser takes are error 12100", "[mocks][twilio]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "  \n", "hello", "<Response>", "<Response></Answer>",
               "<Answer/>", "<Response/><Response/>", "\n<?xml version='1.0'?><Response/>",
               "<Response><Redirect>http://x/?a=1&b=2</Redirect></Response>",
               "<Response><Say>caf&eacute;</Say></Response>",
               "<Response><Say voice=alice>x</Say></Response>");
  CAPTURE(text);
  const Twiml twiml = parse_twiml(text, Dialect::voice);
  REQUIRE(twiml.errors.size() == 1);
  CHECK(twiml.errors[0].code == 12100);
  CHECK_THAT(twiml.errors[0].detail, Catch::StartsWith("Error on line "));
  CHECK(execute(twiml, Dialect::voice, kBase, {}).executed.empty());
}

TEST_CASE("twiml: what the schema does not have is a warning, 12200", "[mocks][twilio]") {
  const auto [text, dialect, part] = GENERATE(table<std::string, Dialect, std::string>({
      {"<Speak>x</Speak>", Dialect::voice, "element 'Speak'"},
      {"<say>x</say>", Dialect::voice, "element 'say'"},
      {"<Say speed='2'>x</Say>", Dialect::voice, "Attribute 'speed'"},
      {"<Gather method='PUT'/>", Dialect::voice, "GET or POST"},
      {"<Gather><Dial/></Gather>", Dialect::voice, "element 'Dial' in element 'Gather'"},
      {"<Say>x</Say>", Dialect::messaging, "element 'Say'"},
      {"words", Dialect::messaging, "must not contain text"},
  }));
  CAPTURE(text);
  const Twiml twiml = parse_twiml("<Response>" + text + "</Response>", dialect);
  CHECK(twiml.errors.empty());
  REQUIRE(twiml.warnings.size() == 1);
  CHECK(twiml.warnings[0].code == 12200);
  CHECK_THAT(twiml.warnings[0].detail, Catch::Contains(part));
}

TEST_CASE("twiml: a document as the helper library writes it is without complaint",
          "[mocks][twilio]") {
  const Twiml twiml = parse_twiml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><!-- a & b --><Gather numDigits=\"1\" "
      "action=\"/menu\"><Say voice=\"alice\">One <emphasis>now</emphasis> &amp; "
      "two</Say></Gather><Dial><Number>+15558675310</Number></Dial></Response>",
      Dialect::voice);
  CHECK(twiml.errors.empty());
  CHECK(twiml.warnings.empty());
  REQUIRE(twiml.verbs.size() == 2);
  CHECK(twiml.verbs[0].attribute("action") == "/menu");
  CHECK(twiml.verbs[0].inside[0].name == "Say");
}

TEST_CASE("twiml: the content type decides how an answer is read", "[mocks][twilio]") {
  const auto [status, type, body, dialect, error,
              verbs] = GENERATE(table<int, std::string, std::string, Dialect, int, std::size_t>({
      {200, "text/xml", "<Response/>", Dialect::voice, 0, 0},
      {200, "application/xml; charset=utf-8", "<Response><Say/></Response>", Dialect::voice, 0, 1},
      {200, "text/html", "<Response/>", Dialect::voice, 0, 0},
      {200, "text/html", "<html><body>oops</body></html>", Dialect::voice, 12100, 0},
      {200, "application/json", "{}", Dialect::voice, 12300, 0},
      {200, "", "<Response/>", Dialect::messaging, 12300, 0},
      {200, "text/plain", "hello", Dialect::messaging, 0, 1},
      {200, "audio/mpeg", "x", Dialect::voice, 0, 1},
      {200, "audio/mpeg", "x", Dialect::messaging, 12300, 0},
      {200, "text/html", "", Dialect::messaging, 0, 0},
      {204, "", "", Dialect::messaging, 0, 0},
      {204, "", "", Dialect::voice, 0, 0},
      {200, "text/xml", "", Dialect::voice, 12100, 0},
      {200, "text/xml", std::string(65'537, ' '), Dialect::voice, 11750, 0},
  }));
  CAPTURE(status, type, body.substr(0, 40));
  const Twiml twiml = read_answer(status, type, body, dialect);
  CHECK(twiml.verbs.size() == verbs);
  CHECK((twiml.errors.empty() ? 0 : twiml.errors[0].code) == error);
}

TEST_CASE("twiml: verbs are executed up to the one that hands over", "[mocks][twilio]") {
  const Script script =
      voice("<Say>hi</Say><Redirect method='GET'>../next</Redirect><Say>never</Say>");
  CHECK(script.executed == std::vector<std::string>{"Say", "Redirect"});
  REQUIRE(script.onward);
  CHECK(script.onward->event == "voice.redirect");
  CHECK(script.onward->url == "http://127.0.0.1:1/next");
  CHECK(script.onward->method == "GET");
  CHECK_FALSE(voice("<Hangup/><Redirect>x</Redirect>").onward);
  CHECK(voice("<Redirect/>").onward->url == kBase);
}

TEST_CASE("twiml: whoever is asked by a Gather presses keys, speaks or is silent",
          "[mocks][twilio]") {
  const Script pressed =
      voice("<Gather numDigits='3' action='/menu'><Say>?</Say></Gather><Hangup/>");
  CHECK(pressed.executed == std::vector<std::string>{"Gather", "Gather.Say"});
  REQUIRE(pressed.onward);
  CHECK(pressed.onward->event == "voice.gather");
  CHECK(pressed.onward->url == "http://127.0.0.1:1/menu");
  CHECK(pressed.onward->extra.get("Digits") == "111");
  CHECK(voice("<Gather/>").onward->url == kBase);

  const Script said = voice("<Gather input='speech'/>", {"Monday"});
  CHECK(said.onward->extra.get("SpeechResult") == "Monday");
  CHECK_FALSE(said.onward->extra.has("Digits"));

  const Script silent = voice("<Gather action='/menu'/><Say>bye</Say>", {""});
  CHECK(silent.executed == std::vector<std::string>{"Gather", "Say"});
  CHECK_FALSE(silent.onward);
  CHECK(voice("<Gather actionOnEmptyResult='true'/>", {""}).onward->extra.get("Digits") == "");
}

TEST_CASE("twiml: Record, Dial and Reject", "[mocks][twilio]") {
  CHECK(voice("<Record action='/r'/>").onward->event == "voice.record");
  CHECK_FALSE(voice("<Record/><Say/>").onward);
  CHECK(voice("<Record/><Say/>").executed.size() == 1);
  CHECK(voice("<Dial action='/d'>+15558675310</Dial>").onward->extra.get("DialCallStatus") ==
        "completed");
  CHECK(voice("<Dial>+15558675310</Dial><Say/>").executed.size() == 2);
  CHECK(voice("<Reject reason='busy'/>").busy);
  CHECK(voice("<Reject/>").rejected);
}
