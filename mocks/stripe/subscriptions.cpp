#include "mocks/stripe/subscriptions.hpp"

#include "mocks/ids.hpp"
#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/calendar.hpp"
#include "mocks/stripe/catalog.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/invoices.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 4> kBehaviors{
    "allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"};
constexpr std::array<std::string_view, 2> kCollection{"charge_automatically", "send_invoice"};
constexpr std::array<std::string_view, 9> kStatuses{"active",   "all",        "canceled",
                                                    "ended",    "incomplete", "incomplete_expired",
                                                    "past_due", "paused",     "trialing"};
constexpr std::array kItem{text("id"),
                           text("price"),
                           object("price_data", kPriceData),
                           at_least(0, integer("quantity")),
                           flag("deleted"),
                           metadata(),
                           any("billing_thresholds"),
                           any("discounts"),
                           any("plan"),
                           any("tax_rates")};
constexpr std::array kUpdate{objects("items", kItem),
                             flag("cancel_at_period_end"),
                             integer("cancel_at"),
                             choice("collection_method", kCollection),
                             integer("days_until_due"),
                             text("default_payment_method"),
                             text("description"),
                             metadata(),
                             choice("payment_behavior", kBehaviors),
                             text("trial_end"),
                             any("add_invoice_items"),
                             any("application_fee_percent"),
                             any("automatic_tax"),
                             any("billing_thresholds"),
                             any("cancellation_details"),
                             any("default_source"),
                             any("default_tax_rates"),
                             any("discounts"),
                             any("invoice_settings"),
                             any("off_session"),
                             any("on_behalf_of"),
                             any("pause_collection"),
                             any("payment_settings"),
                             any("pending_invoice_item_interval"),
                             any("proration_behavior"),
                             any("proration_date"),
                             any("transfer_data"),
                             any("trial_from_plan"),
                             any("trial_settings"),
                             any("billing_cycle_anchor")};
constexpr std::array kOnlyAtFirst{required(reference("customer", Kind::customer)),
                                  currency(),
                                  at_least(0, integer("trial_period_days")),
                                  any("backdate_start_date"),
                                  any("billing_cycle_anchor_config"),
                                  any("billing_mode")};
constexpr auto kCreate = both(kUpdate, kOnlyAtFirst);
constexpr std::array kCancel{flag("invoice_now"), flag("prorate"), any("cancellation_details")};
constexpr std::array kFilters{range("created"),
                              reference("customer", Kind::customer),
                              choice("status", kStatuses),
                              choice("collection_method", kCollection),
                              text("price"),
                              any("plan"),
                              any("test_clock"),
                              any("automatic_tax"),
                              any("current_period_end"),
                              any("current_period_start")};
constexpr auto kList = paged(kFilters);

Json& items_of(Json& subscription) { return subscription["items"]["data"]; }

/// The resolved items of a new subscription.
struct Order {
  std::vector<std::pair<std::string, std::int64_t>> prices;  // ids and quantities
};

std::variant<Order, Problem> read_items(Call& call, const Json& params) {
  Order order;
  const Json* items = field(params, "items");
  if (items == nullptr || items->empty()) return missing_param("items");
  std::string currency;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Json& item = (*items)[i];
    const std::string place = "items[" + std::to_string(i) + "]";
    auto found = price_of(call, item, place);
    if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
    const Json& price = *call.store.find(Kind::price, std::get<std::string>(found));
    if (price["type"] != "recurring") {
      return invalid_param(place + "[price]",
                           "The price specified is set to `type=one_time` but this field only "
                           "accepts prices with `type=recurring`.");
    }
    if (!currency.empty() && text_of(price, "currency") != currency) {
      return invalid_param(place, "All prices on a subscription must have the same currency.");
    }
    currency = text_of(price, "currency");
    order.prices.emplace_back(std::get<std::string>(found), integer_of(item, "quantity", 1));
  }
  return order;
}

