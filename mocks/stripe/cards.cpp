#include "mocks/stripe/cards.hpp"

#include "harness/base/rng.hpp"
#include "mocks/ids.hpp"

#include <array>

namespace firedrill::stripe {
namespace {

using Fate = TestCard::Fate;

constexpr std::string_view kDeclined = "Your card was declined.";

constexpr TestCard declining(std::string_view name, std::string_view number, std::string_view code,
                             std::string_view decline_code, std::string_view message) {
  return {name, number, "visa", "credit", Fate::declines, code, decline_code, message};
}

constexpr TestCard authenticating(std::string_view name, std::string_view number) {
  return {name, number, "visa", "credit", Fate::authenticates};
}

constexpr std::array kCards{
    TestCard{"visa", "4242424242424242", "visa"},
    TestCard{"visa_debit", "4000056655665556", "visa", "debit"},
    TestCard{"mastercard", "5555555555554444", "mastercard"},
    TestCard{"mastercard_debit", "5200828282828210", "mastercard", "debit"},
    TestCard{"mastercard_prepaid", "5105105105105100", "mastercard", "prepaid"},
    TestCard{"amex", "378282246310005", "amex"},
    TestCard{"discover", "6011111111111117", "discover"},
    TestCard{"diners", "36227206271667", "diners"},
    TestCard{"jcb", "3566002020360505", "jcb"},
    TestCard{"unionpay", "6200000000000005", "unionpay"},
    declining("chargeDeclined", "4000000000000002", "card_declined", "generic_decline", kDeclined),
    declining("chargeDeclinedInsufficientFunds", "4000000000009995", "card_declined",
              "insufficient_funds", "Your card has insufficient funds."),
    declining("chargeDeclinedLostCard", "4000000000009987", "card_declined", "lost_card",
              kDeclined),
    declining("chargeDeclinedStolenCard", "4000000000009979", "card_declined", "stolen_card",
              kDeclined),
    declining("chargeDeclinedExpiredCard", "4000000000000069", "expired_card", "expired_card",
              "Your card has expired."),
    declining("chargeDeclinedIncorrectCvc", "4000000000000127", "incorrect_cvc", "incorrect_cvc",
              "Your card's security code is incorrect."),
    declining("chargeDeclinedProcessingError", "4000000000000119", "processing_error",
              "processing_error",
              "An error occurred while processing your card. Try again in a little bit."),
    declining("chargeDeclinedFraudulent", "4100000000000019", "card_declined", "fraudulent",
              kDeclined),
    declining("chargeDeclinedVelocityLimitExceeded", "4000000000006975", "card_declined",
              "card_velocity_exceeded",
              "Your card was declined for making repeated attempts too frequently or exceeding "
              "its amount limit."),
    TestCard{"chargeCustomerFail", "4000000000000341", "visa", "credit", Fate::declines_later,
             "card_declined", "generic_decline", kDeclined},
    authenticating("authenticationRequired", "4000002500003155"),
    authenticating("threeDSecure2Required", "4000000000003220"),
    authenticating("threeDSecureRequired", "4000000000003063"),
    TestCard{"createDispute", "4000000000000259", "visa", "credit", Fate::disputed},
};

/// What names a card in `id`; "" when the id is of another kind.
std::string_view card_name(std::string_view id) {
  for (const std::string_view prefix : {"pm_card_", "tok_"}) {
    if (id.starts_with(prefix)) return id.substr(prefix.size());
  }
  return "";
}

}  // namespace

const TestCard* card_named(std::string_view id) {
  constexpr std::string_view kBrand = "visa_";
  const std::string_view name = card_name(id);
  const std::string_view bare = name.starts_with(kBrand) ? name.substr(kBrand.size()) : name;
  for (const TestCard& card : kCards) {
    if (card.name == name || (card.fate != Fate::pays && card.name == bare)) return &card;
  }
  return nullptr;
}

const TestCard* card_numbered(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c != ' ' && c != '-') digits += c;
  }
  for (const TestCard& card : kCards) {
    if (card.number == digits) return &card;
  }
  return nullptr;
}

const TestCard* card_shown(std::string_view brand, std::string_view last4) {
  for (const TestCard& card : kCards) {
    if (card.brand == brand && card.number.ends_with(last4)) return &card;
  }
  return nullptr;
}

std::string last4_of(const TestCard& card) {
  return std::string{card.number.substr(card.number.size() - 4)};
}

std::string fingerprint_of(const TestCard& card) {
  Rng rng = Rng::derive(0, card.number);
  return alnum_id(16, rng);
}

}  // namespace firedrill::stripe
