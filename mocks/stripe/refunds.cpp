#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/charges.hpp"
#include "mocks/stripe/currencies.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 3> kReasons{"duplicate", "fraudulent",
                                                   "requested_by_customer"};
constexpr std::array kCreate{amount("amount"),
                             reference("charge", Kind::charge),
                             reference("payment_intent", Kind::payment_intent),
                             choice("reason", kReasons),
                             metadata(),
                             any("refund_application_fee"),
                             any("reverse_transfer"),
                             any("instructions_email"),
                             any("customer"),
                             any("currency"),
                             any("origin")};
constexpr std::array kUpdate{metadata()};
constexpr std::array kFilters{range("created"), reference("charge", Kind::charge),
                              reference("payment_intent", Kind::payment_intent)};
constexpr auto kList = paged(kFilters);

/// The charge that is to be given back.
std::variant<std::string, Problem> charge_in(Call& call) {
  std::string charge = text_of(call.params, "charge");
  const std::string intent = text_of(call.params, "payment_intent");
  if (charge.empty() && intent.empty()) {
    return Problem{.message =
                       "One of the following params should be provided for this request: "
                       "payment_intent or charge.",
                   .code = "parameter_missing"};
  }
  if (charge.empty()) {
    charge = text_of(*call.store.find(Kind::payment_intent, intent), "latest_charge");
  }
  const Json* known = call.store.find(Kind::charge, charge);
  if (known != nullptr && (*known)["status"] == "succeeded") return charge;
  if (intent.empty()) {
    return invalid_param("charge", "Charge " + charge +
                                       " has not succeeded, so it cannot be "
                                       "refunded.");
  }
  return Problem{
      .message = "This PaymentIntent (" + intent + ") does not have a successful charge to refund.",
      .code = "payment_intent_unexpected_state",
      .param = "payment_intent",
      .payment_intent = intent};
}

std::optional<Problem> check_left(const Json& charge, std::int64_t asked) {
  const std::int64_t left = integer_of(charge, "amount") - integer_of(charge, "amount_refunded");
  if (left <= 0) {
    return Problem{.message = "Charge " + text_of(charge, "id") + " has already been refunded.",
                   .code = "charge_already_refunded"};
  }
  if (asked <= left) return std::nullopt;
  const std::string currency = text_of(charge, "currency");
  return invalid_param("amount", "Refund amount (" + shown_amount(asked, currency) +
                                     ") is greater than unrefunded amount on charge (" +
                                     shown_amount(left, currency) + ")");
}

Answer create(Call& call) {
  auto found = charge_in(call);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  Json& charge = *call.store.find(Kind::charge, std::get<std::string>(found));
  const std::int64_t left = integer_of(charge, "amount") - integer_of(charge, "amount_refunded");
  const std::int64_t amount = integer_of(call.params, "amount", left);
  if (auto problem = check_left(charge, amount)) return *problem;
  Json refund = make_object(Kind::refund, call.context);
  assign(refund, call.params);
  for (const char* name : {"currency", "customer", "payment_intent", "payment_method"}) {
    refund[name] = charge[name];
  }
  refund["amount"] = amount;
  refund["charge"] = charge["id"];
  const Json& kept = call.store.put(Kind::refund, std::move(refund));
  announce(call, "refund.created", kept);
  release(call, charge, amount);
  return kept;
}

constexpr std::array<Endpoint, 4> kEndpoints{{
    {"POST", "/v1/refunds", {Kind::refund, kCreate, create}},
    {"GET", "/v1/refunds", {Kind::refund, kList, list}},
    {"GET", "/v1/refunds/{refund}", {Kind::refund, {}, retrieve}},
    {"POST", "/v1/refunds/{refund}", {Kind::refund, kUpdate, update}},
}};

}  // namespace

std::span<const Endpoint> refund_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
