#include "mocks/stripe/charges.hpp"

#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"
#include "mocks/stripe/payments.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array kCreate{required(amount("amount")),
                             required(currency()),
                             text("source"),
                             reference("customer", Kind::customer),
                             flag("capture"),
                             text("description"),
                             metadata(),
                             text("receipt_email"),
                             object("shipping", kShipping),
                             text("statement_descriptor"),
                             text("statement_descriptor_suffix"),
                             text("transfer_group"),
                             any("application_fee_amount"),
                             any("on_behalf_of"),
                             any("radar_options"),
                             any("destination"),
                             any("transfer_data")};
constexpr std::array kUpdate{reference("customer", Kind::customer),
                             text("description"),
                             metadata(),
                             text("receipt_email"),
                             object("shipping", kShipping),
                             text("transfer_group"),
                             any("fraud_details")};
constexpr std::array kCapture{amount("amount"),
                              text("receipt_email"),
                              text("statement_descriptor"),
                              text("statement_descriptor_suffix"),
                              text("transfer_group"),
                              any("application_fee_amount"),
                              any("transfer_data")};
constexpr std::array kFilters{range("created"), reference("customer", Kind::customer),
                              reference("payment_intent", Kind::payment_intent),
                              text("transfer_group")};
constexpr auto kList = paged(kFilters);

using Fate = TestCard::Fate;

bool declines(const TestCard* card) {
  return card != nullptr && (card->fate == Fate::declines || card->fate == Fate::declines_later);
}

Json outcome(const TestCard* card, Rng& rng) {
  const bool bad = declines(card);
  return {{"advice_code", nullptr},
          {"network_advice_code", nullptr},
          {"network_decline_code", nullptr},
          {"network_status", bad ? "declined_by_network" : "approved_by_network"},
          {"reason", bad ? Json(card->decline_code) : Json(nullptr)},
          {"risk_level", "normal"},
          {"risk_score", rng.below(65)},
          {"seller_message", bad ? "The bank did not return any further details with this decline."
                                 : "Payment complete."},
          {"type", bad ? "issuer_declined" : "authorized"}};
}

Json method_details(const Json& method) {
  const std::string type = text_of(method, "type");
  const Json* shown = field(method, type);
  Json details = shown == nullptr ? Json::object() : *shown;
  for (const char* hidden : {"display_brand", "generated_from", "networks"}) details.erase(hidden);
  return {{type, std::move(details)}, {"type", type}};
}

