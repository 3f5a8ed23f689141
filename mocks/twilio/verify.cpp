#include "mocks/twilio/verify.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/paging.hpp"
#include "mocks/twilio/problem.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace firedrill::twilio {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

constexpr Duration kLifetime = 600s;
constexpr std::uint32_t kSendsMax = 5;
constexpr std::uint32_t kChecksMax = 5;
constexpr std::size_t kCodeMin = 4;
constexpr std::size_t kCodeMax = 10;

Problem invalid(const std::string& what) { return {400, 60200, "Invalid parameter: " + what}; }

std::string to_text(const VerifyService& service, const std::string& origin) {
  const std::string url = origin + "/v2/Services/" + service.sid;
  return dump(Json{{"sid", service.sid},
                   {"account_sid", service.account},
                   {"friendly_name", service.name},
                   {"code_length", service.code_length},
                   {"lookup_enabled", false},
                   {"psd2_enabled", false},
                   {"skip_sms_to_landlines", false},
                   {"dtmf_input_required", true},
                   {"tts_name", nullptr},
                   {"do_not_share_warning_enabled", false},
                   {"custom_code_enabled", service.custom_code},
                   {"push", nullptr},
                   {"totp", nullptr},
                   {"default_template_sid", nullptr},
                   {"whatsapp", nullptr},
                   {"passkeys", nullptr},
                   {"verify_event_subscription_enabled", false},
                   {"date_created", to_iso8601(service.created)},
                   {"date_updated", to_iso8601(service.updated)},
                   {"url", url},
                   {"links",
                    {{"verifications", url + "/Verifications"},
                     {"verification_checks", url + "/VerificationCheck"}}}});
}

Json common_json(const Verification& verification) {
  return {{"sid", verification.sid},
          {"service_sid", verification.service},
          {"account_sid", verification.account},
          {"to", verification.to},
          {"channel", verification.channel},
          {"status", verification.status},
          {"valid", verification.status == "approved"},
          {"amount", nullptr},
          {"payee", nullptr},
          {"date_created", to_iso8601(verification.created)},
          {"date_updated", to_iso8601(verification.updated)}};
}

std::string to_text(const Verification& verification, const std::string& origin) {
  Json json = common_json(verification);
  json["lookup"] = Json::object();
  json["send_code_attempts"] = Json::array();
  for (std::uint32_t i = 0; i < verification.sends; ++i) {
    json["send_code_attempts"].push_back({{"time", to_iso8601(verification.created)},
                                          {"channel", verification.channel},
                                          {"attempt_sid", "VL" + verification.sid.substr(2)}});
  }
  json["sna"] = nullptr;
  json["url"] =
      origin + "/v2/Services/" + verification.service + "/Verifications/" + verification.sid;
  return dump(json);
}

std::string check_text(const Verification& verification) {
  Json json = common_json(verification);
  json["sna_attempts_error_codes"] = Json::array();
  return dump(json);
}

std::string code_for(const std::string& to, std::size_t length) {
  std::string digits;
  for (const char c : to) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (!is_e164(to)) digits = "1234567890";
  if (!is_e164(to)) return digits.substr(0, length);
  return digits.size() > length ? digits.substr(digits.size() - length) : digits;
}

std::string key_of(const std::string& service, const std::string& to) { return service + " " + to; }

std::optional<Problem> read_service(VerifyService& service, const Parameters& parameters) {
  if (parameters.has("FriendlyName")) service.name = parameters.get("FriendlyName");
  if (parameters.has("CustomCodeEnabled")) {
    service.custom_code = parameters.get("CustomCodeEnabled") == "true";
  }
  if (!parameters.has("CodeLength")) return std::nullopt;
  const std::string text = parameters.get("CodeLength");
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, service.code_length);
  const bool ok = error == std::errc{} && stopped == end && service.code_length >= kCodeMin &&
                  service.code_length <= kCodeMax;
  if (!ok) return invalid("CodeLength must be between 4 and 10: " + text);
  return std::nullopt;
}

std::optional<Problem> check_start(const Parameters& parameters) {
  static constexpr std::array<std::string_view, 8> kChannels{"sms", "call", "email", "whatsapp",
                                                             "sna", "auto", "rcs",   "viber"};
  const std::string to = parameters.get("To");
  const std::string channel = parameters.get("Channel");
  if (to.empty()) return Problem{400, 60200, "Missing required parameter To"};
  if (channel.empty()) return Problem{400, 60200, "Missing required parameter Channel"};
  if (std::find(kChannels.begin(), kChannels.end(), channel) == kChannels.end()) {
    return invalid("Channel: " + channel);
  }
  const bool ok = channel == "email" ? to.find('@') != std::string::npos : is_e164(to);
  if (!ok) return invalid("`To`: " + to);
  return std::nullopt;
}

}  // namespace

bool Verification::open_at(WallTime now) const {
  return status == "pending" && now < created + kLifetime;
}

VerifyService* Verify::find_service(const Request& request) {
  VerifyService* service = services_.find(request.ids[0]);
  return service == nullptr || service->account != request.account ? nullptr : service;
}

HttpReply Verify::create_service(const Request& request) {
  VerifyService service;
  if (request.parameters.get("FriendlyName").empty()) {
    return to_reply({400, 60200, "Missing required parameter FriendlyName"});
  }
  if (const auto problem = read_service(service, request.parameters)) return to_reply(*problem);
  service.sid = new_sid("VA", request.context);
  service.account = request.account;
  service.created = service.updated = request.context.wall;
  const std::string sid = service.sid;
  return json_reply(201, to_text(services_.put(sid, std::move(service)), origin_of(request.http)));
}

