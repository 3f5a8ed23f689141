#include "mocks/twilio/messages.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/message_check.hpp"
#include "mocks/twilio/paging.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::twilio {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

// Real life cycles take seconds; drills are short.
constexpr Duration kUntilSent = 50ms;
constexpr Duration kUntilDelivered = 150ms;
constexpr Duration kUntilRead = 250ms;

/// Sends for a Messaging Service that has no number of its own here.
constexpr std::string_view kServiceSender = "+15005550006";

std::string path_of(const Message& message) {
  return "/2010-04-01/Accounts/" + message.account + "/Messages/" + message.sid + ".json";
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// Statuses that say why a message did not arrive.
bool is_failure(std::string_view status) { return status == "undelivered" || status == "failed"; }

std::string_view error_text(int code) {
  switch (code) {
    case 30001:
      return "Queue overflow";
    case 30002:
      return "Account suspended";
    case 30003:
      return "Unreachable destination handset";
    case 30004:
      return "Message blocked";
    case 30005:
      return "Unknown destination handset";
    case 30006:
      return "Landline or unreachable carrier";
    case 30007:
      return "Message filtered";
    default:
      return "Unknown error";
  }
}

std::string to_text(const Message& message, WallTime now) {
  const std::string_view status = message.status_at(now);
  const bool gone = message.direction != "inbound" && !message.canceled && now >= message.sent;
  const bool failed = is_failure(status);
  const bool of_service = !message.service.empty() && !gone;
  Json json{{"account_sid", message.account},
            {"api_version", "2010-04-01"},
            {"body", message.body},
            {"date_created", to_rfc2822(message.created)},
            {"date_sent", nullptr},
            {"date_updated", to_rfc2822(message.updated)},
            {"direction", message.direction},
            {"error_code", nullptr},
            {"error_message", nullptr},
            {"from", text_or_null(message.from)},
            {"messaging_service_sid", text_or_null(message.service)},
            {"num_media", std::to_string(message.media)},
            {"num_segments", of_service ? "0" : std::to_string(segments_of(message.body))},
            {"price", nullptr},
            {"price_unit", "USD"},
            {"sid", message.sid},
            {"status", status},
            {"subresource_uris", nullptr},
            {"to", message.to},
            {"uri", path_of(message)}};
  const std::string path = path_of(message);
  json["subresource_uris"] = {{"media", path.substr(0, path.size() - 5) + "/Media.json"}};
  if (of_service && message.from == kServiceSender) json["from"] = nullptr;
  if (gone || message.direction == "inbound") json["date_sent"] = to_rfc2822(message.sent);
  if (failed) {
    json["error_code"] = message.error;
    json["error_message"] = error_text(message.error);
  }
  return dump(json);
}

/// 30001 and 30002 never leave Twilio; the others fail on the way.
std::string_view end_of_message(int error) {
  if (error == 0) return "delivered";
  return error == 30001 || error == 30002 ? "failed" : "undelivered";
}

std::string new_message_sid(const Message& message, ProviderContext& context) {
  return new_sid(message.media > 0 ? "MM" : "SM", context);
}

void call_back(const Message& message, std::string_view status, WallTime at,
               const std::string& callback, const std::string& secret, ProviderContext& context) {
  Outgoing call = call_to({callback, "POST"}, "message." + std::string{status},
                          status_parameters(message, status), secret, context);
  call.after = at - context.wall;
  context.outgoing.push_back(std::move(call));
}

}  // namespace

std::string_view Message::status_at(WallTime now) const {
  if (direction == "inbound") return "received";
  if (canceled) return "canceled";
  if (now < sent) return scheduled ? "scheduled" : service.empty() ? "queued" : "accepted";
  if (end_of_message(error) == "failed") return "failed";
  if (now < done) return "sent";
  return read && now >= *read ? "read" : end_of_message(error);
}

