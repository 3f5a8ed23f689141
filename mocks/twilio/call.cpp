#include "mocks/twilio/call.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kRedirectSlots = 16;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string formatted(const std::string& address) {
  const auto number = read_phone_number(address, "");
  return number && !number->national_format.empty() ? number->national_format : address;
}

/// Where a number is said to be. Every one is in the same town; real ones are by area code.
void add_place(Parameters& parameters, const std::string& who) {
  parameters.add(who + "City", "SAN FRANCISCO");
  parameters.add(who + "State", "CA");
  parameters.add(who + "Zip", "94105");
  parameters.add(who + "Country", "US");
}

}  // namespace

std::string_view Call::status_at(WallTime now) const {
  if (ended && now >= *ended) return end;
  if (now < ringing) return "queued";
  return now < answered ? "ringing" : "in-progress";
}

std::int64_t Call::duration() const {
  if (!ended || end != "completed" || *ended < answered) return 0;
  return std::chrono::ceil<std::chrono::seconds>(*ended - answered).count();
}

Parameters voice_parameters(const Call& call, std::string_view status) {
  Parameters parameters{
      {"AccountSid", call.account},        {"ApiVersion", "2010-04-01"}, {"CallSid", call.sid},
      {"CallStatus", std::string{status}}, {"Called", call.to},          {"Caller", call.from},
      {"Direction", call.direction},       {"From", call.from},          {"To", call.to}};
  for (const char* who : {"Called", "Caller", "From", "To"}) add_place(parameters, who);
  if (!call.parent.empty()) parameters.add("ParentCallSid", call.parent);
  return parameters;
}

Parameters call_progress(Call& call, std::string_view event, WallTime at) {
  Parameters parameters = voice_parameters(call, event == "answered" ? "in-progress" : event);
  parameters.add("Timestamp", to_rfc2822(at));
  parameters.add("CallbackSource", "call-progress-events");
  parameters.add("SequenceNumber", std::to_string(call.sequence++));
  static constexpr std::array<std::string_view, 3> kUnderWay{"initiated", "ringing", "answered"};
  if (std::find(kUnderWay.begin(), kUnderWay.end(), event) != kUnderWay.end()) return parameters;
  const std::int64_t whole = call.duration();
  parameters.add("CallDuration", std::to_string(whole));
  parameters.add("Duration", std::to_string((whole + 59) / 60));
  parameters.add("SipResponseCode", std::to_string(call.sip));
  return parameters;
}

std::string to_text(const Call& call, WallTime now) {
  const std::string path = "/2010-04-01/Accounts/" + call.account + "/Calls/" + call.sid;
  const bool over = call.ended && now >= *call.ended;
  const bool talked = now >= call.answered && (!over || call.end == "completed");
  Json subresources = Json::object();
  for (const auto& [name, folder] : std::array<std::pair<const char*, const char*>, 9>{
           {{"notifications", "Notifications"},
            {"recordings", "Recordings"},
            {"payments", "Payments"},
            {"events", "Events"},
            {"siprec", "Siprec"},
            {"streams", "Streams"},
            {"transcriptions", "Transcriptions"},
            {"user_defined_message_subscriptions", "UserDefinedMessageSubscriptions"},
            {"user_defined_messages", "UserDefinedMessages"}}}) {
    subresources[name] = path + "/" + folder + ".json";
  }
  Json json{{"sid", call.sid},
            {"date_created", to_rfc2822(call.created)},
            {"date_updated", to_rfc2822(call.updated)},
            {"parent_call_sid", text_or_null(call.parent)},
            {"account_sid", call.account},
            {"to", call.to},
            {"to_formatted", formatted(call.to)},
            {"from", call.from},
            {"from_formatted", formatted(call.from)},
            {"phone_number_sid", nullptr},
            {"status", call.status_at(now)},
            {"start_time", nullptr},
            {"end_time", nullptr},
            {"duration", nullptr},
            {"price", nullptr},
            {"price_unit", "USD"},
            {"direction", call.direction},
            {"answered_by", nullptr},
            {"api_version", "2010-04-01"},
            {"forwarded_from", nullptr},
            {"group_sid", nullptr},
            {"caller_name", nullptr},
            {"queue_time", "0"},
            {"trunk_sid", nullptr},
            {"uri", path + ".json"},
            {"subresource_uris", std::move(subresources)}};
  if (talked) json["start_time"] = to_rfc2822(call.answered);
  if (over) {
    json["end_time"] = to_rfc2822(*call.ended);
    json["duration"] = std::to_string(call.duration());
  }
  return dump(json);
}

std::uint64_t token_of(std::uint32_t course, std::uint64_t redirects) {
  return course * kRedirectSlots + redirects;
}

std::uint32_t course_of(const Outgoing& call) {
  return static_cast<std::uint32_t>(call.token / kRedirectSlots);
}

std::uint64_t redirects_of(const Outgoing& call) { return call.token % kRedirectSlots; }

}  // namespace firedrill::twilio