HttpReply Verify::list_services(const Request& request) {
  const Page page = read_page(request.parameters);
  const auto slice = slice_of(services_, page, [&](const VerifyService& service) {
    return service.account == request.account;
  });
  std::vector<std::string> items;
  for (const VerifyService* service : slice.items) {
    items.push_back(to_text(*service, origin_of(request.http)));
  }
  return json_reply(200, page_with_meta(request, page, "services", items,
                                        items.empty() ? "" : slice.items.back()->sid, slice.more));
}

HttpReply Verify::fetch_service(const Request& request) {
  const VerifyService* service = find_service(request);
  if (service == nullptr) return to_reply(not_found(request.http.path));
  return json_reply(200, to_text(*service, origin_of(request.http)));
}

HttpReply Verify::update_service(const Request& request) {
  VerifyService* service = find_service(request);
  if (service == nullptr) return to_reply(not_found(request.http.path));
  VerifyService changed = *service;
  if (const auto problem = read_service(changed, request.parameters)) return to_reply(*problem);
  changed.updated = request.context.wall;
  *service = std::move(changed);
  return json_reply(200, to_text(*service, origin_of(request.http)));
}

HttpReply Verify::remove_service(const Request& request) {
  if (find_service(request) == nullptr) return to_reply(not_found(request.http.path));
  services_.erase(request.ids[0]);
  HttpReply reply;
  reply.status = 204;
  return reply;
}

Verification* Verify::find_open(const std::string& service, const std::string& sid_or_to,
                                WallTime now) {
  const std::string* latest = latest_.find(key_of(service, sid_or_to));
  Verification* found = verifications_.find(latest == nullptr ? sid_or_to : *latest);
  const bool open = found != nullptr && found->service == service && found->open_at(now);
  return open ? found : nullptr;
}

HttpReply Verify::start(const Request& request) {
  const Parameters& parameters = request.parameters;
  const std::string& sid = request.ids[0];
  if (!is_sid(sid, "VA")) return to_reply(not_found(request.http.path));
  if (const auto problem = check_start(parameters)) return to_reply(*problem);
  // Applications have the sid of a service in their configuration: one that nobody made here works
  // with the defaults.
  const VerifyService* known = services_.find(sid);
  const VerifyService service = known == nullptr ? VerifyService{} : *known;
  const std::string custom = parameters.get("CustomCode");
  if (!custom.empty() && !service.custom_code) {
    return to_reply({403, 60204, "Custom code not allowed"});
  }
  const std::string to = parameters.get("To");
  const WallTime now = request.context.wall;
  if (Verification* open = find_open(sid, to, now)) {
    if (open->sends >= kSendsMax) return to_reply({429, 60203, "Max send attempts reached"});
    ++open->sends;
    open->channel = parameters.get("Channel");
    open->updated = now;
    return json_reply(201, to_text(*open, origin_of(request.http)));
  }
  Verification verification;
  verification.sid = new_sid("VE", request.context);
  verification.service = sid;
  verification.account = request.account;
  verification.to = to;
  verification.channel = parameters.get("Channel");
  verification.code = custom.empty() ? code_for(to, service.code_length) : custom;
  verification.created = verification.updated = now;
  latest_.put(key_of(sid, to), verification.sid);
  const std::string made = verification.sid;
  return json_reply(
      201, to_text(verifications_.put(made, std::move(verification)), origin_of(request.http)));
}

HttpReply Verify::fetch(const Request& request) {
  const Verification* open = find_open(request.ids[0], request.ids[1], request.context.wall);
  if (open == nullptr) return to_reply(not_found(request.http.path));
  return json_reply(200, to_text(*open, origin_of(request.http)));
}

HttpReply Verify::update(const Request& request) {
  Verification* open = find_open(request.ids[0], request.ids[1], request.context.wall);
  if (open == nullptr) return to_reply(not_found(request.http.path));
  const std::string status = request.parameters.get("Status");
  if (status != "canceled" && status != "approved") return to_reply(invalid("Status: " + status));
  open->status = status;
  open->updated = request.context.wall;
  return json_reply(200, to_text(*open, origin_of(request.http)));
}

HttpReply Verify::check(const Request& request) {
  const Parameters& parameters = request.parameters;
  const std::string by_sid = parameters.get("VerificationSid");
  const std::string whom = by_sid.empty() ? parameters.get("To") : by_sid;
  if (whom.empty()) return to_reply({400, 60200, "Missing required parameter To"});
  const std::string code = parameters.get("Code");
  if (code.empty()) return to_reply({400, 60200, "Missing required parameter Code"});
  if (code.size() < kCodeMin || code.size() > kCodeMax) return to_reply(invalid("Code"));
  Verification* open = find_open(request.ids[0], whom, request.context.wall);
  if (open == nullptr) return to_reply(not_found(request.http.path));
  if (open->checks >= kChecksMax) return to_reply({429, 60202, "Max check attempts reached"});
  ++open->checks;
  open->updated = request.context.wall;
  if (code == open->code) open->status = "approved";
  return json_reply(201, check_text(*open));
}

void Verify::reset() {
  services_ = BoundedMap<VerifyService>{1000};
  verifications_ = BoundedMap<Verification>{};
  latest_ = BoundedMap<std::string>{};
}

}  // namespace firedrill::twilio
