#pragma once

#include "harness/base/time.hpp"
#include "mocks/provider.hpp"
#include "mocks/routes.hpp"
#include "mocks/stripe/json.hpp"
#include "mocks/stripe/kinds.hpp"
#include "mocks/stripe/params.hpp"
#include "mocks/stripe/problem.hpp"
#include "mocks/stripe/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::stripe {

/// The wall clock, as the API counts time.
[[nodiscard]] std::int64_t unix_seconds(const ProviderContext& context);

/// What an operation answers: the object with status 200, or an error.
using Answer = std::variant<Json, Problem>;

/// One call of an operation, checked: its parameters are as the operation says, and what its path
/// names exists. Lifetime: that of the request.
struct Call {
  Store& store;
  ProviderContext& context;
  const Json& params;
  Kind kind = Kind::customer;        ///< Of the operation.
  std::string id = {};               ///< Of the object in the path; "" when the path names none.
  std::string request_id = {};       ///< "req_…"
  std::string idempotency_key = {};  ///< "" when there is none.
  std::string host = {};             ///< Where the caller found this mock: "127.0.0.1:12111".

  [[nodiscard]] std::int64_t now() const;
  /// The object that the path names. @pre there is one, and it was not erased meanwhile
  [[nodiscard]] Json& subject() const;
};

/// What stands behind a route. When its path names an object of `kind`, an unknown id never gets
/// as far as `run`.
struct Operation {
  Kind kind;
  std::span<const Param> params;
  Answer (*run)(Call&);
};
using Endpoint = Route<Operation>;

// The API, one table per page of its reference.
[[nodiscard]] std::span<const Endpoint> customer_endpoints();
[[nodiscard]] std::span<const Endpoint> payment_method_endpoints();
[[nodiscard]] std::span<const Endpoint> payment_intent_endpoints();
[[nodiscard]] std::span<const Endpoint> charge_endpoints();
[[nodiscard]] std::span<const Endpoint> refund_endpoints();
[[nodiscard]] std::span<const Endpoint> checkout_endpoints();
[[nodiscard]] std::span<const Endpoint> product_endpoints();
[[nodiscard]] std::span<const Endpoint> price_endpoints();
[[nodiscard]] std::span<const Endpoint> subscription_endpoints();
[[nodiscard]] std::span<const Endpoint> invoice_endpoints();
[[nodiscard]] std::span<const Endpoint> invoice_item_endpoints();
[[nodiscard]] std::span<const Endpoint> event_endpoints();
[[nodiscard]] std::span<const Endpoint> webhook_endpoint_endpoints();

}  // namespace firedrill::stripe
