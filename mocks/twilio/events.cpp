#include "mocks/twilio/events.hpp"

#include "mocks/twilio/call.hpp"
#include "mocks/twilio/debugger.hpp"
#include "mocks/twilio/hook.hpp"
#include "mocks/twilio/messages.hpp"

#include <array>
#include <utility>

namespace firedrill::twilio {
namespace {

constexpr const char* kOurNumber = "+15005550006";

/// A number in the range that is kept free for fiction.
std::string somebody(ProviderContext& context) {
  std::string number = "+1415555";
  for (int i = 0; i < 4; ++i) number += std::to_string(context.rng.below(10));
  return number;
}

std::string account(ProviderContext& context) { return new_sid("AC", context); }

Message sample_message(ProviderContext& context, bool inbound, const std::string& channel) {
  Message message;
  message.sid = new_sid("SM", context);
  message.account = account(context);
  message.to = channel + (inbound ? kOurNumber : somebody(context));
  message.from = channel + (inbound ? somebody(context) : kOurNumber);
  message.body = inbound ? "Can I have an appointment on Monday?" : "See you on Monday.";
  message.direction = inbound ? "inbound" : "outbound-api";
  message.created = message.updated = message.sent = message.done = context.wall;
  return message;
}

Call sample_call(ProviderContext& context, bool inbound) {
  Call call;
  call.sid = new_sid("CA", context);
  call.account = account(context);
  call.to = inbound ? kOurNumber : somebody(context);
  call.from = inbound ? somebody(context) : kOurNumber;
  call.direction = inbound ? "inbound" : "outbound-api";
  call.created = call.updated = call.ringing = call.answered = context.wall;
  return call;
}

using Build = Parameters (*)(std::string_view event, ProviderContext&);

Parameters message_received(std::string_view, ProviderContext& context) {
  return inbound_parameters(sample_message(context, true, ""));
}

Parameters whatsapp_received(std::string_view, ProviderContext& context) {
  return inbound_parameters(sample_message(context, true, "whatsapp:"));
}

Parameters message_status(std::string_view event, ProviderContext& context) {
  const std::string_view status = event.substr(event.find('.') + 1);
  Message message = sample_message(context, false, status == "read" ? "whatsapp:" : "");
  if (status == "undelivered") message.error = 30003;
  if (status == "failed") message.error = 30001;
  return status_parameters(message, status);
}

Parameters voice_received(std::string_view, ProviderContext& context) {
  return voice_parameters(sample_call(context, true), "ringing");
}

Parameters voice_answered(std::string_view, ProviderContext& context) {
  return voice_parameters(sample_call(context, false), "in-progress");
}

Parameters voice_gather(std::string_view, ProviderContext& context) {
  Parameters parameters = voice_parameters(sample_call(context, true), "in-progress");
  parameters.add("Digits", "1");
  return parameters;
}

Parameters call_status(std::string_view event, ProviderContext& context) {
  Call call = sample_call(context, false);
  const std::string_view status = event.substr(event.find('.') + 1);
  call.end = status;
  call.ended = context.wall + std::chrono::seconds{12};
  if (status == "busy") call.sip = 486;
  if (status == "no-answer") call.sip = 487;
  if (status == "failed") call.sip = 503;
  return call_progress(call, status, context.wall);
}

Parameters debugger(std::string_view event, ProviderContext& context) {
  Alert alert;
  alert.sid = new_sid("NO", context);
  alert.account = account(context);
  alert.warning = event == "debugger.warning";
  alert.code = alert.warning ? 12200 : 11200;
  alert.detail = name_of_error(alert.code);
  alert.resource = new_sid("CA", context);
  alert.method = "POST";
  alert.url = "http://127.0.0.1/voice";
  alert.status = alert.warning ? 200 : 500;
  alert.at = context.wall;
  return debugger_event(alert);
}

constexpr std::array<std::pair<std::string_view, Build>, 19> kEvents{{
    {"message.received", message_received},
    {"whatsapp.received", whatsapp_received},
    {"message.sent", message_status},
    {"message.delivered", message_status},
    {"message.undelivered", message_status},
    {"message.failed", message_status},
    {"message.read", message_status},
    {"voice.received", voice_received},
    {"voice.answered", voice_answered},
    {"voice.gather", voice_gather},
    {"call.initiated", call_status},
    {"call.ringing", call_status},
    {"call.answered", call_status},
    {"call.completed", call_status},
    {"call.busy", call_status},
    {"call.no-answer", call_status},
    {"call.failed", call_status},
    {"debugger.error", debugger},
    {"debugger.warning", debugger},
}};

}  // namespace

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const auto& event : kEvents) names.emplace_back(event.first);
  return names;
}

std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context) {
  for (const auto& [known, build] : kEvents) {
    if (known == name) {
      return call_to({"", "POST"}, std::string{name}, build(name, context), "", context);
    }
  }
  return std::nullopt;
}

}  // namespace firedrill::twilio
