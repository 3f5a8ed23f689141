#include "mocks/stripe/checkout.hpp"

#include "mocks/ids.hpp"
#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/catalog.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"
#include "mocks/stripe/payments.hpp"
#include "mocks/stripe/subscriptions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::int64_t kDay = 86'400;

constexpr std::array<std::string_view, 3> kModes{"payment", "setup", "subscription"};
constexpr std::array<std::string_view, 4> kUiModes{"hosted_page", "embedded_page", "elements",
                                                   "form"};
constexpr std::array<std::string_view, 2> kCustomerCreation{"always", "if_required"};
constexpr std::array<std::string_view, 2> kCollection{"always", "if_required"};
constexpr std::array<std::string_view, 3> kStatuses{"open", "complete", "expired"};
constexpr std::array kLineItem{
    text("price"),   object("price_data", kPriceData), at_least(0, integer("quantity")),
    metadata(),      any("adjustable_quantity"),       any("dynamic_tax_rates"),
    any("tax_rates")};
constexpr std::array<std::string_view, 3> kCaptureMethods{"automatic", "automatic_async", "manual"};
constexpr std::array<std::string_view, 2> kFutureUsages{"off_session", "on_session"};
constexpr std::array kPaymentData{choice("capture_method", kCaptureMethods),
                                  text("description"),
                                  metadata(),
                                  text("receipt_email"),
                                  choice("setup_future_usage", kFutureUsages),
                                  object("shipping", kShipping),
                                  text("statement_descriptor"),
                                  text("statement_descriptor_suffix"),
                                  text("transfer_group"),
                                  any("application_fee_amount"),
                                  any("on_behalf_of"),
                                  any("transfer_data")};
constexpr std::array kSubscriptionData{text("description"),
                                       metadata(),
                                       at_least(1, integer("trial_period_days")),
                                       text("trial_end"),
                                       any("application_fee_percent"),
                                       any("billing_cycle_anchor"),
                                       any("billing_mode"),
                                       any("default_tax_rates"),
                                       any("invoice_settings"),
                                       any("on_behalf_of"),
                                       any("proration_behavior"),
                                       any("transfer_data"),
                                       any("trial_settings")};
constexpr std::array kCreateKnown{choice("mode", kModes),
                                  objects("line_items", kLineItem),
                                  text("success_url"),
                                  text("cancel_url"),
                                  text("return_url"),
                                  text("client_reference_id"),
                                  currency(),
                                  reference("customer", Kind::customer),
                                  text("customer_email"),
                                  choice("customer_creation", kCustomerCreation),
                                  integer("expires_at"),
                                  text("locale"),
                                  metadata(),
                                  object("payment_intent_data", kPaymentData),
                                  object("subscription_data", kSubscriptionData),
                                  choice("payment_method_collection", kCollection),
                                  texts("payment_method_types"),
                                  texts("allowed_payment_method_types"),
                                  choice("ui_mode", kUiModes),
                                  flag("allow_promotion_codes"),
                                  text("submit_type"),
                                  text("billing_address_collection")};
constexpr std::array kCreateTaken{any("adaptive_pricing"),
                                  any("after_expiration"),
                                  any("automatic_tax"),
                                  any("branding_settings"),
                                  any("consent_collection"),
                                  any("custom_fields"),
                                  any("custom_text"),
                                  any("customer_update"),
                                  any("discounts"),
                                  any("excluded_payment_method_types"),
                                  any("invoice_creation"),
                                  any("managed_payments"),
                                  any("name_collection"),
                                  any("optional_items"),
                                  any("origin_context"),
                                  any("payment_method_data"),
                                  any("payment_method_options"),
                                  any("permissions"),
                                  any("phone_number_collection"),
                                  any("redirect_on_completion"),
                                  any("saved_payment_method_options"),
                                  any("setup_intent_data"),
                                  any("shipping_address_collection"),
                                  any("shipping_options"),
                                  any("tax_id_collection"),
                                  any("wallet_options")};
constexpr auto kCreate = both(kCreateKnown, kCreateTaken);
constexpr std::array kUpdate{metadata(), any("collected_information"), any("shipping_options")};
constexpr std::array kFilters{range("created"),
                              reference("customer", Kind::customer),
                              reference("payment_intent", Kind::payment_intent),
                              reference("subscription", Kind::subscription),
                              choice("status", kStatuses),
                              any("customer_details"),
                              any("payment_link")};
constexpr auto kList = paged(kFilters);
constexpr auto kLines = paged(std::array<Param, 0>{});

std::optional<Problem> check_urls(const Json& params) {
  for (const char* name : {"success_url", "cancel_url", "return_url"}) {
    const std::string url = text_of(params, name);
    if (url.empty() || url.starts_with("http://") || url.starts_with("https://")) continue;
    Problem problem = invalid_param(name, "Not a valid URL");
    problem.code = "url_invalid";
    return problem;
  }
  const std::string ui = text_of(params, "ui_mode");
  const bool hosted = ui.empty() || ui == "hosted_page";
  const std::string needed = hosted ? "success_url" : "return_url";
  if (text_of(params, needed).empty()) return missing_param(needed);
  return std::nullopt;
}

