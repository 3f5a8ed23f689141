#include "mocks/twilio/call_check.hpp"

#include "mocks/twilio/address.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::twilio {
namespace {

Problem magic_problem(int code, const std::string& number) {
  switch (code) {
    case 21210:
      return bad_request(code,
                         "The source phone number provided, " + number +
                             ", is not yet verified for your account. You may only make calls from "
                             "phone numbers that you've verified or purchased from Twilio.");
    case 21212:
      return bad_request(code, "Invalid 'From' Phone Number: " + number);
    case 21214:
      return bad_request(
          code, "The phone number you are attempting to call, " + number + ", cannot be reached.");
    case 21215:
      return bad_request(code, "Account not authorized to call " + number +
                                   ". Perhaps you need to enable some international permissions.");
    case 21216:
      return bad_request(code, "Account not allowed to call " + number);
    default:
      return bad_request(
          code, "The phone number you are attempting to call, " + number + ", is not valid.");
  }
}

}  // namespace

std::optional<Problem> check_call_hooks(const Parameters& parameters) {
  static constexpr std::array<std::pair<const char*, int>, 3> kUrls{
      {{"Url", 21205}, {"FallbackUrl", 21205}, {"StatusCallback", 21205}}};
  for (const auto& [name, code] : kUrls) {
    const std::string url = parameters.get(name);
    if (!url.empty() && !is_http_url(url)) {
      return bad_request(code, std::string{name} + " is not a valid URL: " + url);
    }
  }
  for (const char* name : {"Method", "FallbackMethod", "StatusCallbackMethod"}) {
    const std::string method = parameters.get(name);
    if (!method.empty() && method != "GET" && method != "POST") {
      return bad_request(21207, std::string{name} + " must be GET or POST: " + method);
    }
  }
  return std::nullopt;
}

std::optional<Problem> check_call(const Parameters& parameters) {
  const std::string to = parameters.get("To");
  const std::string from = parameters.get("From");
  if (to.empty()) return bad_request(21201, "No 'To' number is specified");
  if (from.empty()) return bad_request(21213, "No 'From' number is specified");
  if (!can_be_called(to)) return magic_problem(21217, to);
  if (!is_e164(from) && !from.starts_with("client:") && !from.starts_with("sip:")) {
    return magic_problem(21212, from);
  }
  if (parameters.get("Url").empty() && parameters.get("Twiml").empty()) {
    const std::string application = parameters.get("ApplicationSid");
    if (application.empty()) return bad_request(21205, "Url parameter is required.");
    return bad_request(21218, "Invalid ApplicationSid: " + application);
  }
  if (auto problem = check_call_hooks(parameters)) return problem;
  static constexpr std::array<std::string_view, 4> kEvents{"initiated", "ringing", "answered",
                                                           "completed"};
  for (const std::string& event : parameters.all("StatusCallbackEvent")) {
    if (std::find(kEvents.begin(), kEvents.end(), event) != kEvents.end()) continue;
    return bad_request(21626, "Invalid StatusCallbackEvent: " + event);
  }
  if (const int code = magic_error_from(from, Use::call)) return magic_problem(code, from);
  if (const int code = magic_error_to(to, Use::call)) return magic_problem(code, to);
  return std::nullopt;
}

}  // namespace firedrill::twilio
