#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/catalog.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 2> kTypes{"good", "service"};
constexpr std::array kMarketing{required(text("name"))};
constexpr std::array kUpdate{flag("active"),
                             text("description"),
                             texts("images"),
                             objects("marketing_features", kMarketing),
                             metadata(),
                             flag("shippable"),
                             text("statement_descriptor"),
                             text("tax_code"),
                             text("unit_label"),
                             text("url"),
                             any("package_dimensions"),
                             any("tax_details")};
constexpr std::array kOnlyAtFirst{required(text("name")), text("id"), choice("type", kTypes),
                                  object("default_price_data", kPriceData)};
constexpr std::array kOnlyLater{text("name"), reference("default_price", Kind::price)};
constexpr auto kCreate = both(kUpdate, kOnlyAtFirst);
constexpr auto kChange = both(kUpdate, kOnlyLater);
constexpr std::array kFilters{flag("active"),    range("created"),       texts("ids"),
                              flag("shippable"), choice("type", kTypes), text("url")};
constexpr auto kList = paged(kFilters);

Answer create(Call& call) {
  const std::string own_id = text_of(call.params, "id");
  if (!own_id.empty() && call.store.find(Kind::product, own_id) != nullptr) {
    return Problem{
        .message = "Product already exists.", .code = "resource_already_exists", .param = "id"};
  }
  Json product = make_object(Kind::product, call.context);
  if (!own_id.empty()) product["id"] = own_id;
  assign(product, call.params);
  product["updated"] = call.now();
  const Json& kept = call.store.put(Kind::product, std::move(product));
  const std::string id = text_of(kept, "id");
  announce(call, "product.created", kept);
  if (const Json* data = field(call.params, "default_price_data")) {
    Json priced{{"price_data", *data}};
    priced["price_data"]["product"] = id;
    auto price = price_of(call, priced, "default_price_data");
    if (auto* problem = std::get_if<Problem>(&price)) {
      call.store.erase(Kind::product, id);
      return std::move(*problem);
    }
    const auto& price_id = std::get<std::string>(price);
    (*call.store.find(Kind::price, price_id))["active"] = true;
    (*call.store.find(Kind::product, id))["default_price"] = price_id;
  }
  return *call.store.find(Kind::product, id);
}

Answer update_product(Call& call) {
  Json& product = call.subject();
  change(call, Kind::product, product, [&call](Json& changed) {
    assign(changed, call.params);
    changed["updated"] = call.now();
  });
  return product;
}

Answer remove_product(Call& call) {
  bool priced = false;
  call.store.newest_first(Kind::price, [&](const Json& price) {
    priced = text_of(price, "product") == call.id;
    return !priced;
  });
  if (priced) {
    return invalid_param("",
                         "This product cannot be deleted because it has one or more "
                         "user-created prices.");
  }
  announce(call, "product.deleted", call.subject());
  return remove(call);
}

constexpr std::array<Endpoint, 6> kEndpoints{{
    {"POST", "/v1/products", {Kind::product, kCreate, create}},
    {"GET", "/v1/products", {Kind::product, kList, list}},
    {"GET", "/v1/products/search", {Kind::product, kSearchParams, search}},
    {"GET", "/v1/products/{product}", {Kind::product, {}, retrieve}},
    {"POST", "/v1/products/{product}", {Kind::product, kChange, update_product}},
    {"DELETE", "/v1/products/{product}", {Kind::product, {}, remove_product}},
}};

}  // namespace

std::span<const Endpoint> product_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
