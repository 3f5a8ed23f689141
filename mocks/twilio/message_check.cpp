#include "mocks/twilio/message_check.hpp"

#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace firedrill::twilio {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBodyMax = 1600;
constexpr std::size_t kMediaMax = 10;
constexpr Duration kSoonest = 300s;
constexpr Duration kLatest = 35 * 24h;

std::string magic_text(int code, const std::string& number) {
  switch (code) {
    case 21211:
      return "Invalid 'To' Phone Number: " + number;
    case 21212:
      return "The 'From' number " + number +
             " is not a valid phone number, shortcode, or alphanumeric sender ID.";
    case 21408:
      return "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
             "number: " +
             number;
    case 21606:
      return "The 'From' phone number " + number +
             " is not a valid, SMS-capable inbound phone number or short code for your account.";
    case 21610:
      return "Attempt to send to unsubscribed recipient";
    case 21611:
      return "This 'From' number has exceeded the maximum number of queued messages";
    case 21612:
      return "The 'To' phone number " + number +
             " is not currently reachable using the 'From' phone number via SMS.";
    default:
      return "'To' number " + number + " is not a valid mobile number";
  }
}

std::optional<Problem> check_addresses(const Parameters& parameters) {
  const std::string to = parameters.get("To");
  const std::string from = parameters.get("From");
  const std::string service = parameters.get("MessagingServiceSid");
  if (to.empty()) return bad_request(21604, "A 'To' phone number is required.");
  if (from.empty() && service.empty())
    return bad_request(21603, "A 'From' phone number is required.");
  if (!can_receive(to)) return bad_request(21211, magic_text(21211, to));
  if (!service.empty() && !is_sid(service, "MG")) {
    return bad_request(21701, "The Messaging Service " + service + " does not exist.");
  }
  if (from.empty()) return std::nullopt;
  if (!can_send(from)) return bad_request(21212, magic_text(21212, from));
  if (is_whatsapp(from) != is_whatsapp(to)) {
    return bad_request(
        21910, "Invalid From and To pair. From and To should be of the same channel: From " + from +
                   ", To " + to);
  }
  if (from == to) {
    return bad_request(21266, "'To' and 'From' number cannot be the same: " + to);
  }
  if (const int code = magic_error_from(from, Use::message))
    return bad_request(code, magic_text(code, from));
  return std::nullopt;
}

std::optional<Problem> check_content(const Parameters& parameters) {
  const auto media = parameters.all("MediaUrl");
  if (parameters.get("Body").empty() && media.empty() && parameters.get("ContentSid").empty()) {
    return bad_request(21602, "Message body is required.");
  }
  if (characters_of(parameters.get("Body")) > kBodyMax) {
    return bad_request(21617, "The concatenated message body exceeds the 1600 character limit");
  }
  if (media.size() > kMediaMax)
    return bad_request(21623, "Number of media files exceeds allowed limit");
  for (const std::string& url : media) {
    if (!is_http_url(url)) return bad_request(21620, "Invalid media URL(s): " + url);
  }
  const std::string callback = parameters.get("StatusCallback");
  if (!callback.empty() && !is_http_url(callback)) {
    return bad_request(21609, "The 'StatusCallback' URL " + callback + " is not a valid URL.");
  }
  return std::nullopt;
}

std::optional<Problem> check_schedule(const Parameters& parameters, WallTime now) {
  const bool send_at = parameters.has("SendAt");
  if (!parameters.has("ScheduleType")) {
    if (send_at) return bad_request(35112, "ScheduleType is required to schedule a message");
    return std::nullopt;
  }
  if (parameters.get("ScheduleType") != "fixed") {
    return bad_request(35113, "ScheduleType must be 'fixed'");
  }
  if (parameters.get("MessagingServiceSid").empty()) {
    return bad_request(35118, "MessagingServiceSid is required to schedule a message");
  }
  if (!send_at) return bad_request(35111, "SendAt cannot be empty for ScheduleType 'fixed'");
  const auto at = parse_iso8601(parameters.get("SendAt"));
  if (!at)
    return bad_request(35115, "SendAt must be a date in ISO 8601: " + parameters.get("SendAt"));
  if (*at < now + kSoonest || *at > now + kLatest) {
    return bad_request(35114, "SendAt time must be between 300 seconds and 35 days in the future");
  }
  return std::nullopt;
}

/// Code points; a byte that starts no sequence counts as one.
template <typename Visit>
void each_character(std::string_view text, Visit visit) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    visit(code);
    i += length;
  }
}

/// Septets that a character takes in the alphabet of 3GPP TS 23.038; 0 when it has none.
std::size_t septets_of(char32_t code) {
  static constexpr std::u32string_view kExtension = U"^{}\\[~]|\u20AC\f";
  static constexpr std::u32string_view kBeyondAscii =
      U"\u00A3\u00A5\u00E8\u00E9\u00F9\u00EC\u00F2\u00C7\u00D8\u00F8\u00C5\u00E5\u0394\u03A6\u0393"
      U"\u039B\u03A9\u03A0\u03A8\u03A3\u0398\u039E\u00C6\u00E6\u00DF\u00C9\u00A4\u00A1\u00C4\u00D6"
      U"\u00D1\u00DC\u00A7\u00BF\u00E4\u00F6\u00F1\u00FC\u00E0";
  if (kExtension.find(code) != std::u32string_view::npos) return 2;
  if (code == U'\n' || code == U'\r') return 1;
  if (code >= 0x20 && code < 0x7F) return code == U'`' ? 0 : 1;
  return kBeyondAscii.find(code) != std::u32string_view::npos ? 1 : 0;
}

bool within_day(WallTime at, WallTime day) { return at >= day && at < day + 24h; }

}  // namespace

std::optional<Problem> check_message(const Parameters& parameters, WallTime now) {
  if (auto problem = check_addresses(parameters)) return problem;
  if (auto problem = check_content(parameters)) return problem;
  if (auto problem = check_schedule(parameters, now)) return problem;
  const std::string to = parameters.get("To");
  if (const int code = magic_error_to(to, Use::message))
    return bad_request(code, magic_text(code, to));
  return std::nullopt;
}

std::size_t characters_of(std::string_view body) {
  std::size_t count = 0;
  each_character(body, [&](char32_t) { ++count; });
  return count;
}

std::size_t segments_of(std::string_view body) {
  std::size_t septets = 0;
  std::size_t units = 0;
  bool gsm = true;
  each_character(body, [&](char32_t code) {
    const std::size_t cost = septets_of(code);
    gsm = gsm && cost > 0;
    septets += cost;
    units += code > 0xFFFF ? 2 : 1;
  });
  const std::size_t size = gsm ? septets : units;
  const std::size_t single = gsm ? 160 : 70;
  const std::size_t part = gsm ? 153 : 67;
  return size <= single ? 1 : (size + part - 1) / part;
}

MessageFilter::MessageFilter(std::string account, const Parameters& parameters)
    : account_{std::move(account)},
      to_{parameters.get("To")},
      from_{parameters.get("From")},
      on_{parse_iso8601(parameters.get("DateSent"))},
      before_{parse_iso8601(parameters.get("DateSent<"))},
      after_{parse_iso8601(parameters.get("DateSent>"))} {}

bool MessageFilter::picks(const Message& message) const {
  return message.account == account_ && (to_.empty() || message.to == to_) &&
         (from_.empty() || message.from == from_) &&
         (!on_ || within_day(message.sent, std::chrono::floor<std::chrono::days>(*on_))) &&
         (!before_ || message.sent <= *before_) && (!after_ || message.sent >= *after_);
}

}  // namespace firedrill::twilio
