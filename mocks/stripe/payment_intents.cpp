#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/fields.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"
#include "mocks/stripe/payment_methods.hpp"
#include "mocks/stripe/payments.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<std::string_view, 3> kCaptureMethods{"automatic", "automatic_async", "manual"};
constexpr std::array<std::string_view, 2> kConfirmationMethods{"automatic", "manual"};
constexpr std::array<std::string_view, 2> kFutureUsages{"off_session", "on_session"};
constexpr std::array<std::string_view, 2> kRedirects{"always", "never"};
constexpr std::array<std::string_view, 4> kReasons{"duplicate", "fraudulent",
                                                   "requested_by_customer", "abandoned"};
constexpr std::array kAutomatic{required(flag("enabled")), choice("allow_redirects", kRedirects)};

constexpr std::array kPaying{text("payment_method"),
                             object("payment_method_data", kPaymentMethodData),
                             any("payment_method_options"),
                             any("radar_options"),
                             any("mandate_data"),
                             any("hooks"),
                             any("amount_details"),
                             any("payment_details"),
                             text("receipt_email"),
                             choice("setup_future_usage", kFutureUsages),
                             choice("capture_method", kCaptureMethods),
                             object("shipping", kShipping),
                             texts("payment_method_types"),
                             texts("allowed_payment_method_types"),
                             any("excluded_payment_method_types"),
                             any("payment_method_configuration")};
constexpr std::array kConfirming{
    text("return_url"),    text("off_session"), flag("error_on_requires_action"),
    any("use_stripe_sdk"), any("mandate"),      any("confirmation_token")};
constexpr std::array kDescribing{
    text("description"),           metadata(),
    text("statement_descriptor"),  text("statement_descriptor_suffix"),
    text("transfer_group"),        any("transfer_data"),
    any("application_fee_amount"), reference("customer", Kind::customer)};
constexpr std::array kCreating{required(amount("amount")),
                               required(currency()),
                               flag("confirm"),
                               choice("confirmation_method", kConfirmationMethods),
                               object("automatic_payment_methods", kAutomatic),
                               any("on_behalf_of")};
constexpr std::array kUpdating{amount("amount"), currency()};
constexpr std::array kFromBrowser{any("client_secret"), any("key")};

constexpr auto kCreate = both(both(kPaying, kConfirming), both(kDescribing, kCreating));
constexpr auto kUpdate = both(both(kPaying, kDescribing), kUpdating);
constexpr auto kConfirm = both(both(kPaying, kConfirming), kFromBrowser);
constexpr std::array kCapture{amount("amount_to_capture"),
                              metadata(),
                              flag("final_capture"),
                              text("statement_descriptor"),
                              text("statement_descriptor_suffix"),
                              any("application_fee_amount"),
                              any("transfer_data"),
                              any("amount_details"),
                              any("payment_details"),
                              any("hooks")};
constexpr std::array kCancel{choice("cancellation_reason", kReasons)};
constexpr std::array kFilters{range("created"), reference("customer", Kind::customer)};
constexpr auto kList = paged(kFilters);

/// "You cannot `what` this PaymentIntent because …"
Problem wrong_status(const Json& intent, const std::string& sentence, const std::string& done,
                     const std::string& statuses) {
  return unexpected_state(sentence + " because it has a status of " + text_of(intent, "status") +
                              ". Only a PaymentIntent with one of the following statuses may be " +
                              done + ": " + statuses + ".",
                          text_of(intent, "id"));
}

bool has_status(const Json& intent, std::initializer_list<const char*> statuses) {
  const std::string status = text_of(intent, "status");
  return std::any_of(statuses.begin(), statuses.end(),
                     [&status](const char* one) { return status == one; });
}

/// The payment method that the parameters name or describe; "" when they do neither.
std::variant<std::string, Problem> method_in(Call& call) {
  const std::string id = text_of(call.params, "payment_method");
  if (!id.empty()) return take_payment_method(call, id, "payment_method");
  const Json* data = field(call.params, "payment_method_data");
  if (data == nullptr || data->is_null()) return std::string{};
  return make_payment_method(call, *data, "payment_method_data");
}

