#include "mocks/stripe/problem.hpp"

#include "harness/aio/http.hpp"

#include <algorithm>

namespace firedrill::stripe {
namespace {

std::string masked(std::string_view key) {
  constexpr std::size_t kShown = 4;
  const std::size_t mark = key.rfind('_');
  const std::string_view head = key.substr(0, mark == std::string_view::npos ? 0 : mark + 1);
  const std::string_view rest = key.substr(head.size());
  const std::size_t hidden = rest.size() > kShown ? rest.size() - kShown : rest.size();
  return std::string{head} + std::string(std::min<std::size_t>(hidden, 40), '*') +
         std::string{rest.substr(hidden)};
}

Problem on_their_side(int status, std::string message) {
  return {.status = status, .message = std::move(message), .type = "api_error"};
}

}  // namespace

Problem missing_api_key() {
  return {.status = 401,
          .message =
              "You did not provide an API key. You need to provide your API key in the "
              "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
              "YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or "
              "we can help at https://support.stripe.com/."};
}

Problem wrong_api_key(std::string_view key) {
  return {.status = 401, .message = "Invalid API Key provided: " + masked(key)};
}

Problem needs_secret_key() {
  return {.status = 401,
          .message =
              "This API call cannot be made with a publishable API key. Please use a secret API "
              "key. You can find a list of your API keys at "
              "https://dashboard.stripe.com/account/apikeys.",
          .code = "secret_key_required"};
}

Problem unknown_url(std::string_view method, std::string_view path) {
  return {.status = 404,
          .message = "Unrecognized request URL (" + std::string{method} + ": " + std::string{path} +
                     "). Please see https://stripe.com/docs or we can help at "
                     "https://support.stripe.com/."};
}

Problem not_a_form() {
  return {.message =
              "Invalid request (check that your POST content type is "
              "application/x-www-form-urlencoded). If you have any questions, we can help at "
              "https://support.stripe.com/."};
}

Problem missing_param(const std::string& param) {
  return {.message = "Missing required param: " + param + ".",
          .code = "parameter_missing",
          .param = param};
}

Problem empty_param(const std::string& param) {
  return {.message = "You passed an empty string for '" + param +
                     "'. We assume empty values are an attempt to unset a field; however '" +
                     param + "' cannot be unset. You should remove '" + param +
                     "' from your request or supply a non-empty value.",
          .code = "parameter_invalid_empty",
          .param = param};
}

Problem invalid_integer(const std::string& param, std::string_view seen) {
  return {.message = "Invalid integer: " + std::string{seen},
          .code = "parameter_invalid_integer",
          .param = param};
}

Problem invalid_param(const std::string& param, const std::string& message) {
  return {.message = message, .param = param};
}

Problem no_such(Kind kind, std::string_view id, std::string_view param) {
  return {.status = 404,
          .message = "No such " + std::string{info(kind).called} + ": '" + std::string{id} + "'",
          .code = "resource_missing",
          .param = std::string{param}};
}

Problem unexpected_state(const std::string& message, const std::string& intent) {
  return {.message = message, .code = "payment_intent_unexpected_state", .payment_intent = intent};
}

Problem idempotency_mismatch(std::string_view key) {
  return {.message =
              "Keys for idempotent requests can only be used with the same parameters they were "
              "first used with. Try using a key other than '" +
              std::string{key} + "' if you meant to execute a different request.",
          .type = "idempotency_error"};
}

Problem idempotency_in_use(std::string_view key) {
  return {.status = 409,
          .message =
              "There is currently another in-progress request using this Idempotent Key (that "
              "probably means you submitted twice, and the other request is still going "
              "through): " +
              std::string{key} + ". Please try again later.",
          .type = "idempotency_error",
          .code = "idempotency_key_in_use",
          .should_retry = "true"};
}

Problem idempotency_key_invalid(std::string_view message) {
  return {.message = std::string{message}, .type = "idempotency_error"};
}

Problem lock_timeout() {
  return {.status = 429,
          .message =
              "This object cannot be accessed right now because another API request or Stripe "
              "process is currently accessing it. If you see this error intermittently, retry "
              "the request. If you see this error frequently and are making multiple concurrent "
              "requests to a single object, make your requests serially or at a lower rate. For "
              "more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts.",
          .code = "lock_timeout",
          .should_retry = "true"};
}

Problem problem_for(int status) {
  switch (status) {
    case 400:
      return {.status = 400, .message = "Invalid request."};
    case 401:
      return {.status = 401,
              .message = "Expired API Key provided: sk_test_****",
              .code = "api_key_expired"};
    case 402:
      return {.status = 402,
              .message = "Your card was declined.",
              .type = "card_error",
              .code = "card_declined",
              .decline_code = "generic_decline"};
    case 403:
      return {.status = 403,
              .message =
                  "The provided key does not have the required permissions for this endpoint. "
                  "Having the relevant permission would allow this request to continue."};
    case 404:
      return {.status = 404,
              .message = "The requested resource does not exist.",
              .code = "resource_missing"};
    case 429:
      return {.status = 429,
              .message =
                  "Request rate limit exceeded. Learn more about rate limits here "
                  "https://stripe.com/docs/rate-limits.",
              .code = "rate_limit",
              .rate_limited = "global-rate"};
    case 500:
      return on_their_side(500,
                           "An unknown error occurred. Sorry about that! We've been notified of "
                           "the problem.");
    default:
      break;
  }
  const std::string reason{reason_of(status)};
  const std::string message = reason.empty() ? "Status " + std::to_string(status) : reason;
  if (status >= 500) return on_their_side(status, message);
  return {.status = status, .message = message};
}

}  // namespace firedrill::stripe
