#pragma once

#include "mocks/stripe/call.hpp"
#include "mocks/stripe/cards.hpp"

#include <string>
#include <string_view>

namespace firedrill::stripe {

/// The payment method that an operation is given: a kept one by its id, or a new one made from
/// `pm_card_visa` and the like. Its id, or an error that blames `param`.
[[nodiscard]] std::variant<std::string, Problem> take_payment_method(Call& call,
                                                                     const std::string& id,
                                                                     const std::string& param);

/// Makes one from the parameters of POST /v1/payment_methods or of `payment_method_data`.
[[nodiscard]] std::variant<std::string, Problem> make_payment_method(Call& call, const Json& params,
                                                                     const std::string& place);

/// Makes one from a card token, `tok_visa`.
[[nodiscard]] std::variant<std::string, Problem> take_source(Call& call, const std::string& token);

/// Gives it to a customer and says so. An error when it has one already, or the card declines.
[[nodiscard]] std::optional<Problem> attach(Call& call, const std::string& id,
                                            const std::string& customer);

/// The test card behind it; any that is no card pays.
[[nodiscard]] const TestCard* card_behind(Store& store, const std::string& payment_method);

}  // namespace firedrill::stripe