Parameters status_parameters(const Message& message, std::string_view status) {
  Parameters parameters{{"SmsSid", message.sid},
                        {"SmsStatus", std::string{status}},
                        {"MessageStatus", std::string{status}},
                        {"To", message.to},
                        {"MessageSid", message.sid},
                        {"AccountSid", message.account},
                        {"From", message.from},
                        {"ApiVersion", "2010-04-01"}};
  if (!message.service.empty()) parameters.add("MessagingServiceSid", message.service);
  if (is_failure(status)) {
    parameters.add("ErrorCode", std::to_string(message.error));
    parameters.add("ErrorMessage", std::string{error_text(message.error)});
  }
  if (is_whatsapp(message.to)) {
    parameters.add("ChannelPrefix", "whatsapp");
    if (status == "delivered" || status == "read") {
      parameters.add("EventType", status == "read" ? "READ" : "DELIVERED");
    }
  } else if (status == "delivered" || status == "undelivered") {
    const std::string iso = to_iso8601(message.done);
    parameters.add("RawDlrDoneDate", iso.substr(2, 2) + iso.substr(5, 2) + iso.substr(8, 2) +
                                         iso.substr(11, 2) + iso.substr(14, 2));
  }
  return parameters;
}

Parameters inbound_parameters(const Message& message) {
  Parameters parameters{{"ToCountry", "US"},
                        {"ToState", "CA"},
                        {"SmsMessageSid", message.sid},
                        {"NumMedia", std::to_string(message.media)},
                        {"ToCity", "SAN FRANCISCO"},
                        {"FromZip", "94105"},
                        {"SmsSid", message.sid},
                        {"FromState", "CA"},
                        {"SmsStatus", "received"},
                        {"FromCity", "SAN FRANCISCO"},
                        {"Body", message.body},
                        {"FromCountry", "US"},
                        {"To", message.to},
                        {"ToZip", "94105"},
                        {"NumSegments", std::to_string(segments_of(message.body))},
                        {"MessageSid", message.sid},
                        {"AccountSid", message.account},
                        {"From", message.from},
                        {"ApiVersion", "2010-04-01"}};
  if (!is_whatsapp(message.from)) return parameters;
  parameters.add("ProfileName", "Alex");
  parameters.add("WaId", std::string{without_channel(message.from)}.substr(1));
  parameters.add("MessageType", "text");
  return parameters;
}

const Message& Messages::send(Message message, const std::string& callback,
                              const std::string& secret, ProviderContext& context) {
  message.sid = new_message_sid(message, context);
  message.created = message.updated = context.wall;
  if (!message.scheduled) message.sent = context.wall + kUntilSent;
  message.done = message.sent + (kUntilDelivered - kUntilSent);
  const int fate = scripted_fate(message.to);
  if (fate >= 30001 && fate <= 30999) message.error = fate;
  if (message.error == 0 && is_whatsapp(message.to)) {
    message.read = message.sent + (kUntilRead - kUntilSent);
  }
  if (!callback.empty()) {
    const std::string_view end = end_of_message(message.error);
    const WallTime ended = end == "failed" ? message.sent : message.done;
    if (end != "failed") call_back(message, "sent", message.sent, callback, secret, context);
    call_back(message, end, ended, callback, secret, context);
    if (message.read) call_back(message, "read", *message.read, callback, secret, context);
  }
  // Two numbers that answer each other would never stop.
  if (message.error == 0 && message.direction == "outbound-api") receive(message, secret, context);
  const std::string sid = message.sid;
  return all_.put(sid, std::move(message));
}

void Messages::receive(const Message& sent, const std::string& secret, ProviderContext& context) {
  const Number* number = numbers_.find(sent.to);
  // What is scheduled may yet be cancelled.
  if (number == nullptr || number->sms.url.empty() || sent.scheduled) return;
  Message message;
  message.account = number->account;
  message.from = sent.from;
  message.to = sent.to;
  message.body = sent.body;
  message.direction = "inbound";
  message.media = sent.media;
  message.sid = new_message_sid(message, context);
  message.created = message.updated = message.sent = message.done = sent.done;
  const std::string event = is_whatsapp(message.to) ? "whatsapp.received" : "message.received";
  Outgoing call = call_to(number->sms, event, inbound_parameters(message), secret, context);
  call.after = sent.done - context.wall;
  context.outgoing.push_back(std::move(call));
  const std::string sid = message.sid;
  all_.put(sid, std::move(message));
}

