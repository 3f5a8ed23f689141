#include "mocks/stripe/invoices.hpp"

#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"
#include "mocks/stripe/payments.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 2> kCollection{"charge_automatically", "send_invoice"};
constexpr std::array<std::string_view, 2> kPending{"exclude", "include"};
constexpr std::array<std::string_view, 5> kStatuses{"draft", "open", "paid", "uncollectible",
                                                    "void"};
constexpr std::array kUpdate{flag("auto_advance"),
                             choice("collection_method", kCollection),
                             integer("days_until_due"),
                             integer("due_date"),
                             text("default_payment_method"),
                             text("description"),
                             text("footer"),
                             metadata(),
                             text("statement_descriptor"),
                             any("account_tax_ids"),
                             any("application_fee_amount"),
                             any("automatic_tax"),
                             any("custom_fields"),
                             any("default_source"),
                             any("default_tax_rates"),
                             any("discounts"),
                             any("effective_at"),
                             any("issuer"),
                             any("number"),
                             any("on_behalf_of"),
                             any("payment_settings"),
                             any("rendering"),
                             any("shipping_cost"),
                             any("shipping_details"),
                             any("transfer_data"),
                             any("automatically_finalizes_at")};
constexpr std::array kOnlyAtFirst{required(reference("customer", Kind::customer)), currency(),
                                  choice("pending_invoice_items_behavior", kPending),
                                  reference("subscription", Kind::subscription),
                                  any("from_invoice")};
constexpr auto kCreate = both(kUpdate, kOnlyAtFirst);
constexpr std::array kPay{text("payment_method"), flag("paid_out_of_band"), flag("off_session"),
                          any("forgive"),         any("mandate"),           any("source")};
constexpr std::array kFinalize{flag("auto_advance")};
constexpr std::array kFilters{range("created"),
                              range("due_date"),
                              reference("customer", Kind::customer),
                              choice("status", kStatuses),
                              choice("collection_method", kCollection),
                              text("subscription")};
constexpr auto kList = paged(kFilters);
constexpr auto kLines = paged(std::array<Param, 0>{});

Problem wrong_status(const Json& invoice, const std::string& what) {
  return {
      .message = "You can't " + what + " an invoice that is " + text_of(invoice, "status") + ".",
      .code = "invoice_not_editable"};
}

void take_pending_items(Call& call, Json& invoice) {
  std::vector<Json> items;
  call.store.newest_first(Kind::invoice_item, [&](const Json& item) {
    if (item["invoice"].is_null() && item["customer"] == invoice["customer"]) items.push_back(item);
    return true;
  });
  std::reverse(items.begin(), items.end());
  for (const Json& item : items) {
    (*call.store.find(Kind::invoice_item, text_of(item, "id")))["invoice"] = invoice["id"];
    add_item_line(call, invoice, item);
  }
}

Answer create(Call& call) {
  Json& invoice = make_invoice(call, call.params);
  const std::int64_t days = integer_of(call.params, "days_until_due", -1);
  if (days >= 0) invoice["due_date"] = call.now() + days * 86'400;
  if (text_of(call.params, "pending_invoice_items_behavior") == "include") {
    take_pending_items(call, invoice);
  }
  return invoice;
}

Answer update_invoice(Call& call) {
  const Json& invoice = call.subject();
  const bool only_metadata = call.params.size() == (call.params.contains("expand") ? 2U : 1U) &&
                             call.params.contains("metadata");
  if (invoice["status"] != "draft" && !only_metadata) {
    return Problem{.message = "Finalized invoices can't be updated in this way",
                   .code = "invoice_not_editable"};
  }
  return update(call);
}

Answer finalize_invoice(Call& call) {
  Json& invoice = call.subject();
  if (invoice["status"] != "draft") {
    return Problem{.message =
                       "This invoice is already finalized, you can't re-finalize a "
                       "non-draft invoice.",
                   .code = "invoice_not_editable"};
  }
  assign(invoice, call.params);
  finalize(call, invoice);
  return invoice;
}