/// Seconds of the trial that the parameters ask for; 0: none.
std::int64_t trial_end(const Call& call, const Json& params) {
  const std::int64_t days = integer_of(params, "trial_period_days");
  if (days > 0) return call.now() + days * 86'400;
  const std::string end = text_of(params, "trial_end");
  return end.empty() || end == "now" ? 0 : std::strtoll(end.c_str(), nullptr, 10);
}

Json make_item(Call& call, const std::string& subscription, const Json& price,
               std::int64_t quantity, std::int64_t end) {
  return {{"id", "si_" + alnum_id(14, call.context.rng)},
          {"object", "subscription_item"},
          {"billing_thresholds", nullptr},
          {"created", call.now()},
          {"current_period_end", end},
          {"current_period_start", call.now()},
          {"current_trial", nullptr},
          {"discounts", Json::array()},
          {"metadata", Json::object()},
          {"price", price},
          {"quantity", quantity},
          {"subscription", subscription},
          {"tax_rates", Json::array()}};
}

/// The draft of a subscription with its items, not kept yet.
Json draft(Call& call, const Json& params, const Order& order) {
  Json subscription = make_object(Kind::subscription, call.context);
  const std::string id = text_of(subscription, "id");
  Json fields = params;
  for (const char* name : {"items", "trial_end", "default_payment_method"}) fields.erase(name);
  assign(subscription, fields);
  subscription["billing_cycle_anchor"] = subscription["start_date"] = call.now();
  subscription["items"]["url"] = "/v1/subscription_items?subscription=" + id;
  const std::int64_t trial = trial_end(call, params);
  if (trial > call.now()) {
    subscription["trial_start"] = call.now();
    subscription["trial_end"] = subscription["billing_cycle_anchor"] = trial;
  }
  for (const auto& [price_id, quantity] : order.prices) {
    const Json& price = *call.store.find(Kind::price, price_id);
    const Json& every = price["recurring"];
    const std::int64_t end = trial > call.now()
                                 ? trial
                                 : add_interval(call.now(), text_of(every, "interval"),
                                                integer_of(every, "interval_count", 1));
    subscription["currency"] = price["currency"];
    items_of(subscription).push_back(make_item(call, id, price, quantity, end));
  }
  return subscription;
}

/// The first invoice, open or, when nothing is due, paid.
std::string first_invoice(Call& call, Json& subscription) {
  const std::string id = text_of(subscription, "id");
  const bool trial = subscription["trial_end"].is_number_integer();
  Json& invoice = make_invoice(
      call,
      {{"customer", subscription["customer"]},
       {"currency", subscription["currency"]},
       {"collection_method", subscription["collection_method"]},
       {"billing_reason", "subscription_create"},
       {"default_payment_method", subscription["default_payment_method"]},
       {"parent",
        {{"quote_details", nullptr},
         {"subscription_details", {{"metadata", subscription["metadata"]}, {"subscription", id}}},
         {"type", "subscription_details"}}}});
  const std::string invoice_id = text_of(invoice, "id");
  subscription["latest_invoice"] = invoice_id;
  for (const Json& item : items_of(subscription)) {
    const std::int64_t quantity = integer_of(item, "quantity", 1);
    const std::string name = product_name(call, item["price"]);
    add_line(call, invoice,
             {.amount = trial ? 0 : cost(item["price"], quantity),
              .currency = text_of(subscription, "currency"),
              .description =
                  trial ? "Trial period for " + name : std::to_string(quantity) + " × " + name,
              .quantity = quantity,
              .price = text_of(item["price"], "id"),
              .start = integer_of(item, "current_period_start"),
              .end = integer_of(item, "current_period_end"),
              .subscription = id,
              .item = text_of(item, "id")});
  }
  finalize(call, invoice);
  return invoice_id;
}

/// What the customer, the parameters or nobody provides to charge.
std::variant<std::string, Problem> method_in(Call& call, const Json& params) {
  const std::string id = text_of(params, "default_payment_method");
  if (!id.empty()) return take_payment_method(call, id, "default_payment_method");
  return method_of_customer(call, text_of(params, "customer"));
}