Json make_line(Call& call, const Json& price, std::int64_t quantity) {
  const std::int64_t total = cost(price, quantity);
  return {{"id", "li_" + alnum_id(24, call.context.rng)},
          {"object", "item"},
          {"adjustable_quantity", nullptr},
          {"amount_discount", 0},
          {"amount_subtotal", total},
          {"amount_tax", 0},
          {"amount_total", total},
          {"currency", price["currency"]},
          {"description", product_name(call, price)},
          {"metadata", Json::object()},
          {"price", price},
          {"quantity", quantity}};
}

/// The session's line items, priced.
std::variant<Json, Problem> read_lines(Call& call, const std::string& mode) {
  const Json* items = field(call.params, "line_items");
  Json lines = Json::array();
  if (items == nullptr || items->empty()) {
    if (mode == "setup") return lines;
    return missing_param("line_items");
  }
  bool recurring = false;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string place = "line_items[" + std::to_string(i) + "]";
    const Json& item = (*items)[i];
    if (field(item, "quantity") == nullptr) return missing_param(place + "[quantity]");
    auto found = price_of(call, item, place);
    if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
    const Json& price = *call.store.find(Kind::price, std::get<std::string>(found));
    recurring = recurring || price["type"] == "recurring";
    lines.push_back(make_line(call, price, integer_of(item, "quantity")));
    if (lines.front()["currency"] != price["currency"]) {
      return invalid_param(place, "All prices must be of the same currency.");
    }
  }
  if (recurring && mode == "payment") {
    return invalid_param("mode",
                         "You specified `payment` mode but passed a recurring price. "
                         "Either switch to `subscription` mode or use only one-time "
                         "prices.");
  }
  if (!recurring && mode == "subscription") {
    return invalid_param("mode",
                         "You must provide at least one recurring price in "
                         "`subscription` mode when using prices.");
  }
  return lines;
}

/// Sums, addresses and what else follows from the parameters.
void fill_in(Call& call, Json& session, const Json& lines) {
  const std::string mode = text_of(session, "mode");
  std::int64_t total = 0;
  for (const Json& line : lines) total += integer_of(line, "amount_total");
  if (!lines.empty()) {
    session["currency"] = lines[0]["currency"];
    session["amount_subtotal"] = session["amount_total"] = total;
  }
  if (mode == "setup" || total == 0) session["payment_status"] = "no_payment_required";
  if (mode == "payment" && session["customer_creation"].is_null()) {
    session["customer_creation"] = "if_required";
  }
  if (mode == "subscription") {
    session["customer_creation"] = session["customer"].is_null() ? Json("always") : Json(nullptr);
    if (session["payment_method_collection"].is_null()) {
      session["payment_method_collection"] = "always";
    }
  }
  session["expires_at"] = integer_of(call.params, "expires_at", call.now() + kDay);
  const std::string id = text_of(session, "id");
  if (session["ui_mode"] == "hosted_page") {
    session["url"] = "http://" + call.host + "/c/pay/" + id;
  } else {
    session["client_secret"] = id + "_secret_" + alnum_id(25, call.context.rng);
    session["return_url"] = text_of(call.params, "return_url");
  }
}

Answer create(Call& call) {
  const std::string mode = text_of(call.params, "mode");
  if (mode.empty()) return missing_param("mode");
  if (auto problem = check_urls(call.params)) return *problem;
  const std::int64_t expires = integer_of(call.params, "expires_at", call.now() + kDay);
  if (expires < call.now() + 1800 || expires > call.now() + kDay) {
    return invalid_param("expires_at",
                         "The `expires_at` timestamp must be between 30 minutes and "
                         "24 hours from Checkout Session creation.");
  }
  auto lines = read_lines(call, mode);
  if (auto* problem = std::get_if<Problem>(&lines)) return std::move(*problem);
  Json session = make_object(Kind::checkout_session, call.context);
  assign(session, call.params);
  fill_in(call, session, std::get<Json>(lines));
  const std::string id = text_of(session, "id");
  call.store.attach(
      id, "line_items",
      whole_list("/v1/checkout/sessions/" + id + "/line_items", std::move(std::get<Json>(lines))));
  for (const char* data : {"payment_intent_data", "subscription_data"}) {
    if (const Json* given = field(call.params, data)) call.store.attach(id, data, *given);
  }
  return call.store.put(Kind::checkout_session, std::move(session));
}

/// Nobody looks at a session when its time is over; whoever looks next finds that out.
void expire_if_late(Call& call, Json& session) {
  if (session["status"] != "open" || call.now() < integer_of(session, "expires_at")) return;
  session["status"] = "expired";
  session["url"] = nullptr;
  announce(call, "checkout.session.expired", session);
}

Answer look_at(Call& call) {
  Json& session = call.subject();
  expire_if_late(call, session);
  return session;
}