HttpReply Messages::create(const Request& request) {
  const Parameters& parameters = request.parameters;
  if (const auto problem = check_message(parameters, request.context.wall)) {
    return to_reply(*problem);
  }
  Message message;
  message.account = request.account;
  message.from = parameters.get("From");
  message.to = parameters.get("To");
  message.body = parameters.get("Body");
  message.service = parameters.get("MessagingServiceSid");
  message.direction = "outbound-api";
  message.media = parameters.all("MediaUrl").size();
  if (message.from.empty()) {
    message.from = (is_whatsapp(message.to) ? "whatsapp:" : "") + std::string{kServiceSender};
  }
  if (parameters.has("ScheduleType")) {
    message.scheduled = true;
    message.sent = parse_iso8601(parameters.get("SendAt")).value_or(request.context.wall);
  }
  const Message& made =
      send(std::move(message), parameters.get("StatusCallback"), request.secret, request.context);
  return json_reply(201, to_text(made, request.context.wall));
}

void Messages::reply(const Reply& reply, const Parameters& parameters, const std::string& secret,
                     ProviderContext& context) {
  Message message;
  message.account = parameters.get("AccountSid");
  message.from = reply.from.empty() ? parameters.get("To") : reply.from;
  message.to = reply.to.empty() ? parameters.get("From") : reply.to;
  message.body = reply.body;
  message.direction = parameters.has("CallSid") ? "outbound-call" : "outbound-reply";
  message.media = reply.media;
  send(std::move(message), reply.status_callback, secret, context);
}

HttpReply Messages::list(const Request& request) {
  const Page page = read_page(request.parameters);
  const MessageFilter filter{request.account, request.parameters};
  const auto slice =
      slice_of(all_, page, [&](const Message& message) { return filter.picks(message); });
  std::vector<std::string> items;
  for (const Message* message : slice.items) {
    items.push_back(to_text(*message, request.context.wall));
  }
  return json_reply(200, page_of_2010(request, page, "messages", items,
                                      items.empty() ? "" : slice.items.back()->sid, slice.more));
}

HttpReply Messages::fetch(const Request& request) {
  const Message* message = all_.find(request.ids[0]);
  if (message == nullptr || message->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  return json_reply(200, to_text(*message, request.context.wall));
}

HttpReply Messages::update(const Request& request) {
  Message* message = all_.find(request.ids[0]);
  if (message == nullptr || message->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  const WallTime now = request.context.wall;
  const bool redacts = request.parameters.has("Body");
  const std::string status = request.parameters.get("Status");
  if (redacts == !status.empty() || !request.parameters.get("Body").empty() ||
      (!redacts && status != "canceled")) {
    return to_reply({400, 30400, "Parameters are not valid"});
  }
  if (redacts) {
    message->body.clear();
  } else if (message->status_at(now) == "scheduled") {
    message->canceled = true;
  } else {
    return to_reply({400, 30409, "This message cannot be canceled"});
  }
  message->updated = now;
  return json_reply(200, to_text(*message, now));
}

HttpReply Messages::remove(const Request& request) {
  const Message* message = all_.find(request.ids[0]);
  if (message == nullptr || message->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  const std::string_view status = message->status_at(request.context.wall);
  if (status == "queued" || status == "accepted" || status == "scheduled") {
    return to_reply({409, 20009, "Cannot delete message because delivery has not been completed."});
  }
  all_.erase(request.ids[0]);
  HttpReply reply;
  reply.status = 204;
  return reply;
}

bool Messages::wants(const Outgoing& call) const {
  const Message* message = all_.peek(parameters_of(call).get("MessageSid"));
  return message == nullptr || !message->canceled;
}

}  // namespace firedrill::twilio
