#pragma once

#include "mocks/stripe/call.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::stripe {

// The life of an invoice, for its own operations, subscriptions and the payments that settle it.

/// One line of a bill.
struct InvoiceLine {
  std::int64_t amount = 0;
  std::string currency;
  std::string description;
  std::int64_t quantity = 1;
  std::string price;  ///< Id; "" for an amount of its own.
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::string subscription = {};
  std::string item = {};  ///< Of the subscription, or the invoice item.
};

/// A new draft, kept and announced. The reference lives until the next one is made.
Json& make_invoice(Call& call, const Json& fields);

void add_line(Call& call, Json& invoice, const InvoiceLine& line);

/// The line that an invoice item becomes.
void add_item_line(Call& call, Json& invoice, const Json& item);

/// Draft to open: numbered, and with a payment intent for what is due; paid when nothing is.
void finalize(Call& call, Json& invoice);

/// Pays an open invoice with `method`, or with what the invoice or its customer has.
[[nodiscard]] std::optional<Problem> pay(Call& call, Json& invoice, const std::string& method,
                                         bool off_session);

/// The payment method that an invoice of `customer` would be charged to; "" when there is none.
[[nodiscard]] std::string method_of_customer(Call& call, const std::string& customer);

// What payments tell the invoice that they are for, if there is one.
void invoice_payment_succeeded(Call& call, const Json& intent);
void invoice_payment_failed(Call& call, const Json& intent);

}  // namespace firedrill::stripe
