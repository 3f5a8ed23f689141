#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/catalog.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/invoices.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array kPricing{text("price")};
constexpr std::array kPeriod{required(integer("start")), required(integer("end"))};
constexpr std::array kUpdate{integer("amount"),         text("description"),
                             flag("discountable"),      metadata(),
                             object("period", kPeriod), at_least(0, integer("quantity")),
                             any("discounts"),          any("tax_behavior"),
                             any("tax_code"),           any("tax_rates")};
constexpr std::array kOnlyAtFirst{required(reference("customer", Kind::customer)),
                                  currency(),
                                  reference("invoice", Kind::invoice),
                                  object("price_data", kPriceData),
                                  object("pricing", kPricing),
                                  text("price"),
                                  any("subscription"),
                                  any("unit_amount_decimal"),
                                  any("quantity_decimal")};
constexpr auto kCreate = both(kUpdate, kOnlyAtFirst);
constexpr std::array kFilters{range("created"), reference("customer", Kind::customer),
                              reference("invoice", Kind::invoice), flag("pending")};
constexpr auto kList = paged(kFilters);

/// Only a draft takes more lines.
std::optional<Problem> check_draft(Call& call, const std::string& invoice) {
  const Json* known = invoice.empty() ? nullptr : call.store.find(Kind::invoice, invoice);
  if (known == nullptr || (*known)["status"] == "draft") return std::nullopt;
  return Problem{
      .message = "The specified invoice " + invoice + " can't be edited, because it is no draft.",
      .code = "invoice_not_editable",
      .param = "invoice"};
}

/// The item's price, if it has one rather than an amount.
std::variant<std::string, Problem> price_in(Call& call) {
  Json item = call.params;
  if (const Json* pricing = field(call.params, "pricing"); pricing != nullptr) {
    item["price"] = text_of(*pricing, "price");
  }
  const Json* data = field(item, "price_data");
  if (text_of(item, "price").empty() && data == nullptr) {
    if (field(item, "amount") != nullptr) return std::string{};
    return missing_param("amount");
  }
  return price_of(call, item, "pricing");
}

Answer create(Call& call) {
  const std::string invoice_id = text_of(call.params, "invoice");
  if (auto problem = check_draft(call, invoice_id)) return *problem;
  auto found = price_in(call);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const std::string& price_id = std::get<std::string>(found);
  Json params = call.params;
  params.erase("pricing");
  Json item = make_object(Kind::invoice_item, call.context);
  item["date"] = call.now();
  item["period"] = {{"end", call.now()}, {"start", call.now()}};
  assign(item, params);
  const std::int64_t quantity = integer_of(item, "quantity", 1);
  item["quantity_decimal"] = std::to_string(quantity);
  if (const Json* price = call.store.find(Kind::price, price_id)) {
    item["amount"] = cost(*price, quantity);
    item["currency"] = (*price)["currency"];
    item["pricing"] = {{"price_details", {{"price", price_id}, {"product", (*price)["product"]}}},
                       {"type", "price_details"},
                       {"unit_amount_decimal", (*price)["unit_amount_decimal"]}};
    if (item["description"].is_null()) item["description"] = product_name(call, *price);
  }
  Json& kept = call.store.put(Kind::invoice_item, std::move(item));
  announce(call, "invoiceitem.created", kept);
  if (Json* invoice = call.store.find(Kind::invoice, invoice_id)) {
    add_item_line(call, *invoice, kept);
  }
  return kept;
}

Answer remove_item(Call& call) {
  const Json& item = call.subject();
  if (item["invoice"].is_string()) {
    return Problem{.message =
                       "This invoice item is already part of an invoice, so it can't be "
                       "deleted.",
                   .code = "invoice_not_editable"};
  }
  announce(call, "invoiceitem.deleted", item);
  return remove(call);
}

Answer list_items(Call& call) {
  const Json* pending = field(call.params, "pending");
  return list_where(call, Kind::invoice_item, "/v1/invoiceitems", [&](const Json& item) {
    return pending == nullptr || pending->get<bool>() == item["invoice"].is_null();
  });
}

constexpr Kind kItem = Kind::invoice_item;
constexpr std::array<Endpoint, 5> kEndpoints{{
    {"POST", "/v1/invoiceitems", {kItem, kCreate, create}},
    {"GET", "/v1/invoiceitems", {kItem, kList, list_items}},
    {"GET", "/v1/invoiceitems/{invoiceitem}", {kItem, {}, retrieve}},
    {"POST", "/v1/invoiceitems/{invoiceitem}", {kItem, kUpdate, update}},
    {"DELETE", "/v1/invoiceitems/{invoiceitem}", {kItem, {}, remove_item}},
}};

}  // namespace

std::span<const Endpoint> invoice_item_endpoints() { return kEndpoints; }

void add_item_line(Call& call, Json& invoice, const Json& item) {
  const Json& pricing = item["pricing"];
  const Json& period = item["period"];
  add_line(call, invoice,
           {.amount = integer_of(item, "amount"),
            .currency = text_of(item, "currency"),
            .description = text_of(item, "description"),
            .quantity = integer_of(item, "quantity", 1),
            .price = pricing.is_object() ? text_of(pricing["price_details"], "price") : "",
            .start = integer_of(period, "start"),
            .end = integer_of(period, "end"),
            .item = text_of(item, "id")});
}

}  // namespace firedrill::stripe