Problem nothing_to_charge() {
  return {.message =
              "This customer has no attached payment source or default payment method. Please "
              "consider adding a default payment method. For more information, visit "
              "https://stripe.com/docs/billing/subscriptions/payment-methods-setting.",
          .code = "resource_missing"};
}

/// Charges the first invoice as `payment_behavior` says. An error undoes the subscription.
std::optional<Problem> charge_first(Call& call, const std::string& id, const std::string& method,
                                    const Json& params) {
  const Json& subscription = *call.store.find(Kind::subscription, id);
  Json& invoice = *call.store.find(Kind::invoice, text_of(subscription, "latest_invoice"));
  const std::string behavior = text_of(params, "payment_behavior");
  const bool waits =
      behavior == "default_incomplete" || text_of(params, "collection_method") == "send_invoice";
  if (waits || invoice["status"] != "open") return std::nullopt;
  auto problem = pay(call, invoice, method, false);
  if (!problem || behavior != "error_if_incomplete") return std::nullopt;
  call.store.erase(Kind::subscription, id);
  return problem;
}

Answer create(Call& call) {
  auto started = start_subscription(call, call.params);
  if (auto* problem = std::get_if<Problem>(&started)) return std::move(*problem);
  return *call.store.find(Kind::subscription, std::get<std::string>(started));
}

/// Changes, adds and takes away items by the parameter `items`.
std::optional<Problem> change_items(Call& call, Json& subscription) {
  const Json* changes = field(call.params, "items");
  if (changes == nullptr) return std::nullopt;
  Json& items = items_of(subscription);
  for (std::size_t i = 0; i < changes->size(); ++i) {
    const Json& wanted = (*changes)[i];
    const std::string place = "items[" + std::to_string(i) + "]";
    const std::string id = text_of(wanted, "id");
    const auto known = std::find_if(items.begin(), items.end(),
                                    [&id](const Json& item) { return item["id"] == id; });
    if (!id.empty() && known == items.end()) {
      Problem problem = invalid_param(place + "[id]", "No such subscription item: '" + id + "'");
      problem.code = "resource_missing";
      return problem;
    }
    if (flag_of(wanted, "deleted") && known != items.end()) {
      items.erase(known);
      continue;
    }
    std::string price_id = known == items.end() ? "" : text_of((*known)["price"], "id");
    if (known == items.end() || wanted.contains("price") || wanted.contains("price_data")) {
      auto found = price_of(call, wanted, place);
      if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
      price_id = std::get<std::string>(found);
    }
    const Json* price = call.store.find(Kind::price, price_id);
    if (known == items.end()) {
      const std::int64_t end = integer_of(items.empty() ? Json::object() : items.front(),
                                          "current_period_end", call.now());
      items.push_back(make_item(call, call.id, *price, integer_of(wanted, "quantity", 1), end));
    } else {
      if (price != nullptr) (*known)["price"] = *price;
      assign(*known,
             Json{{"quantity", integer_of(wanted, "quantity", integer_of(*known, "quantity", 1))}});
    }
  }
  return std::nullopt;
}

void set_cancellation(const Call& call, Json& subscription) {
  if (field(call.params, "cancel_at_period_end") == nullptr) return;
  const bool ends = flag_of(call.params, "cancel_at_period_end");
  const Json& items = subscription["items"]["data"];
  subscription["cancel_at"] =
      ends && !items.empty() ? items[0]["current_period_end"] : Json(nullptr);
  subscription["canceled_at"] = ends ? Json(call.now()) : Json(nullptr);
  subscription["cancellation_details"]["reason"] =
      ends ? Json("cancellation_requested") : Json(nullptr);
}

std::optional<Problem> check_alive(const Json& subscription) {
  if (subscription["status"] != "canceled") return std::nullopt;
  return no_such(Kind::subscription, text_of(subscription, "id"), "id");
}

