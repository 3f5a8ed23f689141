#include "mocks/stripe/payments.hpp"

#include "mocks/ids.hpp"
#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/charges.hpp"
#include "mocks/stripe/currencies.hpp"
#include "mocks/stripe/invoices.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::int64_t kAmountMax = 99'999'999;

/// What a charge has from its intent.
Json shared_fields(const Json& intent) {
  Json fields{{"payment_intent", intent["id"]}};
  for (const char* name :
       {"customer", "description", "metadata", "receipt_email", "shipping", "statement_descriptor",
        "statement_descriptor_suffix", "transfer_group"}) {
    fields[name] = intent[name];
  }
  return fields;
}

/// The intent as it is after a payment that `problem` ended.
Problem failed(Call& call, Json& intent, Problem problem) {
  const std::string method = text_of(intent, "payment_method");
  Json error{{"code", problem.code}, {"message", problem.message}, {"type", problem.type}};
  if (!problem.charge.empty()) error["charge"] = problem.charge;
  if (!problem.decline_code.empty()) error["decline_code"] = problem.decline_code;
  if (const Json* shown = call.store.find(Kind::payment_method, method)) {
    error["payment_method"] = *shown;
  }
  intent["status"] = "requires_payment_method";
  intent["next_action"] = nullptr;
  intent["payment_method"] = nullptr;
  intent["last_payment_error"] = std::move(error);
  if (!problem.charge.empty()) intent["latest_charge"] = problem.charge;
  announce(call, "payment_intent.payment_failed", intent);
  invoice_payment_failed(call, intent);
  problem.payment_intent = text_of(intent, "id");
  problem.payment_method = method;
  return problem;
}

Problem must_authenticate() {
  return {.status = 402,
          .message = "Your card was declined. This transaction requires authentication.",
          .type = "card_error",
          .code = "authentication_required",
          .decline_code = "authentication_required"};
}

void require_action(Call& call, Json& intent, const std::string& return_url) {
  const std::string url = "http://" + call.host + "/3ds/" + text_of(intent, "id");
  intent["status"] = "requires_action";
  if (return_url.empty()) {
    intent["next_action"] = {
        {"type", "use_stripe_sdk"},
        {"use_stripe_sdk", {{"type", "three_d_secure_redirect"}, {"stripe_js", url}}}};
  } else {
    intent["next_action"] = {{"redirect_to_url", {{"return_url", return_url}, {"url", url}}},
                             {"type", "redirect_to_url"}};
  }
  announce(call, "payment_intent.requires_action", intent);
}

void keep_for_later(Call& call, const Json& intent) {
  const std::string customer = text_of(intent, "customer");
  if (customer.empty() || !intent["setup_future_usage"].is_string()) return;
  // One that has an owner already stays with it.
  (void)attach(call, text_of(intent, "payment_method"), customer);
}

}  // namespace

std::optional<Problem> check_amount(std::int64_t amount, const std::string& currency,
                                    const std::string& param) {
  const std::int64_t least = least_charge(currency);
  if (amount >= least && amount <= kAmountMax) return std::nullopt;
  const bool small = amount < least;
  return Problem{.message = std::string{"Amount must be "} +
                            (small ? "at least " : "no more than ") +
                            shown_amount(small ? least : kAmountMax, currency),
                 .code = small ? "amount_too_small" : "amount_too_large",
                 .param = param};
}

Json& make_intent(Call& call, const Json& fields) {
  Json intent = make_object(Kind::payment_intent, call.context);
  assign(intent, fields);
  intent["client_secret"] = text_of(intent, "id") + "_secret_" + alnum_id(25, call.context.rng);
  Json& kept = call.store.put(Kind::payment_intent, std::move(intent));
  announce(call, "payment_intent.created", kept);
  return kept;
}

