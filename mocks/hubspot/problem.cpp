#include "mocks/hubspot/problem.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Json to_json(const Problem::Context& context) {
  Json out = Json::object();
  for (const auto& [key, values] : context) out[key] = values;
  return out;
}

Problem rate_limited(std::string_view policy, std::string_view words) {
  return {.status = 429,
          .message = "You have reached your " + std::string{words} + " limit.",
          .category = "RATE_LIMITS",
          .policy = std::string{policy}};
}

Problem rate_limited(const ProviderContext& context) {
  const RateStatus& rate = context.rate;
  if (rate.rate && rate.rate->per_second == 0) return rate_limited("DAILY", "daily");
  const bool search = context.request != nullptr && context.request->path.ends_with("/search");
  if (search) return rate_limited("SECONDLY", "secondly");
  return rate_limited("TEN_SECONDLY_ROLLING", "ten_secondly_rolling");
}

}  // namespace

Problem missing_token() {
  return {.status = 401,
          .message =
              "Authentication credentials not found. This API supports OAuth 2.0 "
              "authentication and you can find more details at "
              "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
          .category = "INVALID_AUTHENTICATION"};
}

Problem expired_token(Duration ago) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(ago).count();
  return {.status = 401,
          .message = "The OAuth token used to make this call expired " + std::to_string(minutes) +
                     " minute(s) ago.",
          .category = "EXPIRED_AUTHENTICATION",
          .context = {{"expire time", {std::to_string(minutes) + " minute(s) ago"}}}};
}

Problem unknown_path() {
  return {.status = 404, .message = "resource not found", .category = "OBJECT_NOT_FOUND"};
}

Problem wrong_method() {
  return {
      .status = 405, .message = "HTTP 405 Method Not Allowed", .category = "METHOD_NOT_ALLOWED"};
}

Problem object_not_found(std::string_view id) {
  const bool numeric =
      !id.empty() && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  return {.status = 404,
          .message =
              numeric ? "resource not found" : "Object not found.  objectId are usually numeric.",
          .category = "OBJECT_NOT_FOUND"};
}

Problem unreadable_json(std::string_view detail) {
  return {.message = "Invalid input JSON on line 1, column 2: " + std::string{detail}};
}

Problem missing_fields(const std::vector<std::string>& names) {
  return {.message =
              "Invalid input JSON on line 1, column 2. Some required fields were not set: [" +
              joined(names) + "]"};
}

Problem unknown_object_type(std::string_view name) {
  return {.message = "Unable to infer object type from: " + std::string{name},
          .context = {{"type", {std::string{name}}}}};
}

Problem invalid_argument(std::string message) { return {.message = std::move(message)}; }

Problem problem_for(int status, const ProviderContext& context) {
  switch (status) {
    case 400:
      return invalid_argument("Invalid request to API.");
    case 401:
      return missing_token();
    case 403:
      return {.status = 403,
              .message =
                  "This app hasn't been granted all required scopes to make this call. Read "
                  "more about required scopes here: https://developers.hubspot.com/scopes.",
              .category = "MISSING_SCOPES",
              .errors = {{.message = "One or more of the following scopes are required.",
                          .code = "",
                          .context = {{"requiredGranularScopes", {"crm.objects.contacts.read"}}}}}};
    case 404:
      return unknown_path();
    case 409:
      return {.status = 409,
              .message = "The request conflicts with the current state of the object.",
              .category = "CONFLICT"};
    case 423:
      return {.status = 423,
              .message = "The resource is locked. Wait at least 2 seconds.",
              .category = "LOCKED"};
    case 429:
      return rate_limited(context);
    case 477:
      return {.status = 477,
              .message = "This account is being migrated between data centres.",
              .category = "MIGRATION_IN_PROGRESS"};
    default:
      break;
  }
  if (status < 500) return {.status = status, .message = "The request was not accepted."};
  return {.status = status, .message = "internal error", .category = "INTERNAL_ERROR"};
}

Json to_json(const Problem& problem) {
  Json out{{"status", "error"}, {"message", problem.message}};
  if (!problem.errors.empty()) {
    Json errors = Json::array();
    for (const Problem::Detail& detail : problem.errors) {
      Json error{{"message", detail.message}};
      if (!detail.code.empty()) error["code"] = detail.code;
      if (!detail.context.empty()) error["context"] = to_json(detail.context);
      errors.push_back(std::move(error));
    }
    out["errors"] = std::move(errors);
  }
  if (!problem.context.empty()) out["context"] = to_json(problem.context);
  out["category"] = problem.category;
  if (!problem.sub_category.empty()) out["subCategory"] = problem.sub_category;
  return out;
}

HttpReply to_reply(const Problem& problem, const std::string& correlation) {
  Json body = to_json(problem);
  body["correlationId"] = correlation;
  if (!problem.policy.empty()) {
    body["errorType"] = "RATE_LIMIT";
    body["policyName"] = problem.policy;
  }
  return json_reply(problem.status, dump(body));
}

}  // namespace firedrill::hubspot