Answer update_subscription(Call& call) {
  Json& subscription = call.subject();
  if (auto problem = check_alive(subscription)) return *problem;
  auto method = method_in(call, call.params);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  Json changed = subscription;
  if (auto problem = change_items(call, changed)) return *problem;
  Json params = call.params;
  for (const char* name : {"items", "trial_end", "default_payment_method"}) params.erase(name);
  assign(changed, params);
  set_cancellation(call, changed);
  if (const auto& id = std::get<std::string>(method);
      call.params.contains("default_payment_method")) {
    changed["default_payment_method"] = id.empty() ? Json(nullptr) : Json(id);
  }
  if (text_of(call.params, "trial_end") == "now" && changed["status"] == "trialing") {
    changed["status"] = "active";
    changed["trial_end"] = call.now();
  }
  change(call, Kind::subscription, subscription,
         [&changed](Json& now) { now = std::move(changed); });
  return subscription;
}

Answer cancel_subscription(Call& call) {
  Json& subscription = call.subject();
  if (auto problem = check_alive(subscription)) return *problem;
  subscription["status"] = "canceled";
  subscription["canceled_at"] = subscription["ended_at"] = call.now();
  subscription["cancellation_details"]["reason"] = "cancellation_requested";
  announce(call, "customer.subscription.deleted", subscription);
  return subscription;
}

/// Without a status the API leaves out what has ended.
Answer list_subscriptions(Call& call) {
  const std::string price = text_of(call.params, "price");
  const bool all = field(call.params, "status") != nullptr;
  return list_where(call, Kind::subscription, "/v1/subscriptions", [&](const Json& subscription) {
    if (!all && subscription["status"] == "canceled") return false;
    const Json& items = subscription["items"]["data"];
    return price.empty() || std::any_of(items.begin(), items.end(), [&price](const Json& item) {
             return item["price"]["id"] == price;
           });
  });
}

constexpr Kind kSub = Kind::subscription;
constexpr std::array<Endpoint, 6> kEndpoints{{
    {"POST", "/v1/subscriptions", {kSub, kCreate, create}},
    {"GET", "/v1/subscriptions", {kSub, kList, list_subscriptions}},
    {"GET", "/v1/subscriptions/search", {kSub, kSearchParams, search}},
    {"GET", "/v1/subscriptions/{subscription}", {kSub, {}, retrieve}},
    {"POST", "/v1/subscriptions/{subscription}", {kSub, kUpdate, update_subscription}},
    {"DELETE", "/v1/subscriptions/{subscription}", {kSub, kCancel, cancel_subscription}},
}};

}  // namespace

std::span<const Endpoint> subscription_endpoints() { return kEndpoints; }

std::variant<std::string, Problem> start_subscription(Call& call, const Json& params) {
  auto order = read_items(call, params);
  if (auto* problem = std::get_if<Problem>(&order)) return std::move(*problem);
  auto method = method_in(call, params);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  const auto& method_id = std::get<std::string>(method);
  Json draft_subscription = draft(call, params, std::get<Order>(order));
  const bool trial = draft_subscription["trial_end"].is_number_integer();
  const bool waits = text_of(params, "payment_behavior") == "default_incomplete" ||
                     text_of(params, "collection_method") == "send_invoice";
  if (method_id.empty() && !trial && !waits) return nothing_to_charge();
  if (!text_of(params, "default_payment_method").empty()) {
    draft_subscription["default_payment_method"] = method_id;
  }
  const bool by_invoice = text_of(params, "collection_method") == "send_invoice";
  draft_subscription["status"] = trial ? "trialing" : by_invoice ? "active" : "incomplete";
  Json& kept = call.store.put(Kind::subscription, std::move(draft_subscription));
  const std::string id = text_of(kept, "id");
  first_invoice(call, kept);
  announce(call, "customer.subscription.created", kept);
  if (auto problem = charge_first(call, id, method_id, params)) return *problem;
  return id;
}

void subscription_paid(Call& call, const std::string& subscription) {
  Json* known = subscription.empty() ? nullptr : call.store.find(Kind::subscription, subscription);
  if (known == nullptr) return;
  const std::string status = text_of(*known, "status");
  if (status != "incomplete" && status != "past_due") return;
  change(call, Kind::subscription, *known, [](Json& now) { now["status"] = "active"; });
}

}  // namespace firedrill::stripe