Confirmation how_to_confirm(const Json& params) {
  const std::string off_session = text_of(params, "off_session");
  return {.off_session = !off_session.empty() && off_session != "false",
          .no_action = flag_of(params, "error_on_requires_action"),
          .return_url = text_of(params, "return_url")};
}

/// Which payment methods an intent takes follows from how it was made.
void set_method_types(Json& intent, const Json& params) {
  for (const char* name : {"payment_method_types", "allowed_payment_method_types"}) {
    const Json* types = field(params, name);
    if (types == nullptr || types->empty()) continue;
    intent["payment_method_types"] = *types;
    intent["automatic_payment_methods"] = nullptr;
    return;
  }
  if (intent["automatic_payment_methods"].is_null()) {
    intent["automatic_payment_methods"] = {{"enabled", true}};
  }
  Json& automatic = intent["automatic_payment_methods"];
  if (!automatic.contains("allow_redirects")) automatic["allow_redirects"] = "always";
  if (automatic["enabled"] != true) automatic = nullptr;
}

/// Unlike a card, some of the methods that an intent takes by itself leave the page.
std::optional<Problem> check_return_url(const Json& automatic, const Confirmation& how) {
  const bool may_leave = automatic.is_object() && automatic["allow_redirects"] == "always";
  if (!may_leave || !how.return_url.empty() || how.off_session) return std::nullopt;
  return invalid_param(
      "return_url",
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
      "Because some of these payment methods might redirect your customer off of your page, you "
      "must provide a `return_url`. If you don't want to accept redirect-based payment methods, "
      "set `automatic_payment_methods[enabled]` to `true` and "
      "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
      "Payment Intents.");
}

/// Everything that can be wrong before the intent exists.
std::optional<Problem> check_create(Call& call, const Json& draft, const std::string& method) {
  const Confirmation how = how_to_confirm(call.params);
  if (auto problem =
          check_amount(integer_of(draft, "amount"), text_of(draft, "currency"), "amount")) {
    return problem;
  }
  const bool confirms = flag_of(call.params, "confirm");
  for (const char* name : {"off_session", "error_on_requires_action", "return_url"}) {
    if (confirms || field(call.params, name) == nullptr) continue;
    return invalid_param(name, "The parameter `" + std::string{name} +
                                   "` cannot be passed when creating a PaymentIntent unless "
                                   "`confirm` is set to true.");
  }
  Json trial = draft;
  if (!method.empty()) {
    if (auto problem = give_method(call, trial, method)) return problem;
  }
  if (!confirms) return std::nullopt;
  if (method.empty()) {
    return Problem{.message =
                       "You cannot confirm this PaymentIntent because it's missing a payment "
                       "method. To confirm the PaymentIntent, specify a payment method attached to "
                       "this customer along with the customer ID.",
                   .code = "parameter_missing",
                   .param = "payment_method"};
  }
  return check_return_url(trial["automatic_payment_methods"], how);
}

