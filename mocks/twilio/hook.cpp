#include "mocks/twilio/hook.hpp"

#include "mocks/ids.hpp"

namespace firedrill::twilio {
namespace {

std::string uuid(Rng& rng) {
  return hex_id(8, rng) + "-" + hex_id(4, rng) + "-4" + hex_id(3, rng) + "-a" + hex_id(3, rng) +
         "-" + hex_id(12, rng);
}

/// Before the fragment, which says how to deliver and stays.
std::string with_query(const std::string& url, const std::string& query) {
  const std::size_t mark = url.find('#');
  const std::string front = url.substr(0, mark);
  const std::string fragment = mark == std::string::npos ? "" : url.substr(mark);
  return front + (front.find('?') == std::string::npos ? '?' : '&') + query + fragment;
}

}  // namespace

Outgoing call_to(const Hook& hook, const std::string& event, const Parameters& parameters,
                 const std::string& secret, ProviderContext& context) {
  Outgoing call;
  call.event = event;
  call.id = uuid(context.rng);
  call.method = hook.method == "GET" ? "GET" : "POST";
  call.signature = Signature::twilio;
  call.secret = secret;
  call.headers = {{"User-Agent", "TwilioProxy/1.1"},
                  {"Accept", "*/*"},
                  {"I-Twilio-Idempotency-Token", call.id},
                  {"X-Home-Region", "us1"}};
  if (call.method == "GET") {
    call.url = with_query(hook.url, parameters.encode());
  } else {
    call.url = hook.url;
    call.body = parameters.encode();
    call.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
  return call;
}

Parameters parameters_of(const Outgoing& call) {
  if (call.method != "GET") return Parameters::decode(call.body);
  const std::string url = call.url.substr(0, call.url.find('#'));
  const std::size_t mark = url.find('?');
  return mark == std::string::npos ? Parameters{} : Parameters::decode(url.substr(mark + 1));
}

bool asks_for_twiml(const Outgoing& call) {
  return call.event.starts_with("voice.") || call.event == "message.received" ||
         call.event == "message.redirect" || call.event == "whatsapp.received";
}

}  // namespace firedrill::twilio
