#pragma once

#include "harness/aio/http.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::openai {

/// An error of the API: `{"error":{"message","type","param","code"}}`.
struct Problem {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::optional<std::string> param = std::nullopt;
  std::optional<std::string> code = std::nullopt;
};

// Errors by cause, in the words of the API.

[[nodiscard]] Problem missing_api_key();
/// `key` is masked in the message.
[[nodiscard]] Problem wrong_api_key(std::string_view key);
[[nodiscard]] Problem unknown_url(std::string_view method, std::string_view path);
[[nodiscard]] Problem wrong_method(const std::vector<std::string_view>& allowed);
[[nodiscard]] Problem unreadable_json();
[[nodiscard]] Problem unknown_model(std::string_view model);
[[nodiscard]] Problem not_a_chat_model();

[[nodiscard]] Problem missing_parameter(const std::string& param);
/// `expected` and `seen` with their articles: "a string", "an array of objects".
[[nodiscard]] Problem invalid_type(const std::string& param, std::string_view expected,
                                   std::string_view seen);
[[nodiscard]] Problem invalid_value(const std::string& param, const std::string& message);
[[nodiscard]] Problem unknown_parameter(const std::string& param);
/// `seen` is none of the `supported` values of `param`.
[[nodiscard]] Problem unsupported_value(const std::string& param, std::string_view seen,
                                        std::span<const std::string_view> supported);
/// More than the model can take.
[[nodiscard]] Problem context_too_long(std::uint64_t most, std::uint64_t seen,
                                       const std::string& param);
/// `what` and its id: "Response with id 'resp_1' not found."
[[nodiscard]] Problem not_found(std::string_view what, std::string_view id);

/// The error that the API sends with `status` when something is wrong on its side or with the
/// account: 400, 401, 403, 404, 409, 422, 429, 500, 503; a generic one for any other status.
[[nodiscard]] Problem problem_for(int status, const RateStatus& rate);

/// The reply, without the headers that every answer carries.
[[nodiscard]] HttpReply to_reply(const Problem& problem);

/// The body of an error as text.
[[nodiscard]] std::string to_body(const Problem& problem);

}  // namespace firedrill::openai