Answer expire(Call& call) {
  Json& session = call.subject();
  expire_if_late(call, session);
  if (session["status"] != "open") {
    return invalid_param("",
                         "Only Checkout Sessions with a status in [\"open\"] can be expired. "
                         "This Checkout Session has a status of `" +
                             text_of(session, "status") + "`.");
  }
  session["status"] = "expired";
  session["url"] = nullptr;
  announce(call, "checkout.session.expired", session);
  return session;
}

Answer list_lines(Call& call) {
  const Json* lines = call.store.attached(call.id, "line_items");
  if (lines == nullptr) return problem_for(500);  // made room for newer ones
  return slice_list(call, *lines);
}

Json make_customer(Call& call, const Json& session) {
  Json customer = make_object(Kind::customer, call.context);
  customer["email"] = session["customer_details"]["email"];
  customer["name"] = session["customer_details"]["name"];
  customer["invoice_prefix"] = hex_id(8, call.context.rng);
  const Json& kept = call.store.put(Kind::customer, std::move(customer));
  announce(call, "customer.created", kept);
  return kept["id"];
}

std::optional<Problem> take_payment(Call& call, Json& session, const std::string& method) {
  if (integer_of(session, "amount_total") == 0) return std::nullopt;
  Json fields{{"amount", session["amount_total"]},
              {"currency", session["currency"]},
              {"customer", session["customer"]},
              {"capture_method", "automatic_async"}};
  if (const Json* data = call.store.attached(text_of(session, "id"), "payment_intent_data")) {
    fields.update(*data);
  }
  Json& intent = make_intent(call, fields);
  session["payment_intent"] = intent["id"];
  if (auto problem = give_method(call, intent, method)) return problem;
  // The page has the customer before it: authentication happens there and then.
  return confirm(call, intent, {.authenticated = true});
}

std::optional<Problem> start(Call& call, Json& session, const std::string& method) {
  Json items = Json::array();
  const Json* lines = call.store.attached(text_of(session, "id"), "line_items");
  if (lines == nullptr) return problem_for(500);  // made room for newer ones
  for (const Json& line : (*lines)["data"]) {
    if (line["price"]["type"] != "recurring") continue;
    items.push_back({{"price", line["price"]["id"]}, {"quantity", line["quantity"]}});
  }
  Json params{{"customer", session["customer"]},
              {"items", std::move(items)},
              {"default_payment_method", method},
              {"payment_behavior", "error_if_incomplete"}};
  if (const Json* data = call.store.attached(text_of(session, "id"), "subscription_data")) {
    params.update(*data);
  }
  auto started = start_subscription(call, params);
  if (auto* problem = std::get_if<Problem>(&started)) return std::move(*problem);
  const Json& subscription = *call.store.find(Kind::subscription, std::get<std::string>(started));
  session["subscription"] = subscription["id"];
  session["invoice"] = subscription["latest_invoice"];
  return std::nullopt;
}

constexpr Kind kSession = Kind::checkout_session;
constexpr std::array<Endpoint, 6> kEndpoints{{
    {"POST", "/v1/checkout/sessions", {kSession, kCreate, create}},
    {"GET", "/v1/checkout/sessions", {kSession, kList, list}},
    {"GET", "/v1/checkout/sessions/{session}", {kSession, {}, look_at}},
    {"POST", "/v1/checkout/sessions/{session}", {kSession, kUpdate, update}},
    {"GET", "/v1/checkout/sessions/{session}/line_items", {kSession, kLines, list_lines}},
    {"POST", "/v1/checkout/sessions/{session}/expire", {kSession, {}, expire}},
}};

}  // namespace

std::span<const Endpoint> checkout_endpoints() { return kEndpoints; }

std::optional<Problem> complete_session(Call& call, Json& session, const std::string& method) {
  expire_if_late(call, session);
  if (session["status"] != "open") {
    return invalid_param("", "This Checkout Session is " + text_of(session, "status") + ".");
  }
  auto taken = take_payment_method(call, method, "payment_method");
  if (auto* problem = std::get_if<Problem>(&taken)) return std::move(*problem);
  const auto& method_id = std::get<std::string>(taken);
  const std::string email = text_of(session, "customer_email");
  Json changed = session;
  changed["customer_details"] = {
      {"address", nullptr},    {"email", email.empty() ? "customer@example.com" : email},
      {"name", "Jenny Rosen"}, {"phone", nullptr},
      {"tax_exempt", "none"},  {"tax_ids", Json::array()}};
  const bool subscribes = changed["mode"] == "subscription";
  if (changed["customer"].is_null() && changed["customer_creation"] == "always") {
    changed["customer"] = make_customer(call, changed);
  }
  if (subscribes) {
    if (auto problem = attach(call, method_id, text_of(changed, "customer"))) return problem;
    if (auto problem = start(call, changed, method_id)) return problem;
  } else if (auto problem = take_payment(call, changed, method_id)) {
    return problem;
  }
  changed["status"] = "complete";
  changed["url"] = nullptr;
  if (changed["payment_status"] == "unpaid") changed["payment_status"] = "paid";
  session = std::move(changed);
  announce(call, "checkout.session.completed", session);
  return std::nullopt;
}

}  // namespace firedrill::stripe
