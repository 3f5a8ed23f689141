#include "mocks/openai/openai.hpp"

#include "mocks/credentials.hpp"
#include "mocks/ids.hpp"
#include "mocks/openai/chat_request.hpp"
#include "mocks/openai/completion.hpp"
#include "mocks/openai/models.hpp"
#include "mocks/openai/problem.hpp"
#include "mocks/routes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace firedrill::openai {

struct OpenAi::Call {
  const HttpRequest& request;
  ProviderContext& context;
  std::vector<std::string> parameters;
  std::uint64_t& tokens;  ///< To be charged against the token limit.
};

namespace {

/// What an account without a configured rate limit is told.
constexpr std::int64_t kRequestsPerMinute = 10'000;
constexpr std::int64_t kTokensPerMinute = 30'000'000;

/// "1s", "6m0s", "8.64s", "120ms": durations as Go prints them.
std::string go_duration(Duration duration) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  if (ms < 1000) return std::to_string(ms) + "ms";
  const auto minutes = ms / 60'000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", static_cast<double>(ms % 60'000) / 1000);
  const std::string rest = std::string{text.data()} + "s";
  return minutes > 0 ? std::to_string(minutes) + "m" + rest : rest;
}

void add_rate_headers(HttpReply& reply, const RateStatus& rate, std::uint64_t tokens) {
  std::int64_t limit = kRequestsPerMinute;
  std::int64_t left = limit - 1;
  Duration reset = std::chrono::milliseconds{6};
  if (rate.rate) {
    limit = std::max<std::int64_t>(1, std::llround(rate.rate->per_second * 60));
    left = static_cast<std::int64_t>(std::floor(static_cast<double>(limit) * rate.left));
    reset = rate.full_in;
  }
  const auto used = static_cast<std::int64_t>(std::min<std::uint64_t>(tokens, kTokensPerMinute));
  const Duration tokens_reset = std::chrono::minutes{1} * used / kTokensPerMinute;
  reply.headers.push_back({"x-ratelimit-limit-requests", std::to_string(limit)});
  reply.headers.push_back({"x-ratelimit-limit-tokens", std::to_string(kTokensPerMinute)});
  reply.headers.push_back({"x-ratelimit-remaining-requests", std::to_string(left)});
  reply.headers.push_back(
      {"x-ratelimit-remaining-tokens", std::to_string(kTokensPerMinute - used)});
  reply.headers.push_back({"x-ratelimit-reset-requests", go_duration(reset)});
  reply.headers.push_back({"x-ratelimit-reset-tokens", go_duration(tokens_reset)});
}

void add_retry_headers(HttpReply& reply, const RateStatus& rate) {
  // A 429 that no limit explains (a fault) asks for a second.
  const Duration wait = rate.refused ? rate.retry_in : std::chrono::seconds{1};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  const auto whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
  reply.headers.push_back({"retry-after", std::to_string(std::max<std::int64_t>(1, whole))});
  reply.headers.push_back({"retry-after-ms", std::to_string(std::max<std::int64_t>(1, ms))});
}

void add_headers(HttpReply& reply, ProviderContext& context, std::uint64_t tokens) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(context.latency).count();
  reply.headers.push_back({"x-request-id", "req_" + hex_id(32, context.rng)});
  reply.headers.push_back({"openai-organization", "org-firedrill"});
  reply.headers.push_back({"openai-processing-ms", std::to_string(std::max<std::int64_t>(1, ms))});
  reply.headers.push_back({"openai-version", "2020-10-01"});
  add_rate_headers(reply, context.rate, tokens);
  if (reply.status == 429) add_retry_headers(reply, context.rate);
}

/// The base URL of clients ends in /v1, unless somebody forgot it.
std::string_view without_version(std::string_view path) {
  static constexpr std::string_view kVersion = "/v1";
  const bool has = path.starts_with(kVersion) && path.substr(kVersion.size()).starts_with('/');
  return has ? path.substr(kVersion.size()) : path;
}

}  // namespace

OpenAi::OpenAi(std::string api_key, ScriptedText script)
    : api_key_{std::move(api_key)}, script_{std::move(script)} {}

HttpReply OpenAi::answer(const HttpRequest& request, ProviderContext& context) {
  return route(request, context);
}

HttpReply OpenAi::error(int status, ProviderContext& context) {
  HttpReply reply = to_reply(problem_for(status, context.rate));
  add_headers(reply, context, 0);
  return reply;
}

HttpReply OpenAi::route(const HttpRequest& request, ProviderContext& context) {
  using Handler = HttpReply (OpenAi::*)(const Call&);
  static constexpr std::array<Route<Handler>, 3> kRoutes{{
      {"POST", "/chat/completions", &OpenAi::create_chat_completion},
      {"GET", "/models", &OpenAi::list_models},
      {"GET", "/models/{model}", &OpenAi::retrieve_model},
  }};
  std::uint64_t tokens = 0;
  const auto respond = [&]() -> HttpReply {
    const auto match =
        find_route(std::span{kRoutes}, request.method, without_version(request.path));
    if (match.allowed.empty()) return to_reply(unknown_url(request.method, request.path));
    if (!match.handler) return to_reply(wrong_method(match.allowed));
    const auto key = bearer_token(request.headers);
    switch (check_credential(key, api_key_)) {
      case Credential::missing:
        return to_reply(missing_api_key());
      case Credential::wrong:
        return to_reply(wrong_api_key(*key));
      case Credential::accepted:
        break;
    }
    return (this->**match.handler)({request, context, match.parameters, tokens});
  };
  HttpReply reply = respond();
  add_headers(reply, context, tokens);
  return reply;
}

HttpReply OpenAi::create_chat_completion(const Call& call) {
  const auto parsed = parse_chat_request(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return to_reply(*problem);
  const auto& request = std::get<ChatRequest>(parsed);
  const Completion completion = complete(request, script_, call.context);
  call.tokens = completion.prompt_tokens + completion.completion_tokens;
  if (!request.stream) return json_reply(200, to_body(completion));
  HttpReply reply;
  reply.headers.push_back({"Content-Type", "text/event-stream; charset=utf-8"});
  reply.headers.push_back({"Cache-Control", "no-cache"});
  reply.stream = to_stream(completion, request.include_usage);
  return reply;
}

HttpReply OpenAi::list_models(const Call&) { return json_reply(200, model_list()); }

HttpReply OpenAi::retrieve_model(const Call& call) {
  const std::string& model = call.parameters.front();
  if (!is_known_model(model)) return to_reply(unknown_model(model));
  return json_reply(200, model_object(model));
}

}  // namespace firedrill::openai
