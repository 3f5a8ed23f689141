#include "mocks/stripe/payment_methods.hpp"

#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace firedrill::stripe {
namespace {

using Taken = std::variant<std::string, Problem>;

constexpr std::array kUpdateCard{integer("exp_month"), integer("exp_year"), any("networks")};
constexpr std::array kUpdate{object("billing_details", kBillingDetails), metadata(),
                             choice("allow_redisplay", kRedisplay), object("card", kUpdateCard),
                             any("us_bank_account")};
constexpr std::array kAttach{required(reference("customer", Kind::customer))};
constexpr std::array kFilters{reference("customer", Kind::customer), choice("type", kMethodTypes),
                              choice("allow_redisplay", kRedisplay)};
constexpr auto kList = paged(kFilters);
constexpr auto kOfCustomer =
    paged(std::array{choice("type", kMethodTypes), choice("allow_redisplay", kRedisplay)});

/// Cards made from a name expire at the end of the next year.
std::int64_t next_year(const Call& call) {
  const auto days = std::chrono::floor<std::chrono::days>(call.context.wall);
  return static_cast<int>(std::chrono::year_month_day{days}.year()) + 1;
}

Json shown_card(const TestCard& card, std::int64_t month, std::int64_t year) {
  return {{"brand", card.brand},
          {"checks",
           {{"address_line1_check", nullptr},
            {"address_postal_code_check", nullptr},
            {"cvc_check", "pass"}}},
          {"country", "US"},
          {"display_brand", card.brand},
          {"exp_month", month},
          {"exp_year", year},
          {"fingerprint", fingerprint_of(card)},
          {"funding", card.funding},
          {"generated_from", nullptr},
          {"last4", last4_of(card)},
          {"networks", {{"available", {card.brand}}, {"preferred", nullptr}}},
          {"regulated_status", "unregulated"},
          {"three_d_secure_usage", {{"supported", true}}},
          {"wallet", nullptr}};
}

std::string keep_card(Call& call, const TestCard& card, std::int64_t month, std::int64_t year) {
  Json method = make_object(Kind::payment_method, call.context);
  method["card"] = shown_card(card, month, year);
  return text_of(call.store.put(Kind::payment_method, std::move(method)), "id");
}

std::string keep_card(Call& call, const TestCard& card) {
  return keep_card(call, card, 12, next_year(call));
}

Problem card_problem(std::string code, const std::string& param, std::string message) {
  return {.status = 402,
          .message = std::move(message),
          .type = "card_error",
          .code = std::move(code),
          .param = param};
}

Taken take_card(Call& call, const Json& card, const std::string& place) {
  const std::string token = text_of(card, "token");
  if (!token.empty()) return take_source(call, token);
  for (const char* name : {"number", "exp_month", "exp_year"}) {
    if (field(card, name) == nullptr) return missing_param(place + "[" + name + "]");
  }
  const TestCard* known = card_numbered(text_of(card, "number"));
  const auto month = integer_of(card, "exp_month");
  const auto year = integer_of(card, "exp_year") % 100 + 2000;
  if (known == nullptr) {
    return card_problem("incorrect_number", place + "[number]", "Your card number is incorrect.");
  }
  if (month < 1 || month > 12) {
    return card_problem("invalid_expiry_month", place + "[exp_month]",
                        "Your card's expiration month is invalid.");
  }
  if (year < next_year(call) - 1) {
    return card_problem("invalid_expiry_year", place + "[exp_year]",
                        "Your card's expiration year is invalid.");
  }
  return keep_card(call, *known, month, year);
}

Answer create(Call& call) {
  Taken made = make_payment_method(call, call.params, "");
  if (auto* problem = std::get_if<Problem>(&made)) return std::move(*problem);
  return *call.store.find(Kind::payment_method, std::get<std::string>(made));
}

Answer update_method(Call& call) {
  Json& method = call.subject();
  change(call, Kind::payment_method, method, [&call](Json& changed) {
    Json params = call.params;
    if (const Json* card = field(params, "card"); card != nullptr && changed.contains("card")) {
      assign(changed["card"], *card);
    }
    params.erase("card");
    assign(changed, params);
  });
  return method;
}

Answer attach_to(Call& call) {
  if (auto problem = attach(call, call.id, text_of(call.params, "customer"))) return *problem;
  return call.subject();
}

Answer detach(Call& call) {
  Json& method = call.subject();
  if (method["customer"].is_null()) {
    return invalid_param("",
                         "The payment method you provided is not attached to a customer so "
                         "detachment is impossible.");
  }
  const Json previous{{"customer", std::exchange(method["customer"], nullptr)}};
  announce(call, "payment_method.detached", method, previous);
  return method;
}

std::string of_customer(const Call& call) {
  return "/v1/customers/" + call.id + "/payment_methods";
}

Answer list_of_customer(Call& call) {
  return list_where(call, Kind::payment_method, of_customer(call),
                    [&call](const Json& method) { return text_of(method, "customer") == call.id; });
}

/// Without a customer the API shows only what some customer has.
Answer list_attached(Call& call) {
  return list_where(call, Kind::payment_method, "/v1/payment_methods",
                    [](const Json& method) { return method["customer"].is_string(); });
}

constexpr std::array<Endpoint, 7> kEndpoints{{
    {"POST", "/v1/payment_methods", {Kind::payment_method, kPaymentMethodData, create}},
    {"GET", "/v1/payment_methods", {Kind::payment_method, kList, list_attached}},
    {"GET", "/v1/payment_methods/{payment_method}", {Kind::payment_method, {}, retrieve}},
    {"POST",
     "/v1/payment_methods/{payment_method}",
     {Kind::payment_method, kUpdate, update_method}},
    {"POST",
     "/v1/payment_methods/{payment_method}/attach",
     {Kind::payment_method, kAttach, attach_to}},
    {"POST", "/v1/payment_methods/{payment_method}/detach", {Kind::payment_method, {}, detach}},
    {"GET",
     "/v1/customers/{customer}/payment_methods",
     {Kind::customer, kOfCustomer, list_of_customer}},
}};

}  // namespace

