#include "mocks/twilio/script.hpp"

#include "mocks/twilio/address.hpp"
#include "mocks/twilio/twiml_schema.hpp"

#include <algorithm>
#include <charconv>

namespace firedrill::twilio {
namespace {

constexpr std::size_t kDigitsMax = 64;

class Execution {
 public:
  Execution(Dialect dialect, const std::string& base, const Person& person)
      : dialect_{dialect}, base_{base}, person_{person} {}

  Script run(const std::vector<Verb>& verbs) {
    for (const Verb& verb : verbs) {
      if (over_) break;
      note(verb);
      step(verb);
    }
    return std::move(script_);
  }

 private:
  void note(const Verb& verb) {
    script_.executed.push_back(verb.name);
    for (const Verb& noun : verb.inside) {
      script_.executed.push_back(verb.name + "." + noun.name);
    }
  }

  void step(const Verb& verb) {
    if (verb.name == "Redirect") return go("redirect", verb, verb.text, {});
    if (verb.name == "Message" || verb.name == "Sms") return reply(verb);
    if (dialect_ != Dialect::voice) return;
    if (verb.name == "Gather") return gather(verb);
    if (verb.name == "Record") return record(verb);
    if (verb.name == "Dial") return dial(verb);
    if (verb.name == "Reject") {
      script_.rejected = true;
      script_.busy = verb.attribute("reason") == "busy";
    }
    static constexpr std::string_view kLast = "Hangup Reject Leave Enqueue Connect Refer Echo";
    over_ = over_ || lists(kLast, verb.name);
  }

  void go(const char* what, const Verb& verb, const std::string& url, Parameters extra) {
    const std::string prefix = dialect_ == Dialect::voice ? "voice." : "message.";
    const std::string method = verb.attribute("method");
    script_.onward = Onward{prefix + what, resolve_url(base_, url),
                            method == "GET" ? "GET" : "POST", std::move(extra)};
    over_ = true;
  }

  void gather(const Verb& verb) {
    if (person_.input.empty()) {
      const bool anyway = verb.attribute("actionOnEmptyResult") == "true";
      if (anyway) go("gather", verb, verb.attribute("action"), {{"Digits", ""}});
      return;
    }
    const std::string input = verb.attribute("input");
    if (input == "speech") {
      return go("gather", verb, verb.attribute("action"),
                {{"SpeechResult", person_.input}, {"Confidence", "0.9"}});
    }
    go("gather", verb, verb.attribute("action"), {{"Digits", digits_for(verb)}});
  }

  /// As many keys as the verb waits for: the input over and over.
  [[nodiscard]] std::string digits_for(const Verb& verb) const {
    const std::string wanted = verb.attribute("numDigits");
    std::size_t count = 0;
    std::from_chars(wanted.data(), wanted.data() + wanted.size(), count);
    if (count == 0) return person_.input;
    std::string digits;
    while (digits.size() < std::min(count, kDigitsMax)) digits += person_.input;
    digits.resize(std::min(count, kDigitsMax));
    return digits;
  }

  /// Without an action the person speaks and hangs up; with one they stay.
  void record(const Verb& verb) {
    over_ = true;
    if (verb.attribute("action").empty()) return;
    go("record", verb, verb.attribute("action"), {{"RecordingDuration", "1"}, {"Digits", "#"}});
  }

  void dial(const Verb& verb) {
    if (verb.attribute("action").empty()) return;
    go("dial", verb, verb.attribute("action"),
       {{"DialCallStatus", "completed"}, {"DialCallDuration", "1"}});
  }

  void reply(const Verb& verb) {
    Reply reply{verb.attribute("to"), verb.attribute("from"), verb.text,
                verb.attribute("statusCallback"), 0};
    for (const Verb& noun : verb.inside) {
      if (noun.name == "Body") reply.body += noun.text;
      if (noun.name == "Media") ++reply.media;
    }
    if (!reply.status_callback.empty()) {
      reply.status_callback = resolve_url(base_, reply.status_callback);
    }
    script_.replies.push_back(std::move(reply));
  }

  Dialect dialect_;
  const std::string& base_;
  const Person& person_;
  Script script_;
  bool over_ = false;
};

}  // namespace

Script execute(const Twiml& twiml, Dialect dialect, const std::string& base, const Person& person) {
  if (!twiml.errors.empty()) return {};
  return Execution{dialect, base, person}.run(twiml.verbs);
}

}  // namespace firedrill::twilio