void dispute(Call& call, Json& charge) {
  charge["disputed"] = true;
  const Json dispute{{"id", "du_" + text_of(charge, "id").substr(3)},
                     {"object", "dispute"},
                     {"amount", charge["amount"]},
                     {"balance_transactions", Json::array()},
                     {"charge", charge["id"]},
                     {"created", call.now()},
                     {"currency", charge["currency"]},
                     {"evidence", Json::object()},
                     {"evidence_details",
                      {{"due_by", call.now() + 7 * 86'400},
                       {"has_evidence", false},
                       {"past_due", false},
                       {"submission_count", 0}}},
                     {"is_charge_refundable", true},
                     {"livemode", false},
                     {"metadata", Json::object()},
                     {"payment_intent", charge["payment_intent"]},
                     {"reason", "fraudulent"},
                     {"status", "needs_response"}};
  announce(call, "charge.dispute.created", dispute);
}

Problem no_way_to_charge() {
  return {.message = "Must provide source or customer.", .code = "parameter_missing"};
}

/// The payment method that a charge by hand is made with.
std::variant<std::string, Problem> method_for(Call& call) {
  const std::string source = text_of(call.params, "source");
  if (source.starts_with("tok_")) return take_source(call, source);
  if (!source.empty()) return take_payment_method(call, source, "source");
  const std::string customer = text_of(call.params, "customer");
  if (customer.empty()) return no_way_to_charge();
  const Json& owner = *call.store.find(Kind::customer, customer);
  const std::string known = text_of(owner, "default_source");
  if (!known.empty()) return known;
  return Problem{.status = 402,
                 .message = "Cannot charge a customer that has no active card",
                 .type = "card_error",
                 .code = "missing",
                 .param = "card"};
}

Answer create(Call& call) {
  const std::int64_t amount = integer_of(call.params, "amount");
  const std::string currency = text_of(call.params, "currency");
  if (auto problem = check_amount(amount, currency, "amount")) return *problem;
  auto method = method_for(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  const Json* capture = field(call.params, "capture");
  const Json& charge = make_charge(call, {.amount = amount,
                                          .currency = currency,
                                          .payment_method = std::get<std::string>(method),
                                          .capture = capture == nullptr || capture->get<bool>(),
                                          .fields = call.params});
  if (charge["status"] == "succeeded") return charge;
  return declined(*card_behind(call.store, std::get<std::string>(method)), text_of(charge, "id"));
}

Answer capture_charge(Call& call) {
  Json& charge = call.subject();
  if (flag_of(charge, "captured") || flag_of(charge, "refunded") ||
      charge["status"] != "succeeded") {
    return Problem{.message = "Charge " + call.id + " has already been captured.",
                   .code = "charge_already_captured"};
  }
  const std::int64_t all = integer_of(charge, "amount");
  const std::int64_t taken = integer_of(call.params, "amount", all);
  if (taken > all) {
    return invalid_param("amount",
                         "You cannot capture a charge for an amount greater than it "
                         "already has.");
  }
  Json* intent = call.store.find(Kind::payment_intent, text_of(charge, "payment_intent"));
  if (intent != nullptr) {
    capture(call, *intent, taken);
  } else {
    charge["captured"] = true;
    charge["amount_captured"] = taken;
    charge["amount_refunded"] = all - taken;
    announce(call, "charge.captured", charge);
  }
  return charge;
}

constexpr std::array<Endpoint, 6> kEndpoints{{
    {"POST", "/v1/charges", {Kind::charge, kCreate, create}},
    {"GET", "/v1/charges", {Kind::charge, kList, list}},
    {"GET", "/v1/charges/search", {Kind::charge, kSearchParams, search}},
    {"GET", "/v1/charges/{charge}", {Kind::charge, {}, retrieve}},
    {"POST", "/v1/charges/{charge}", {Kind::charge, kUpdate, update}},
    {"POST", "/v1/charges/{charge}/capture", {Kind::charge, kCapture, capture_charge}},
}};

}  // namespace

std::span<const Endpoint> charge_endpoints() { return kEndpoints; }

Json& make_charge(Call& call, const ChargeOrder& order) {
  const TestCard* card = card_behind(call.store, order.payment_method);
  const bool bad = declines(card);
  Json charge = make_object(Kind::charge, call.context);
  assign(charge, order.fields);
  charge["amount"] = order.amount;
  charge["currency"] = order.currency;
  charge["payment_method"] = order.payment_method;
  charge["source"] = nullptr;
  charge["paid"] = !bad;
  charge["captured"] = order.capture && !bad;
  charge["amount_captured"] = order.capture && !bad ? order.amount : 0;
  charge["status"] = bad ? "failed" : "succeeded";
  charge["outcome"] = outcome(card, call.context.rng);
  if (bad) {
    charge["failure_code"] = card->code;
    charge["failure_message"] = card->message;
  } else {
    charge["receipt_url"] = "https://pay.stripe.com/receipts/" + text_of(charge, "id");
  }
  if (const Json* method = call.store.find(Kind::payment_method, order.payment_method)) {
    charge["billing_details"] = (*method)["billing_details"];
    charge["payment_method_details"] = method_details(*method);
  }
  Json& kept = call.store.put(Kind::charge, std::move(charge));
  announce(call, bad ? "charge.failed" : "charge.succeeded", kept);
  if (card != nullptr && card->fate == Fate::disputed) dispute(call, kept);
  return kept;
}

Problem declined(const TestCard& card, const std::string& charge) {
  return {.status = 402,
          .message = std::string{card.message},
          .type = "card_error",
          .code = std::string{card.code},
          .param = card.code == "incorrect_cvc" ? "cvc" : "",
          .decline_code = std::string{card.decline_code},
          .charge = charge};
}

void release(Call& call, Json& charge, std::int64_t amount) {
  const std::int64_t refunded = integer_of(charge, "amount_refunded") + amount;
  charge["amount_refunded"] = refunded;
  charge["refunded"] = refunded >= integer_of(charge, "amount");
  announce(call, "charge.refunded", charge);
}

}  // namespace firedrill::stripe
