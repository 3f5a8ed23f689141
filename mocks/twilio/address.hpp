#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::twilio {

/// A telephone number as far as a table of countries tells. Value type.
struct PhoneNumber {
  std::string e164;                 ///< "+14155552671"
  std::string calling_code;         ///< "1"; "" when no country has it.
  std::string country;              ///< "US"; "" when unknown.
  std::string national_format;      ///< "(415) 555-2671"
  std::vector<std::string> errors;  ///< In the words of Lookup: "TOO_SHORT". Empty: valid.
};

/// Reads E.164, or a national number of `country` ("US"; "" for none). Unset for what is no number.
[[nodiscard]] std::optional<PhoneNumber> read_phone_number(std::string_view text,
                                                           std::string_view country);

/// "+" and a number that its country can have.
[[nodiscard]] bool is_e164(std::string_view text);

/// What may follow "whatsapp:" and stand alone.
[[nodiscard]] bool is_whatsapp(std::string_view address);
[[nodiscard]] std::string_view without_channel(std::string_view address);

/// Whom a message can go to, and come from: numbers, WhatsApp; short codes and names only send.
[[nodiscard]] bool can_receive(std::string_view address);
[[nodiscard]] bool can_send(std::string_view address);
/// Whom a call can go to: numbers, "sip:…", "client:…".
[[nodiscard]] bool can_be_called(std::string_view address);

/// The error that one of Twilio's magic numbers stands for (+1500555xxxx), 0 for none.
enum class Use { message, call };
[[nodiscard]] int magic_error_from(std::string_view from, Use use);
[[nodiscard]] int magic_error_to(std::string_view to, Use use);

/// What this mock lets happen to a message or a call after it was accepted: the last five digits of
/// +150055xxxxx. +15005530003 is a handset that cannot be reached (error 30003), +15005500486 is
/// busy (SIP 486). 0 for every other number.
[[nodiscard]] int scripted_fate(std::string_view to);

[[nodiscard]] bool is_http_url(std::string_view text);
/// `reference` as seen from the document at `base`; `base` itself for "".
[[nodiscard]] std::string resolve_url(const std::string& base, const std::string& reference);

}  // namespace firedrill::twilio
