#include "mocks/ids.hpp"
#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/invoices.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payments.hpp"
#include "mocks/stripe/subscriptions.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <utility>

namespace firedrill::stripe {
namespace {

std::string next_number(Call& call, const std::string& customer) {
  Json* owner = call.store.find(Kind::customer, customer);
  if (owner == nullptr) return "FIREDRILL-0001";
  const std::int64_t sequence = integer_of(*owner, "next_invoice_sequence", 1);
  (*owner)["next_invoice_sequence"] = sequence + 1;
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "%04lld", static_cast<long long>(sequence));
  return text_of(*owner, "invoice_prefix") + "-" + digits.data();
}

std::string subscription_of(const Json& invoice) {
  const Json* parent = field(invoice, "parent");
  const Json* details = parent == nullptr ? nullptr : field(*parent, "subscription_details");
  return details == nullptr ? "" : text_of(*details, "subscription");
}

void attach_payment(Call& call, const Json& invoice, const Json& intent,
                    const std::string& status) {
  const std::string id = text_of(invoice, "id");
  const bool paid = status == "paid";
  Json payment{{"id", "inpay_" + id.substr(3)},
               {"object", "invoice_payment"},
               {"amount_paid", paid ? intent["amount"] : Json(nullptr)},
               {"amount_requested", intent["amount"]},
               {"created", intent["created"]},
               {"currency", intent["currency"]},
               {"invoice", id},
               {"is_default", true},
               {"livemode", false},
               {"payment", {{"payment_intent", intent["id"]}, {"type", "payment_intent"}}},
               {"status", status},
               {"status_transitions",
                {{"canceled_at", nullptr}, {"paid_at", paid ? Json(call.now()) : Json(nullptr)}}}};
  Json data = Json::array();
  data.push_back(std::move(payment));
  call.store.attach(id, "payments", whole_list("/v1/invoice_payments", std::move(data)));
}

/// What is due gets an intent of its own.
void bill(Call& call, Json& invoice) {
  const Json& intent = make_intent(
      call, {{"amount", invoice["amount_due"]},
             {"currency", invoice["currency"]},
             {"customer", invoice["customer"]},
             {"description",
              subscription_of(invoice).empty() ? "Payment for Invoice" : "Subscription creation"},
             {"capture_method", "automatic"}});
  const std::string intent_id = text_of(intent, "id");
  call.store.attach(intent_id, "invoice", invoice["id"]);
  call.store.attach(text_of(invoice, "id"), "payment_intent", intent_id);
  call.store.attach(text_of(invoice, "id"), "confirmation_secret",
                    {{"client_secret", intent["client_secret"]}, {"type", "payment_intent"}});
  attach_payment(call, invoice, intent, "open");
}

void settle(Call& call, Json& invoice) {
  invoice["status"] = "paid";
  invoice["attempted"] = true;
  invoice["amount_paid"] = invoice["amount_due"];
  invoice["amount_remaining"] = 0;
  invoice["auto_advance"] = false;
  invoice["status_transitions"]["paid_at"] = call.now();
  announce(call, "invoice.paid", invoice);
  announce(call, "invoice.payment_succeeded", invoice);
  subscription_paid(call, subscription_of(invoice));
}

Json* invoice_of(Call& call, const Json& intent) {
  const Json* id = call.store.attached(text_of(intent, "id"), "invoice");
  return id == nullptr ? nullptr : call.store.find(Kind::invoice, id->get<std::string>());
}

Problem nothing_to_pay_with() {
  return {.message =
              "There is no `default_payment_method` set on this Customer or Invoice. Please set "
              "either `default_payment_method` prior to attempting payment.",
          .code = "missing"};
}

}  // namespace

Json& make_invoice(Call& call, const Json& fields) {
  Json invoice = make_object(Kind::invoice, call.context);
  assign(invoice, fields);
  invoice["period_start"] = invoice["period_end"] = call.now();
  invoice["lines"]["url"] = "/v1/invoices/" + text_of(invoice, "id") + "/lines";
  if (const Json* owner = call.store.find(Kind::customer, text_of(invoice, "customer"))) {
    for (const char* name : {"address", "email", "name", "phone"}) {
      invoice["customer_" + std::string{name}] = (*owner)[name];
    }
  }
  Json& kept = call.store.put(Kind::invoice, std::move(invoice));
  announce(call, "invoice.created", kept);
  return kept;
}

