#include "mocks/twilio/address.hpp"

#include "harness/base/strings.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace firedrill::twilio {
namespace {

/// How long national numbers of a country are.
struct Country {
  std::string_view calling_code;
  std::string_view name;
  std::size_t shortest;
  std::size_t longest;
};

// Longer calling codes before their prefixes. Lengths after ITU-T's list of numbering plans.
constexpr std::array<Country, 39> kCountries{{
    {"351", "PT", 9, 9}, {"352", "LU", 4, 11}, {"353", "IE", 7, 9},  {"354", "IS", 7, 9},
    {"356", "MT", 8, 8}, {"357", "CY", 8, 8},  {"358", "FI", 5, 12}, {"359", "BG", 7, 9},
    {"370", "LT", 8, 8}, {"371", "LV", 8, 8},  {"372", "EE", 7, 8},  {"373", "MD", 8, 8},
    {"380", "UA", 9, 9}, {"381", "RS", 8, 9},  {"385", "HR", 8, 9},  {"386", "SI", 8, 8},
    {"420", "CZ", 9, 9}, {"421", "SK", 9, 9},  {"972", "IL", 8, 9},  {"1", "US", 10, 10},
    {"27", "ZA", 9, 9},  {"30", "GR", 10, 10}, {"31", "NL", 9, 9},   {"32", "BE", 8, 9},
    {"33", "FR", 9, 9},  {"34", "ES", 9, 9},   {"36", "HU", 8, 9},   {"39", "IT", 6, 11},
    {"40", "RO", 9, 9},  {"41", "CH", 9, 9},   {"43", "AT", 7, 13},  {"44", "GB", 9, 10},
    {"45", "DK", 8, 8},  {"46", "SE", 7, 10},  {"47", "NO", 8, 8},   {"48", "PL", 9, 9},
    {"49", "DE", 6, 11}, {"61", "AU", 9, 9},   {"91", "IN", 10, 10},
}};

constexpr std::string_view kWhatsApp = "whatsapp:";
constexpr std::string_view kDigits = "0123456789";

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string grouped(const Country& country, const std::string& national) {
  if (country.calling_code == "1" && national.size() == 10) {
    return "(" + national.substr(0, 3) + ") " + national.substr(3, 3) + "-" + national.substr(6);
  }
  std::string text = country.calling_code == "39" ? "" : "0";
  for (std::size_t i = 0; i < national.size(); ++i) {
    if (i > 0 && i % 3 == 0) text += ' ';
    text += national[i];
  }
  return text;
}

void judge(PhoneNumber& number, const Country& country, const std::string& national) {
  number.calling_code = country.calling_code;
  number.country = country.name;
  number.national_format = grouped(country, national);
  if (national.size() < country.shortest) number.errors.emplace_back("TOO_SHORT");
  if (national.size() > country.longest) number.errors.emplace_back("TOO_LONG");
}

/// The last `count` digits of a number that begins with `prefix` and has `count` more; or -1.
int digits_after(std::string_view number, std::string_view prefix, std::size_t count) {
  if (!number.starts_with(prefix) || number.size() != prefix.size() + count) return -1;
  int value = 0;
  const char* end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data() + prefix.size(), end, value);
  return error == std::errc{} && stopped == end ? value : -1;
}

int magic_of(std::string_view number) {
  return digits_after(without_channel(number), "+1500555", 4);
}

}  // namespace

std::optional<PhoneNumber> read_phone_number(std::string_view text, std::string_view country) {
  std::string digits;
  for (const char c : text.substr(text.starts_with('+') ? 1 : 0)) {
    if (std::string_view{" -.()"}.find(c) != std::string_view::npos) continue;
    digits += c;
  }
  if (!all_digits(digits)) return std::nullopt;
  PhoneNumber number;
  if (!text.starts_with('+') && !country.empty()) {
    for (const Country& known : kCountries) {
      if (!equals_ignoring_case(known.name, country)) continue;
      const bool trunk_zero = digits.starts_with('0') && known.calling_code != "39";
      const std::string national = digits.substr(trunk_zero ? 1 : 0);
      number.e164 = "+" + std::string{known.calling_code} + national;
      judge(number, known, national);
      return number;
    }
  }
  number.e164 = "+" + digits;
  for (const Country& known : kCountries) {
    if (!digits.starts_with(known.calling_code)) continue;
    judge(number, known, digits.substr(known.calling_code.size()));
    return number;
  }
  number.national_format = digits;
  if (digits.starts_with('0')) number.errors.emplace_back("INVALID_COUNTRY_CODE");
  if (digits.size() < 7) number.errors.emplace_back("TOO_SHORT");
  if (digits.size() > 15) number.errors.emplace_back("TOO_LONG");
  return number;
}

bool is_e164(std::string_view text) {
  if (!text.starts_with('+') || !all_digits(text.substr(1))) return false;
  const auto number = read_phone_number(text, "");
  return number && number->errors.empty();
}

bool is_whatsapp(std::string_view address) { return address.starts_with(kWhatsApp); }

std::string_view without_channel(std::string_view address) {
  return is_whatsapp(address) ? address.substr(kWhatsApp.size()) : address;
}

bool can_receive(std::string_view address) { return is_e164(without_channel(address)); }

bool can_send(std::string_view address) {
  if (can_receive(address)) return true;
  if (all_digits(address)) return address.size() >= 3 && address.size() <= 6;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{" +-_&"}.find(c) != std::string_view::npos;
  };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !address.empty() && address.size() <= 11 &&
         std::all_of(address.begin(), address.end(), allowed) &&
         std::any_of(address.begin(), address.end(), letter);
}

bool can_be_called(std::string_view address) {
  return is_e164(address) || (address.starts_with("sip:") && address.find('@') != address.npos) ||
         (address.starts_with("client:") && address.size() > 7);
}

int magic_error_from(std::string_view from, Use use) {
  const bool message = use == Use::message;
  switch (magic_of(from)) {
    case 1:
      return 21212;
    case 7:
      return message ? 21606 : 21210;
    case 8:
      return message ? 21611 : 0;
    default:
      return 0;
  }
}

int magic_error_to(std::string_view to, Use use) {
  const bool message = use == Use::message;
  switch (magic_of(to)) {
    case 1:
      return message ? 21211 : 21217;
    case 2:
      return message ? 21612 : 21214;
    case 3:
      return message ? 21408 : 21215;
    case 4:
      return message ? 21610 : 21216;
    case 9:
      return message ? 21614 : 0;
    default:
      return 0;
  }
}

int scripted_fate(std::string_view to) {
  return std::max(0, digits_after(without_channel(to), "+150055", 5));
}

bool is_http_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  return parsed &&
         (parsed->scheme_id() == boost::urls::scheme::http ||
          parsed->scheme_id() == boost::urls::scheme::https) &&
         !parsed->encoded_host().empty();
}

std::string resolve_url(const std::string& base, const std::string& reference) {
  if (reference.empty()) return base;
  const auto from = boost::urls::parse_uri(base);
  const auto to = boost::urls::parse_uri_reference(reference);
  boost::urls::url resolved;
  if (!from || !to || !boost::urls::resolve(*from, *to, resolved)) return reference;
  return std::string{resolved.buffer()};
}

}  // namespace firedrill::twilio
