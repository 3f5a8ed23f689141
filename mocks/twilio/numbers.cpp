#include "mocks/twilio/numbers.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/paging.hpp"
#include "mocks/twilio/problem.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <utility>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

/// The hooks of a number by the parameters that set them.
struct HookField {
  std::string_view url;
  std::string_view method;
  Hook Number::*hook;
};
constexpr std::array<HookField, 5> kHooks{{
    {"SmsUrl", "SmsMethod", &Number::sms},
    {"SmsFallbackUrl", "SmsFallbackMethod", &Number::sms_fallback},
    {"VoiceUrl", "VoiceMethod", &Number::voice},
    {"VoiceFallbackUrl", "VoiceFallbackMethod", &Number::voice_fallback},
    {"StatusCallback", "StatusCallbackMethod", &Number::status_callback},
}};

std::string path_of(const Number& number) {
  return "/2010-04-01/Accounts/" + number.account + "/IncomingPhoneNumbers/" + number.sid + ".json";
}

std::string to_text(const Number& number) {
  return dump(
      Json{{"sid", number.sid},
           {"account_sid", number.account},
           {"friendly_name", number.name},
           {"phone_number", number.number},
           {"voice_url", number.voice.url},
           {"voice_method", number.voice.method},
           {"voice_fallback_url", number.voice_fallback.url},
           {"voice_fallback_method", number.voice_fallback.method},
           {"voice_caller_id_lookup", false},
           {"date_created", to_rfc2822(number.created)},
           {"date_updated", to_rfc2822(number.updated)},
           {"sms_url", number.sms.url},
           {"sms_method", number.sms.method},
           {"sms_fallback_url", number.sms_fallback.url},
           {"sms_fallback_method", number.sms_fallback.method},
           {"address_requirements", "none"},
           {"beta", false},
           {"capabilities", {{"voice", true}, {"sms", true}, {"mms", true}, {"fax", false}}},
           {"voice_receive_mode", "voice"},
           {"status_callback", number.status_callback.url},
           {"status_callback_method", number.status_callback.method},
           {"api_version", "2010-04-01"},
           {"voice_application_sid", ""},
           {"sms_application_sid", ""},
           {"origin", "twilio"},
           {"trunk_sid", nullptr},
           {"emergency_status", "Inactive"},
           {"emergency_address_sid", nullptr},
           {"emergency_address_status", "unregistered"},
           {"address_sid", nullptr},
           {"identity_sid", nullptr},
           {"bundle_sid", nullptr},
           {"uri", path_of(number)},
           {"status", "in-use"},
           {"type", "local"}});
}

std::optional<Problem> set_hooks(Number& number, const Parameters& parameters) {
  for (const HookField& field : kHooks) {
    Hook& hook = number.*field.hook;
    if (parameters.has(field.url)) {
      hook.url = parameters.get(field.url);
      if (!hook.url.empty() && !is_http_url(hook.url)) {
        return Problem{400, 21502, std::string{field.url} + " is not a valid URL: " + hook.url};
      }
    }
    if (!parameters.has(field.method)) continue;
    hook.method = parameters.get(field.method);
    if (hook.method != "GET" && hook.method != "POST") {
      return Problem{400, 21403, std::string{field.method} + " must be GET or POST"};
    }
  }
  if (parameters.has("FriendlyName")) number.name = parameters.get("FriendlyName");
  return std::nullopt;
}

}  // namespace

HttpReply Numbers::create(const Request& request) {
  Number number;
  number.number = request.parameters.get("PhoneNumber");
  if (number.number.empty() && !request.parameters.has("AreaCode")) {
    return to_reply({400, 21421, "PhoneNumber or AreaCode is required"});
  }
  if (number.number.empty()) {
    number.number = "+1" + request.parameters.get("AreaCode") + "555";
    for (int i = 0; i < 4; ++i) number.number += std::to_string(request.context.rng.below(10));
  }
  if (!is_e164(number.number)) {
    return to_reply({400, 21421, "PhoneNumber is invalid: " + number.number});
  }
  if (find(number.number) != nullptr) {
    return to_reply({400, 21422, number.number + " is not available"});
  }
  number.sid = new_sid("PN", request.context);
  number.account = request.account;
  number.name = number.number;
  number.created = number.updated = request.context.wall;
  if (const auto problem = set_hooks(number, request.parameters)) return to_reply(*problem);
  const std::string sid = number.sid;
  return json_reply(201, to_text(all_.put(sid, std::move(number))));
}

HttpReply Numbers::list(const Request& request) {
  const Page page = read_page(request.parameters);
  const std::string wanted = request.parameters.get("PhoneNumber");
  const auto slice = slice_of(all_, page, [&](const Number& number) {
    return number.account == request.account && number.number.find(wanted) != std::string::npos;
  });
  std::vector<std::string> items;
  for (const Number* number : slice.items) items.push_back(to_text(*number));
  return json_reply(200, page_of_2010(request, page, "incoming_phone_numbers", items,
                                      items.empty() ? "" : slice.items.back()->sid, slice.more));
}

HttpReply Numbers::fetch(const Request& request) {
  const Number* number = all_.find(request.ids[0]);
  if (number == nullptr || number->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  return json_reply(200, to_text(*number));
}

HttpReply Numbers::update(const Request& request) {
  Number* number = all_.find(request.ids[0]);
  if (number == nullptr || number->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  Number changed = *number;
  if (const auto problem = set_hooks(changed, request.parameters)) return to_reply(*problem);
  changed.updated = request.context.wall;
  *number = std::move(changed);
  return json_reply(200, to_text(*number));
}

HttpReply Numbers::remove(const Request& request) {
  const Number* number = all_.find(request.ids[0]);
  if (number == nullptr || number->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  all_.erase(request.ids[0]);
  HttpReply reply;
  reply.status = 204;
  return reply;
}

const Number* Numbers::find(std::string_view address) const {
  const Number* found = nullptr;
  all_.newest_first([&](const std::string&, const Number& number) {
    if (number.number == without_channel(address)) found = &number;
    return found == nullptr;
  });
  return found;
}

}  // namespace firedrill::twilio