void add_line(Call& call, Json& invoice, const InvoiceLine& line) {
  const bool of_subscription = !line.subscription.empty();
  const std::string details =
      of_subscription ? "subscription_item_details" : "invoice_item_details";
  Json parent{
      {"invoice_item_details", nullptr}, {"subscription_item_details", nullptr}, {"type", details}};
  parent[details] = of_subscription ? Json{{"proration", false},
                                           {"subscription", line.subscription},
                                           {"subscription_item", line.item}}
                                    : Json{{"invoice_item", line.item}, {"proration", false}};
  Json pricing = nullptr;
  if (const Json* price = call.store.find(Kind::price, line.price)) {
    pricing = {{"price_details", {{"price", line.price}, {"product", (*price)["product"]}}},
               {"type", "price_details"},
               {"unit_amount_decimal", (*price)["unit_amount_decimal"]}};
  }
  invoice["lines"]["data"].push_back(
      {{"id", "il_" + alnum_id(24, call.context.rng)},
       {"object", "line_item"},
       {"amount", line.amount},
       {"currency", line.currency},
       {"description", line.description},
       {"discount_amounts", Json::array()},
       {"discountable", true},
       {"discounts", Json::array()},
       {"invoice", invoice["id"]},
       {"livemode", false},
       {"metadata", Json::object()},
       {"parent", std::move(parent)},
       {"period", {{"end", line.end}, {"start", line.start}}},
       {"pretax_credit_amounts", Json::array()},
       {"pricing", std::move(pricing)},
       {"quantity", line.quantity},
       {"quantity_decimal", std::to_string(line.quantity)},
       {"subscription", of_subscription ? Json(line.subscription) : Json(nullptr)},
       {"subtotal", line.amount},
       {"taxes", Json::array()}});
  invoice["lines"]["total_count"] = invoice["lines"]["data"].size();
  invoice["currency"] = line.currency;
  const std::int64_t total = integer_of(invoice, "total") + line.amount;
  for (const char* name : {"total", "subtotal", "total_excluding_tax", "subtotal_excluding_tax"}) {
    invoice[name] = total;
  }
  invoice["amount_due"] = invoice["amount_remaining"] = std::max<std::int64_t>(total, 0);
}

void finalize(Call& call, Json& invoice) {
  invoice["status"] = "open";
  invoice["number"] = next_number(call, text_of(invoice, "customer"));
  invoice["effective_at"] = invoice["status_transitions"]["finalized_at"] = call.now();
  invoice["starting_balance"] = invoice["ending_balance"] = 0;
  invoice["hosted_invoice_url"] = "https://invoice.stripe.com/i/test/" + text_of(invoice, "id");
  invoice["invoice_pdf"] =
      "https://pay.stripe.com/invoice/test/" + text_of(invoice, "id") + "/pdf?s=ap";
  if (integer_of(invoice, "amount_due") > 0) bill(call, invoice);
  announce(call, "invoice.finalized", invoice);
  if (integer_of(invoice, "amount_due") == 0) settle(call, invoice);
}

std::optional<Problem> pay(Call& call, Json& invoice, const std::string& method, bool off_session) {
  const Json* link = call.store.attached(text_of(invoice, "id"), "payment_intent");
  Json* intent =
      link == nullptr ? nullptr : call.store.find(Kind::payment_intent, link->get<std::string>());
  if (intent == nullptr) return problem_for(500);  // made room for newer ones
  std::string chosen = method;
  if (chosen.empty()) chosen = text_of(invoice, "default_payment_method");
  if (chosen.empty()) chosen = method_of_customer(call, text_of(invoice, "customer"));
  if (chosen.empty()) return nothing_to_pay_with();
  if (auto problem = give_method(call, *intent, chosen)) return problem;
  return confirm(call, *intent, {.off_session = off_session});
}

std::string method_of_customer(Call& call, const std::string& customer) {
  const Json* owner = call.store.find(Kind::customer, customer);
  if (owner == nullptr) return "";
  const Json* settings = field(*owner, "invoice_settings");
  const std::string chosen =
      settings == nullptr ? "" : text_of(*settings, "default_payment_method");
  return chosen.empty() ? text_of(*owner, "default_source") : chosen;
}

void invoice_payment_succeeded(Call& call, const Json& intent) {
  Json* invoice = invoice_of(call, intent);
  if (invoice == nullptr) return;
  (*invoice)["attempt_count"] = integer_of(*invoice, "attempt_count") + 1;
  attach_payment(call, *invoice, intent, "paid");
  settle(call, *invoice);
}

void invoice_payment_failed(Call& call, const Json& intent) {
  Json* invoice = invoice_of(call, intent);
  if (invoice == nullptr) return;
  (*invoice)["attempt_count"] = integer_of(*invoice, "attempt_count") + 1;
  (*invoice)["attempted"] = true;
  announce(call, "invoice.payment_failed", *invoice);
}

}  // namespace firedrill::stripe