Answer create(Call& call) {
  auto method = method_in(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  const std::string& method_id = std::get<std::string>(method);
  Json draft = make_object(Kind::payment_intent, call.context);
  Json params = call.params;
  params.erase("payment_method");
  assign(draft, params);
  set_method_types(draft, params);
  if (auto problem = check_create(call, draft, method_id)) return *problem;
  if (!method_id.empty()) (void)give_method(call, draft, method_id);  // checked above
  Json& intent = make_intent(call, draft);
  if (flag_of(call.params, "confirm")) {
    if (auto problem = confirm(call, intent, how_to_confirm(call.params))) return *problem;
  }
  return intent;
}

Answer update_intent(Call& call) {
  Json& intent = call.subject();
  const bool settled = has_status(intent, {"succeeded", "canceled"});
  for (const char* name : {"amount", "currency", "payment_method", "customer"}) {
    if (!settled || field(call.params, name) == nullptr) continue;
    return unexpected_state("This PaymentIntent's " + std::string{name} +
                                " could not be updated because it has a status of " +
                                text_of(intent, "status") + ". You may only update the " + name +
                                " of a PaymentIntent with one of the following statuses: "
                                "requires_payment_method, requires_confirmation, requires_action.",
                            call.id);
  }
  Json changed = intent;
  Json params = call.params;
  params.erase("payment_method");
  assign(changed, params);
  if (auto problem =
          check_amount(integer_of(changed, "amount"), text_of(changed, "currency"), "amount")) {
    return *problem;
  }
  auto method = method_in(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  if (const auto& id = std::get<std::string>(method); !id.empty()) {
    if (auto problem = give_method(call, changed, id)) return *problem;
  }
  intent = std::move(changed);
  return intent;
}

Answer confirm_intent(Call& call) {
  Json& intent = call.subject();
  if (intent["status"] == "succeeded") {
    return unexpected_state(
        "You cannot confirm this PaymentIntent because it has already succeeded after being "
        "previously confirmed.",
        call.id);
  }
  if (has_status(intent, {"canceled", "requires_capture", "processing"})) {
    return wrong_status(intent, "You cannot confirm this PaymentIntent", "confirmed",
                        "requires_confirmation, requires_action");
  }
  auto method = method_in(call);
  if (auto* problem = std::get_if<Problem>(&method)) return std::move(*problem);
  const std::string& given = std::get<std::string>(method);
  if (given.empty() && !intent["payment_method"].is_string()) {
    return unexpected_state(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
        "either update the PaymentIntent with a payment method and then confirm it again, or "
        "confirm it again directly with a payment method or ConfirmationToken.",
        call.id);
  }
  const Confirmation how = how_to_confirm(call.params);
  if (auto problem = check_return_url(intent["automatic_payment_methods"], how)) return *problem;
  Json changed = intent;
  Json params = call.params;
  params.erase("payment_method");
  assign(changed, params);
  if (!given.empty()) {
    if (auto problem = give_method(call, changed, given)) return *problem;
  }
  intent = std::move(changed);
  if (auto problem = confirm(call, intent, how)) return *problem;
  return intent;
}

Answer capture_intent(Call& call) {
  Json& intent = call.subject();
  if (intent["status"] != "requires_capture") {
    return wrong_status(intent, "This PaymentIntent could not be captured", "captured",
                        "requires_capture");
  }
  const std::int64_t all = integer_of(intent, "amount_capturable");
  const std::int64_t taken = integer_of(call.params, "amount_to_capture", all);
  if (taken > all) {
    return Problem{.message = "The remaining amount_capturable for this PaymentIntent is " +
                              std::to_string(all) + "; amount_to_capture must not exceed it.",
                   .code = "amount_too_large",
                   .param = "amount_to_capture"};
  }
  assign(intent, call.params);
  capture(call, intent, taken);
  return intent;
}

Answer cancel_intent(Call& call) {
  Json& intent = call.subject();
  if (has_status(intent, {"succeeded", "canceled"})) {
    return wrong_status(intent, "You cannot cancel this PaymentIntent", "canceled",
                        "requires_payment_method, requires_capture, requires_confirmation, "
                        "requires_action, processing");
  }
  cancel(call, intent, text_of(call.params, "cancellation_reason"));
  return intent;
}

constexpr Kind kIntent = Kind::payment_intent;
constexpr std::array<Endpoint, 8> kEndpoints{{
    {"POST", "/v1/payment_intents", {kIntent, kCreate, create}},
    {"GET", "/v1/payment_intents", {kIntent, kList, list}},
    {"GET", "/v1/payment_intents/search", {kIntent, kSearchParams, search}},
    {"GET", "/v1/payment_intents/{intent}", {kIntent, kFromBrowser, retrieve}},
    {"POST", "/v1/payment_intents/{intent}", {kIntent, kUpdate, update_intent}},
    {"POST", "/v1/payment_intents/{intent}/confirm", {kIntent, kConfirm, confirm_intent}},
    {"POST", "/v1/payment_intents/{intent}/capture", {kIntent, kCapture, capture_intent}},
    {"POST", "/v1/payment_intents/{intent}/cancel", {kIntent, kCancel, cancel_intent}},
}};

}  // namespace

std::span<const Endpoint> payment_intent_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