std::span<const Endpoint> payment_method_endpoints() { return kEndpoints; }

Taken take_payment_method(Call& call, const std::string& id, const std::string& param) {
  if (const TestCard* card = card_named(id)) return keep_card(call, *card);
  if (call.store.find(Kind::payment_method, id) != nullptr) return id;
  Problem problem = no_such(Kind::payment_method, id, param);
  problem.status = 400;
  return problem;
}

Taken make_payment_method(Call& call, const Json& params, const std::string& place) {
  const auto inside = [&place](const std::string& name) {
    return place.empty() ? name : place + "[" + name + "]";
  };
  const std::string type = text_of(params, "type");
  if (type.empty()) return missing_param(inside("type"));
  std::string id;
  if (type == "card") {
    const Json* card = field(params, "card");
    if (card == nullptr || card->is_null()) return missing_param(inside("card"));
    Taken taken = take_card(call, *card, inside("card"));
    if (std::holds_alternative<Problem>(taken)) return taken;
    id = std::get<std::string>(taken);
  } else {
    Json method = make_object(Kind::payment_method, call.context);
    method[type] = Json::object();
    id = text_of(call.store.put(Kind::payment_method, std::move(method)), "id");
  }
  Json shown = params;
  shown.erase("card");
  assign(*call.store.find(Kind::payment_method, id), shown);
  return id;
}

Taken take_source(Call& call, const std::string& token) {
  const TestCard* card = card_named(token);
  if (card != nullptr && token.starts_with("tok_")) return keep_card(call, *card);
  return Problem{.status = 400,
                 .message = "No such token: '" + token + "'",
                 .code = "resource_missing",
                 .param = "source"};
}

std::optional<Problem> attach(Call& call, const std::string& id, const std::string& customer) {
  Json& method = *call.store.find(Kind::payment_method, id);
  const std::string owner = text_of(method, "customer");
  if (owner == customer) return std::nullopt;
  if (!owner.empty()) {
    return invalid_param("",
                         "The payment method you provided has already been attached to a "
                         "customer.");
  }
  const TestCard* card = card_behind(call.store, id);
  if (card != nullptr && card->fate == TestCard::Fate::declines) {
    Problem problem = card_problem(std::string{card->code}, "", std::string{card->message});
    problem.decline_code = card->decline_code;
    return problem;
  }
  method["customer"] = customer;
  announce(call, "payment_method.attached", method);
  return std::nullopt;
}

const TestCard* card_behind(Store& store, const std::string& payment_method) {
  const Json* method = store.find(Kind::payment_method, payment_method);
  const Json* card = method == nullptr ? nullptr : field(*method, "card");
  if (card == nullptr) return nullptr;
  return card_shown(text_of(*card, "brand"), text_of(*card, "last4"));
}

}  // namespace firedrill::stripe
