#pragma once

#include "mocks/stripe/params.hpp"

#include <array>

// Groups of parameters that several operations take.

namespace firedrill::stripe {

inline constexpr std::array<Param, 6> kAddress{text("line1"), text("line2"),       text("city"),
                                               text("state"), text("postal_code"), text("country")};

inline constexpr std::array<Param, 5> kShipping{required(object("address", kAddress)),
                                                required(text("name")), text("phone"),
                                                text("carrier"), text("tracking_number")};

inline constexpr std::array<Param, 5> kBillingDetails{object("address", kAddress), text("email"),
                                                      text("name"), text("phone"), text("tax_id")};

inline constexpr std::array<std::string_view, 3> kRedisplay{"always", "limited", "unspecified"};
inline constexpr std::array<std::string_view, 10> kMethodTypes{
    "card", "sepa_debit", "ideal", "bancontact", "paypal",
    "link", "klarna",     "eps",   "p24",        "us_bank_account"};
inline constexpr std::array<Param, 6> kCard{text("number"),      integer("exp_month"),
                                            integer("exp_year"), text("cvc"),
                                            text("token"),       any("networks")};

/// Of POST /v1/payment_methods, and `payment_method_data` elsewhere.
inline constexpr std::array<Param, 15> kPaymentMethodData{
    choice("type", kMethodTypes),
    object("card", kCard),
    object("billing_details", kBillingDetails),
    metadata(),
    choice("allow_redisplay", kRedisplay),
    any("sepa_debit"),
    any("ideal"),
    any("bancontact"),
    any("paypal"),
    any("link"),
    any("klarna"),
    any("eps"),
    any("p24"),
    any("us_bank_account"),
    any("radar_options")};

inline constexpr std::array<std::string_view, 4> kIntervals{"day", "week", "month", "year"};
inline constexpr std::array<Param, 3> kRecurring{required(choice("interval", kIntervals)),
                                                 at_least(1, integer("interval_count")),
                                                 any("usage_type")};
inline constexpr std::array<Param, 7> kProductData{
    required(text("name")), text("description"), texts("images"),  metadata(),
    any("tax_code"),        any("tax_details"),  any("unit_label")};

/// `price_data` of line items, subscription items and invoice items.
inline constexpr std::array<Param, 7> kPriceData{required(currency()),
                                                 reference("product", Kind::product),
                                                 object("product_data", kProductData),
                                                 object("recurring", kRecurring),
                                                 at_least(0, integer("unit_amount")),
                                                 decimal("unit_amount_decimal"),
                                                 any("tax_behavior")};

}  // namespace firedrill::stripe
