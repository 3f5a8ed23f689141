#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::stripe {

/// A card for tests and what becomes of charging it.
/// https://docs.stripe.com/testing
struct TestCard {
  enum class Fate : std::uint8_t {
    pays,
    declines,
    declines_later,  ///< Attaches to a customer, then declines.
    authenticates,   ///< Pays after the customer has authenticated.
    disputed,        ///< Pays, and is disputed at once.
  };

  std::string_view name;  ///< In `pm_card_…` and `tok_…`.
  std::string_view number;
  std::string_view brand;
  std::string_view funding = "credit";
  Fate fate = Fate::pays;
  std::string_view code = "";
  std::string_view decline_code = "";
  std::string_view message = "";
};

/// By `pm_card_visa`, `tok_visa`, either with `visa_` before the rest; nullptr when there is none.
[[nodiscard]] const TestCard* card_named(std::string_view id);
/// By its number, blanks and dashes aside.
[[nodiscard]] const TestCard* card_numbered(std::string_view number);
/// By what a payment method shows of it.
[[nodiscard]] const TestCard* card_shown(std::string_view brand, std::string_view last4);

[[nodiscard]] std::string last4_of(const TestCard& card);
/// The same for the same card, always.
[[nodiscard]] std::string fingerprint_of(const TestCard& card);

}  // namespace firedrill::stripe
