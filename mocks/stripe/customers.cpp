#include "mocks/ids.hpp"
#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 3> kTaxExempt{"exempt", "none", "reverse"};
constexpr std::array kInvoiceSettings{text("default_payment_method"), any("custom_fields"),
                                      text("footer"), any("rendering_options")};
constexpr std::array kShippingOfCustomer{required(object("address", kAddress)),
                                         required(text("name")), text("phone")};
constexpr std::array kUpdate{object("address", kAddress),
                             integer("balance"),
                             any("business_name"),
                             any("cash_balance"),
                             text("description"),
                             text("email"),
                             any("individual_name"),
                             text("invoice_prefix"),
                             object("invoice_settings", kInvoiceSettings),
                             metadata(),
                             text("name"),
                             at_least(1, integer("next_invoice_sequence")),
                             text("phone"),
                             texts("preferred_locales"),
                             object("shipping", kShippingOfCustomer),
                             text("source"),
                             any("tax"),
                             choice("tax_exempt", kTaxExempt),
                             any("validate")};
constexpr std::array kOnlyAtFirst{text("payment_method"), any("tax_id_data"), any("test_clock")};
constexpr std::array kOnlyLater{text("default_source")};
constexpr auto kCreate = both(kUpdate, kOnlyAtFirst);
constexpr auto kChange = both(kUpdate, kOnlyLater);
constexpr std::array kFilters{range("created"), text("email"), any("test_clock")};
constexpr auto kList = paged(kFilters);

std::optional<Problem> check_email(const Json& params) {
  const std::string email = text_of(params, "email");
  const std::size_t at = email.find('@');
  const bool valid = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                     email.find_first_of(" \t") == std::string::npos;
  if (email.empty() || valid) return std::nullopt;
  Problem problem = invalid_param("email", "Invalid email address: " + email);
  problem.code = "email_invalid";
  return problem;
}

std::string_view source_of(const Json& params) {
  return field(params, "source") != nullptr ? "source" : "payment_method";
}

/// What a customer is given to pay with; "" when nothing.
std::variant<std::string, Problem> method_in(Call& call) {
  const std::string name{source_of(call.params)};
  const std::string id = text_of(call.params, name);
  if (id.empty()) return id;
  if (id.starts_with("tok_")) return take_source(call, id);
  return take_payment_method(call, id, name);
}

/// The default payment method must be the customer's own.
std::optional<Problem> check_default(Call& call, const std::string& customer) {
  const Json* settings = field(call.params, "invoice_settings");
  const std::string id = settings == nullptr ? "" : text_of(*settings, "default_payment_method");
  if (id.empty()) return std::nullopt;
  const Json* method = call.store.find(Kind::payment_method, id);
  const std::string given = text_of(call.params, "payment_method");
  if (method != nullptr && (text_of(*method, "customer") == customer || id == given)) {
    return std::nullopt;
  }
  Problem problem = no_such(Kind::payment_method, id, "invoice_settings[default_payment_method]");
  problem.status = 400;
  problem.message += "; the payment method must be attached to the customer.";
  return problem;
}

/// Attaches what the parameters bring along; a source becomes the default.
std::optional<Problem> give(Call& call, Json& customer, const std::string& method) {
  if (method.empty()) return std::nullopt;
  if (auto problem = attach(call, method, text_of(customer, "id"))) return problem;
  if (source_of(call.params) == "source") customer["default_source"] = method;
  return std::nullopt;
}

Answer create(Call& call) {
  if (auto problem = check_email(call.params)) return *problem;
  if (auto problem = check_default(call, "")) return *problem;
  auto method = method_in(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  Json customer = make_object(Kind::customer, call.context);
  customer["invoice_prefix"] = hex_id(8, call.context.rng);
  assign(customer, call.params);
  if (auto problem = give(call, customer, std::get<std::string>(method))) return *problem;
  Json& kept = call.store.put(Kind::customer, std::move(customer));
  announce(call, "customer.created", kept);
  return kept;
}

/// A deleted customer can be looked at, but not changed.
std::optional<Problem> check_there(const Json& customer) {
  if (!flag_of(customer, "deleted")) return std::nullopt;
  return no_such(Kind::customer, text_of(customer, "id"), "id");
}

Answer update_customer(Call& call) {
  Json& customer = call.subject();
  if (auto problem = check_there(customer)) return *problem;
  if (auto problem = check_email(call.params)) return *problem;
  if (auto problem = check_default(call, call.id)) return *problem;
  auto method = method_in(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  Json changed = customer;
  if (auto problem = give(call, changed, std::get<std::string>(method))) return *problem;
  assign(changed, call.params);
  change(call, Kind::customer, customer, [&changed](Json& now) { now = std::move(changed); });
  return customer;
}

Answer remove_customer(Call& call) {
  Json& customer = call.subject();
  if (auto problem = check_there(customer)) return *problem;
  announce(call, "customer.deleted", customer);
  // Its place is kept: whoever asks for it later learns that it was deleted.
  customer = Json{{"id", call.id}, {"object", "customer"}, {"deleted", true}};
  return customer;
}

constexpr Kind kCustomer = Kind::customer;
constexpr std::array<Endpoint, 6> kEndpoints{{
    {"POST", "/v1/customers", {kCustomer, kCreate, create}},
    {"GET", "/v1/customers", {kCustomer, kList, list}},
    {"GET", "/v1/customers/search", {kCustomer, kSearchParams, search}},
    {"GET", "/v1/customers/{customer}", {kCustomer, {}, retrieve}},
    {"POST", "/v1/customers/{customer}", {kCustomer, kChange, update_customer}},
    {"DELETE", "/v1/customers/{customer}", {kCustomer, {}, remove_customer}},
}};

}  // namespace

std::span<const Endpoint> customer_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
