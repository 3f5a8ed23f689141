#include "mocks/openai/problem.hpp"

#include "harness/base/time.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace firedrill::openai {
namespace {

Problem rate_limited(const RateStatus& rate) {
  const double per_second = rate.rate ? rate.rate->per_second : 0;
  const auto limit = static_cast<std::int64_t>(std::llround(per_second * 60));
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(rate.retry_in);
  const std::string shown = std::to_string(std::max<std::int64_t>(1, limit));
  return {.status = 429,
          .message =
              "Rate limit reached in organization org-firedrill on requests per min (RPM): "
              "Limit " +
              shown + ", Used " + shown + ", Requested 1. Please try again in " +
              std::to_string(std::max<std::int64_t>(1, wait.count())) +
              "ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
          .type = "requests",
          .code = "rate_limit_exceeded"};
}

Problem unavailable(int status, std::string message) {
  return {.status = status, .message = std::move(message), .type = "server_error"};
}

}  // namespace

Problem missing_api_key() {
  return {.status = 401,
          .message =
              "You didn't provide an API key. You need to provide your API key in an "
              "Authorization header using Bearer auth (i.e. Authorization: Bearer "
              "YOUR_KEY). You can obtain an API key from "
              "https://platform.openai.com/account/api-keys."};
}

Problem wrong_api_key(std::string_view key) {
  const std::string masked = key.starts_with("sk-") ? "sk-***" : "***";
  return {.status = 401,
          .message = "Incorrect API key provided: " + masked +
                     ". You can find your API key at https://platform.openai.com/account/api-keys.",
          .code = "invalid_api_key"};
}

Problem unknown_url(std::string_view method, std::string_view path) {
  return {.status = 404,
          .message = "Invalid URL (" + std::string{method} + " " + std::string{path} + ")"};
}

Problem wrong_method(const std::vector<std::string_view>& allowed) {
  std::string methods;
  for (const std::string_view method : allowed) {
    if (!methods.empty()) methods += " and ";
    methods += method;
  }
  return {.status = 405,
          .message = "Only " + methods + " requests are accepted.",
          .code = "method_not_supported"};
}

Problem unreadable_json() {
  return {.status = 400,
          .message =
              "We could not parse the JSON body of your request. (HINT: This likely means "
              "you aren't using your HTTP library correctly. The OpenAI API expects a JSON "
              "payload, but what was sent was not valid JSON.)"};
}

Problem unknown_model(std::string_view model) {
  return {.status = 404,
          .message = "The model `" + std::string{model} +
                     "` does not exist or you do not have access to it.",
          .code = "model_not_found"};
}

Problem not_a_chat_model() {
  return {.status = 404,
          .message =
              "This is not a chat model and thus not supported in the "
              "v1/chat/completions endpoint.",
          .param = "model"};
}

Problem missing_parameter(const std::string& param) {
  return {.message = "Missing required parameter: '" + param + "'.",
          .param = param,
          .code = "missing_required_parameter"};
}

Problem invalid_type(const std::string& param, std::string_view expected, std::string_view seen) {
  return {.message = "Invalid type for '" + param + "': expected " + std::string{expected} +
                     ", but got " + std::string{seen} + " instead.",
          .param = param,
          .code = "invalid_type"};
}

Problem invalid_value(const std::string& param, const std::string& message) {
  return {.message = message, .param = param, .code = "invalid_value"};
}

Problem unknown_parameter(const std::string& param) {
  return {.message = "Unknown parameter: '" + param + "'.",
          .param = param,
          .code = "unknown_parameter"};
}

Problem unsupported_value(const std::string& param, std::string_view seen,
                          std::span<const std::string_view> supported) {
  std::string values;
  for (std::size_t i = 0; i < supported.size(); ++i) {
    const bool last = i + 1 == supported.size();
    if (i > 0) values += last ? (supported.size() > 2 ? ", and " : " and ") : ", ";
    values += "'" + std::string{supported[i]} + "'";
  }
  return invalid_value(
      param, "Invalid value: '" + std::string{seen} + "'. Supported values are: " + values + ".");
}

Problem context_too_long(std::uint64_t most, std::uint64_t seen, const std::string& param) {
  return {.message = "This model's maximum context length is " + std::to_string(most) +
                     " tokens. However, your messages resulted in " + std::to_string(seen) +
                     " tokens. Please reduce the length of the messages.",
          .param = param,
          .code = "context_length_exceeded"};
}

Problem not_found(std::string_view what, std::string_view id) {
  return {.status = 404,
          .message = std::string{what} + " with id '" + std::string{id} + "' not found."};
}

Problem problem_for(int status, const RateStatus& rate) {
  switch (status) {
    case 400:
      return {.status = 400, .message = "Your request was malformed or missing a parameter."};
    case 401:
      return wrong_api_key("sk-");
    case 403:
      return {.status = 403,
              .message = "Country, region, or territory not supported",
              .type = "request_forbidden",
              .code = "unsupported_country_region_territory"};
    case 404:
      return {.status = 404, .message = "The requested resource does not exist."};
    case 409:
      return {.status = 409,
              .message = "The resource was changed by another request. Please try again."};
    case 422:
      return {.status = 422, .message = "Your request was well-formed but could not be processed."};
    case 429:
      return rate_limited(rate);
    case 500:
      return unavailable(500,
                         "The server had an error while processing your request. Sorry about "
                         "that!");
    case 503:
      return unavailable(503, "The engine is currently overloaded, please try again later");
    default:
      break;
  }
  const std::string reason{reason_of(status)};
  const std::string message = reason.empty() ? "Status " + std::to_string(status) : reason;
  if (status >= 500) return unavailable(status, message);
  return {.status = status, .message = message};
}

std::string to_body(const Problem& problem) {
  const auto or_null = [](const std::optional<std::string>& text) {
    return text ? nlohmann::ordered_json(*text) : nlohmann::ordered_json(nullptr);
  };
  const nlohmann::ordered_json body{{"error",
                                     {{"message", problem.message},
                                      {"type", problem.type},
                                      {"param", or_null(problem.param)},
                                      {"code", or_null(problem.code)}}}};
  return dump(body);
}

HttpReply to_reply(const Problem& problem) { return json_reply(problem.status, to_body(problem)); }

}  // namespace firedrill::openai
