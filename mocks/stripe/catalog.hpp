#pragma once

#include "mocks/stripe/call.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace firedrill::stripe {

/// The price that an item names by `price` or describes by `price_data`: its id, or an error about
/// the item at `place`, "line_items[0]". A price made this way is kept, but not active.
[[nodiscard]] std::variant<std::string, Problem> price_of(Call& call, const Json& item,
                                                          const std::string& place);

/// What `quantity` cost, in the currency's smallest unit.
[[nodiscard]] std::int64_t cost(const Json& price, std::int64_t quantity);

/// What a customer reads on a bill: the product's name.
[[nodiscard]] std::string product_name(Call& call, const Json& price);

}  // namespace firedrill::stripe
