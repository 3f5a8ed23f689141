#pragma once

#include "mocks/stripe/kinds.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::stripe {

/// An error of the API: `{"error":{…}}`. Empty fields are left out.
struct Problem {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::string code = {};
  std::string param = {};
  std::string decline_code = {};
  std::string charge = {};          ///< Id.
  std::string payment_intent = {};  ///< Id; the object as it is by now goes into the error.
  std::string payment_method = {};  ///< Likewise.
  std::string should_retry = {};    ///< Value of Stripe-Should-Retry.
  std::string rate_limited = {};    ///< Value of Stripe-Rate-Limited-Reason.
};

// Errors by cause, in the words of the API.

[[nodiscard]] Problem missing_api_key();
/// All but the ends of `key` is masked in the message.
[[nodiscard]] Problem wrong_api_key(std::string_view key);
[[nodiscard]] Problem needs_secret_key();
[[nodiscard]] Problem unknown_url(std::string_view method, std::string_view path);
[[nodiscard]] Problem not_a_form();

[[nodiscard]] Problem missing_param(const std::string& param);
[[nodiscard]] Problem empty_param(const std::string& param);
[[nodiscard]] Problem invalid_integer(const std::string& param, std::string_view seen);
/// Any other value that will not do; `message` says why.
[[nodiscard]] Problem invalid_param(const std::string& param, const std::string& message);

[[nodiscard]] Problem no_such(Kind kind, std::string_view id, std::string_view param);
[[nodiscard]] Problem unexpected_state(const std::string& message, const std::string& intent);

[[nodiscard]] Problem idempotency_mismatch(std::string_view key);
[[nodiscard]] Problem idempotency_in_use(std::string_view key);
[[nodiscard]] Problem idempotency_key_invalid(std::string_view message);
[[nodiscard]] Problem lock_timeout();

/// The error that the API sends with `status` when something is wrong on its side or with the
/// account; a generic one for a status that it never sends.
[[nodiscard]] Problem problem_for(int status);

}  // namespace firedrill::stripe
