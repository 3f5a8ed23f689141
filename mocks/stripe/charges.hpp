#pragma once

#include "mocks/stripe/call.hpp"
#include "mocks/stripe/cards.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::stripe {

/// What is to be charged.
struct ChargeOrder {
  std::int64_t amount = 0;
  std::string currency;
  std::string payment_method;
  bool capture = true;
  const Json& fields;  ///< What it shares with whoever ordered it: customer, description, …
};

/// Charges it and says so; whether it worked is in its `status`. The reference lives until the next
/// charge is made.
Json& make_charge(Call& call, const ChargeOrder& order);

/// What a declined charge is answered with, ids of the intent and the payment method aside.
[[nodiscard]] Problem declined(const TestCard& card, const std::string& charge);

/// Gives back `amount` of a charge, as a refund object unless it was never captured. An error when
/// there is not that much left.
void release(Call& call, Json& charge, std::int64_t amount);

}  // namespace firedrill::stripe