Answer pay_invoice(Call& call) {
  Json& invoice = call.subject();
  if (invoice["status"] == "draft") finalize(call, invoice);
  if (invoice["status"] == "paid" && integer_of(invoice, "amount_due") > 0) {
    return Problem{.message = "Invoice is already paid", .code = "invoice_already_paid"};
  }
  if (invoice["status"] == "void") return wrong_status(invoice, "pay");
  if (invoice["status"] == "paid") return invoice;
  if (flag_of(call.params, "paid_out_of_band")) {
    const Json* link = call.store.attached(call.id, "payment_intent");
    Json* intent =
        link == nullptr ? nullptr : call.store.find(Kind::payment_intent, link->get<std::string>());
    if (intent == nullptr) return problem_for(500);  // made room for newer ones
    invoice_payment_succeeded(call, *intent);
    cancel(call, *intent, "abandoned");
    return invoice;
  }
  std::string method = text_of(call.params, "payment_method");
  if (!method.empty()) {
    auto taken = take_payment_method(call, method, "payment_method");
    if (auto* problem = std::get_if<Problem>(&taken)) return std::move(*problem);
    method = std::get<std::string>(taken);
  }
  const Json* off_session = field(call.params, "off_session");
  if (auto problem =
          pay(call, invoice, method, off_session == nullptr || off_session->get<bool>())) {
    return *problem;
  }
  return invoice;
}

/// Ends an open invoice without money.
Answer write_off(Call& call, const std::string& status, const std::string& what) {
  Json& invoice = call.subject();
  if (invoice["status"] != "open" && invoice["status"] != "uncollectible") {
    return wrong_status(invoice, what);
  }
  const std::string at = status == "void" ? "voided_at" : "marked_uncollectible_at";
  invoice["status"] = status;
  invoice["auto_advance"] = false;
  invoice["status_transitions"][at] = call.now();
  announce(call, status == "void" ? "invoice.voided" : "invoice.marked_uncollectible", invoice);
  return invoice;
}

Answer void_invoice(Call& call) { return write_off(call, "void", "void"); }

Answer mark_uncollectible(Call& call) {
  return write_off(call, "uncollectible", "mark as uncollectible");
}

Answer send_invoice(Call& call) {
  Json& invoice = call.subject();
  if (invoice["status"] == "draft") finalize(call, invoice);
  if (invoice["status"] != "open") return wrong_status(invoice, "send");
  announce(call, "invoice.sent", invoice);
  return invoice;
}

Answer remove_invoice(Call& call) {
  const Json& invoice = call.subject();
  if (invoice["status"] != "draft") {
    return Problem{.message = "You can only delete draft invoices.",
                   .code = "invoice_not_editable"};
  }
  announce(call, "invoice.deleted", invoice);
  return remove(call);
}

Answer list_invoices(Call& call) {
  const std::string subscription = text_of(call.params, "subscription");
  return list_where(call, Kind::invoice, "/v1/invoices", [&](const Json& invoice) {
    const Json& parent = invoice["parent"];
    return subscription.empty() ||
           (parent.is_object() && parent["subscription_details"]["subscription"] == subscription);
  });
}

Answer list_lines(Call& call) { return slice_list(call, call.subject()["lines"]); }

constexpr Kind kInvoice = Kind::invoice;
constexpr std::array<Endpoint, 12> kEndpoints{{
    {"POST", "/v1/invoices", {kInvoice, kCreate, create}},
    {"GET", "/v1/invoices", {kInvoice, kList, list_invoices}},
    {"GET", "/v1/invoices/search", {kInvoice, kSearchParams, search}},
    {"GET", "/v1/invoices/{invoice}", {kInvoice, {}, retrieve}},
    {"POST", "/v1/invoices/{invoice}", {kInvoice, kUpdate, update_invoice}},
    {"DELETE", "/v1/invoices/{invoice}", {kInvoice, {}, remove_invoice}},
    {"GET", "/v1/invoices/{invoice}/lines", {kInvoice, kLines, list_lines}},
    {"POST", "/v1/invoices/{invoice}/finalize", {kInvoice, kFinalize, finalize_invoice}},
    {"POST", "/v1/invoices/{invoice}/pay", {kInvoice, kPay, pay_invoice}},
    {"POST", "/v1/invoices/{invoice}/void", {kInvoice, {}, void_invoice}},
    {"POST", "/v1/invoices/{invoice}/send", {kInvoice, {}, send_invoice}},
    {"POST", "/v1/invoices/{invoice}/mark_uncollectible", {kInvoice, {}, mark_uncollectible}},
}};

}  // namespace

std::span<const Endpoint> invoice_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