std::optional<Problem> give_method(Call& call, Json& intent, const std::string& method) {
  const Json& given = *call.store.find(Kind::payment_method, method);
  const std::string owner = text_of(given, "customer");
  const std::string customer = text_of(intent, "customer");
  if (!owner.empty() && customer.empty()) {
    return invalid_param("payment_method",
                         "The provided PaymentMethod " + method + " belongs to the Customer " +
                             owner +
                             ". Please include the Customer in the `customer` parameter "
                             "on the PaymentIntent.");
  }
  if (!owner.empty() && owner != customer) {
    return invalid_param("payment_method",
                         "The customer does not have a payment method with the ID " + method +
                             ". The payment method must be attached to the customer.");
  }
  intent["payment_method"] = method;
  intent["status"] = "requires_confirmation";
  intent["next_action"] = nullptr;
  return std::nullopt;
}

std::optional<Problem> confirm(Call& call, Json& intent, const Confirmation& how) {
  const std::string method = text_of(intent, "payment_method");
  const TestCard* card = card_behind(call.store, method);
  const bool asks = card != nullptr && card->fate == TestCard::Fate::authenticates;
  if (asks && !how.authenticated) {
    if (how.off_session || how.no_action) return failed(call, intent, must_authenticate());
    require_action(call, intent, how.return_url);
    return std::nullopt;
  }
  const bool capture = intent["capture_method"] != "manual";
  const Json fields = shared_fields(intent);
  const Json& charge = make_charge(call, {.amount = integer_of(intent, "amount"),
                                          .currency = text_of(intent, "currency"),
                                          .payment_method = method,
                                          .capture = capture,
                                          .fields = fields});
  const std::string charge_id = text_of(charge, "id");
  if (charge["status"] == "failed") return failed(call, intent, declined(*card, charge_id));
  intent["latest_charge"] = charge_id;
  intent["next_action"] = nullptr;
  intent["last_payment_error"] = nullptr;
  intent["status"] = capture ? "succeeded" : "requires_capture";
  intent[capture ? "amount_received" : "amount_capturable"] = intent["amount"];
  keep_for_later(call, intent);
  announce(call, capture ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated",
           intent);
  if (capture) invoice_payment_succeeded(call, intent);
  return std::nullopt;
}

void authenticate(Call& call, Json& intent, bool succeeds) {
  if (succeeds) {
    // A card that asks for authentication never declines after it.
    (void)confirm(call, intent, {.authenticated = true});
    return;
  }
  (void)failed(call, intent,
               {.status = 402,
                .message = "The provided PaymentMethod has failed authentication. You can provide "
                           "payment_method_data or a new PaymentMethod to attempt to fulfill this "
                           "PaymentIntent again.",
                .code = "payment_intent_authentication_failure"});
}

void capture(Call& call, Json& intent, std::int64_t amount) {
  Json* charge = call.store.find(Kind::charge, text_of(intent, "latest_charge"));
  if (charge != nullptr) {
    (*charge)["captured"] = true;
    (*charge)["amount_captured"] = amount;
    (*charge)["amount_refunded"] = integer_of(*charge, "amount") - amount;
    announce(call, "charge.captured", *charge);
  }
  intent["amount_capturable"] = 0;
  intent["amount_received"] = amount;
  intent["status"] = "succeeded";
  announce(call, "payment_intent.succeeded", intent);
  invoice_payment_succeeded(call, intent);
}

void cancel(Call& call, Json& intent, const std::string& reason) {
  if (intent["status"] == "requires_capture") {
    Json* charge = call.store.find(Kind::charge, text_of(intent, "latest_charge"));
    if (charge != nullptr) release(call, *charge, integer_of(*charge, "amount"));
  }
  intent["status"] = "canceled";
  intent["amount_capturable"] = 0;
  intent["next_action"] = nullptr;
  intent["canceled_at"] = call.now();
  intent["cancellation_reason"] = reason.empty() ? Json(nullptr) : Json(reason);
  announce(call, "payment_intent.canceled", intent);
}

}  // namespace firedrill::stripe
