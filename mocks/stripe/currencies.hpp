#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::stripe {

/// By lower-case ISO 4217 code, of those that Stripe takes.
[[nodiscard]] bool is_currency(std::string_view code);
/// "usd, aed, afn, …"
[[nodiscard]] std::string all_currencies();

/// Whether amounts count whole units: 500 jpy are ¥500.
[[nodiscard]] bool is_zero_decimal(std::string_view code);
/// The least that can be charged, in the currency's smallest unit.
[[nodiscard]] std::int64_t least_charge(std::string_view code);
/// "$0.50 usd", "€0.50 eur", "50 jpy"
[[nodiscard]] std::string shown_amount(std::int64_t amount, std::string_view code);

}  // namespace firedrill::stripe
