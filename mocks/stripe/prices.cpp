#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/catalog.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 3> kTaxBehaviors{"exclusive", "inclusive", "unspecified"};
constexpr std::array<std::string_view, 2> kSchemes{"per_unit", "tiered"};
constexpr std::array<std::string_view, 2> kTypes{"one_time", "recurring"};
constexpr std::array kCreate{required(currency()),
                             flag("active"),
                             choice("billing_scheme", kSchemes),
                             text("lookup_key"),
                             metadata(),
                             text("nickname"),
                             reference("product", Kind::product),
                             object("product_data", kProductData),
                             object("recurring", kRecurring),
                             choice("tax_behavior", kTaxBehaviors),
                             flag("transfer_lookup_key"),
                             at_least(0, integer("unit_amount")),
                             decimal("unit_amount_decimal"),
                             any("currency_options"),
                             any("custom_unit_amount"),
                             any("tiers"),
                             any("tiers_mode"),
                             any("transform_quantity")};
constexpr std::array kUpdate{flag("active"),
                             text("lookup_key"),
                             metadata(),
                             text("nickname"),
                             choice("tax_behavior", kTaxBehaviors),
                             flag("transfer_lookup_key"),
                             any("currency_options")};
constexpr std::array kFilters{flag("active"),
                              range("created"),
                              currency(),
                              texts("lookup_keys"),
                              reference("product", Kind::product),
                              choice("type", kTypes),
                              any("recurring")};
constexpr auto kList = paged(kFilters);

std::string inside(const std::string& place, const std::string& name) {
  return place.empty() ? name : place + "[" + name + "]";
}

std::optional<Problem> check_price(const Json& params, const std::string& place) {
  if (field(params, "product") == nullptr && field(params, "product_data") == nullptr) {
    Problem problem = missing_param(inside(place, "product"));
    problem.message = "You must specify either `product` or `product_data` when creating a price.";
    return problem;
  }
  if (field(params, "unit_amount") == nullptr && field(params, "unit_amount_decimal") == nullptr) {
    Problem problem = missing_param(inside(place, "unit_amount"));
    problem.message =
        "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.";
    return problem;
  }
  return std::nullopt;
}

std::string make_product(Call& call, const Json& data) {
  Json product = make_object(Kind::product, call.context);
  assign(product, data);
  product["updated"] = call.now();
  const Json& kept = call.store.put(Kind::product, std::move(product));
  announce(call, "product.created", kept);
  return text_of(kept, "id");
}

Json& make_price(Call& call, const Json& params) {
  Json price = make_object(Kind::price, call.context);
  assign(price, params);
  if (const Json* data = field(params, "product_data"))
    price["product"] = make_product(call, *data);
  if (price["recurring"].is_object()) {
    Json& recurring = price["recurring"];
    price["type"] = "recurring";
    recurring = {{"interval", text_of(recurring, "interval")},
                 {"interval_count", integer_of(recurring, "interval_count", 1)},
                 {"meter", nullptr},
                 {"trial_period_days", nullptr},
                 {"usage_type", "licensed"}};
  }
  if (price["unit_amount"].is_number_integer()) {
    price["unit_amount_decimal"] = std::to_string(integer_of(price, "unit_amount"));
  } else if (text_of(price, "unit_amount_decimal").find('.') == std::string::npos) {
    price["unit_amount"] = std::strtoll(text_of(price, "unit_amount_decimal").c_str(), nullptr, 10);
  }
  Json& kept = call.store.put(Kind::price, std::move(price));
  announce(call, "price.created", kept);
  return kept;
}

/// A lookup key belongs to one price at a time.
std::optional<Problem> claim_lookup_key(Call& call) {
  const std::string key = text_of(call.params, "lookup_key");
  if (key.empty()) return std::nullopt;
  std::string holder;
  call.store.newest_first(Kind::price, [&](const Json& price) {
    if (text_of(price, "lookup_key") == key) holder = text_of(price, "id");
    return holder.empty();
  });
  if (holder.empty() || holder == call.id) return std::nullopt;
  if (flag_of(call.params, "transfer_lookup_key")) {
    (*call.store.find(Kind::price, holder))["lookup_key"] = nullptr;
    return std::nullopt;
  }
  return invalid_param("lookup_key", "A price (`" + holder + "`) already uses that lookup key.");
}

Answer create(Call& call) {
  if (auto problem = check_price(call.params, "")) return *problem;
  if (auto problem = claim_lookup_key(call)) return *problem;
  return make_price(call, call.params);
}

Answer update_price(Call& call) {
  if (auto problem = claim_lookup_key(call)) return *problem;
  return update(call);
}

constexpr std::array<Endpoint, 5> kEndpoints{{
    {"POST", "/v1/prices", {Kind::price, kCreate, create}},
    {"GET", "/v1/prices", {Kind::price, kList, list}},
    {"GET", "/v1/prices/search", {Kind::price, kSearchParams, search}},
    {"GET", "/v1/prices/{price}", {Kind::price, {}, retrieve}},
    {"POST", "/v1/prices/{price}", {Kind::price, kUpdate, update_price}},
}};

}  // namespace

std::span<const Endpoint> price_endpoints() { return kEndpoints; }

std::variant<std::string, Problem> price_of(Call& call, const Json& item,
                                            const std::string& place) {
  const std::string id = text_of(item, "price");
  if (!id.empty()) {
    if (call.store.find(Kind::price, id) != nullptr) return id;
    Problem problem = no_such(Kind::price, id, place + "[price]");
    problem.status = 400;
    return problem;
  }
  const Json* data = field(item, "price_data");
  if (data == nullptr || data->is_null()) return missing_param(place + "[price]");
  if (auto problem = check_price(*data, place + "[price_data]")) return *problem;
  Json& price = make_price(call, *data);
  price["active"] = false;
  return text_of(price, "id");
}

std::int64_t cost(const Json& price, std::int64_t quantity) {
  const double each = std::strtod(text_of(price, "unit_amount_decimal").c_str(), nullptr);
  return std::llround(each * static_cast<double>(quantity));
}

std::string product_name(Call& call, const Json& price) {
  const Json* product = call.store.find(Kind::product, text_of(price, "product"));
  return product == nullptr ? "" : text_of(*product, "name");
}

}  // namespace firedrill::stripe
