#include "mocks/openai/openai.hpp"

#include "mocks/credentials.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/embeddings.hpp"
#include "mocks/openai/models.hpp"
#include "mocks/openai/moderations.hpp"
#include "mocks/openai/problem.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>
#include <variant>

namespace firedrill::openai {
namespace {

/// The base URL of clients ends in /v1, unless somebody forgot it.
std::string_view without_version(std::string_view path) {
  static constexpr std::string_view kVersion = "/v1";
  const bool has = path.starts_with(kVersion) && path.substr(kVersion.size()).starts_with('/');
  return has ? path.substr(kVersion.size()) : path;
}

}  // namespace

std::span<const Route<OpenAi::Handler>> OpenAi::routes() {
  static constexpr std::array<Route<Handler>, 23> kRoutes{{
      {"POST", "/responses", &OpenAi::create_response},
      {"POST", "/responses/input_tokens", &OpenAi::count_input_tokens},
      {"GET", "/responses/{response}", &OpenAi::retrieve_response},
      {"DELETE", "/responses/{response}", &OpenAi::delete_response},
      {"POST", "/responses/{response}/cancel", &OpenAi::cancel_response},
      {"GET", "/responses/{response}/input_items", &OpenAi::list_input_items},
      {"POST", "/chat/completions", &OpenAi::create_chat_completion},
      {"GET", "/chat/completions", &OpenAi::list_chat_completions},
      {"GET", "/chat/completions/{completion}", &OpenAi::retrieve_chat_completion},
      {"POST", "/chat/completions/{completion}", &OpenAi::update_chat_completion},
      {"DELETE", "/chat/completions/{completion}", &OpenAi::delete_chat_completion},
      {"GET", "/chat/completions/{completion}/messages", &OpenAi::list_chat_messages},
      {"POST", "/embeddings", &OpenAi::create_embedding},
      {"POST", "/moderations", &OpenAi::create_moderation},
      {"GET", "/models", &OpenAi::list_models},
      {"GET", "/models/{model}", &OpenAi::retrieve_model},
      {"POST", "/webhook_endpoints", &OpenAi::create_webhook_endpoint},
      {"GET", "/webhook_endpoints", &OpenAi::list_webhook_endpoints},
      {"GET", "/webhook_endpoints/{endpoint}", &OpenAi::retrieve_webhook_endpoint},
      {"POST", "/webhook_endpoints/{endpoint}", &OpenAi::update_webhook_endpoint},
      {"DELETE", "/webhook_endpoints/{endpoint}", &OpenAi::delete_webhook_endpoint},
      {"POST", "/webhook_endpoints/{endpoint}/rotate_secret", &OpenAi::rotate_webhook_secret},
      {"GET", "/webhook_event_types", &OpenAi::list_webhook_event_types},
  }};
  return kRoutes;
}

std::vector<std::string> route_names() {
  std::vector<std::string> names;
  for (const auto& route : OpenAi::routes()) {
    names.push_back(std::string{route.method} + " /v1" + std::string{route.pattern});
  }
  return names;
}

Result<std::unique_ptr<Provider>> OpenAi::make(const spec::Mock& mock) {
  Result<Script> script = Script::parse(mock);
  if (!script) return script.error();
  return std::unique_ptr<Provider>{new OpenAi{mock, *std::move(script)}};
}

OpenAi::OpenAi(spec::Mock mock, Script script)
    : mock_{std::move(mock)}, script_{std::move(script)} {}

HttpReply OpenAi::answer(const HttpRequest& request, ProviderContext& context) {
  Spent spent;
  HttpReply reply = route(request, context, spent);
  add_headers(reply, context, spent);
  return reply;
}

HttpReply OpenAi::error(int status, ProviderContext& context) {
  HttpReply reply = to_reply(problem_for(status, context.rate));
  add_headers(reply, context, {});
  return reply;
}

std::string OpenAi::stream_error(const HttpRequest& request, std::size_t events_before,
                                 ProviderContext& context) {
  const Problem problem = problem_for(500, context.rate);
  if (without_version(request.path) == "/chat/completions") {
    return "data: " + to_body(problem) + "\n\n";
  }
  const nlohmann::ordered_json event{{"type", "error"},
                                     {"code", problem.type},
                                     {"message", problem.message},
                                     {"param", nullptr},
                                     {"sequence_number", events_before}};
  return "event: error\ndata: " + dump(event) + "\n\n";
}

std::string OpenAi::state() const {
  return dump(nlohmann::ordered_json{{"responses", responses_.size()},
                                     {"chat_completions", chats_.size()},
                                     {"webhook_endpoints", endpoints_.size()},
                                     {"dropped", responses_.dropped() + chats_.dropped()}});
}

void OpenAi::reset() {
  responses_.clear();
  chats_.clear();
  endpoints_.clear();
}

HttpReply OpenAi::route(const HttpRequest& request, ProviderContext& context, Spent& spent) {
  const auto match = find_route(routes(), request.method, without_version(request.path));
  if (match.allowed.empty()) return to_reply(unknown_url(request.method, request.path));
  if (!match.handler) return to_reply(wrong_method(match.allowed));
  const auto key = bearer_token(request.headers);
  switch (check_credential(key, mock_.api_key)) {
    case Credential::missing:
      return to_reply(missing_api_key());
    case Credential::wrong:
      return to_reply(wrong_api_key(*key));
    case Credential::accepted:
      break;
  }
  return (this->**match.handler)({request, context, match.parameters, spent});
}

HttpReply OpenAi::create_embedding(const Call& call) {
  auto made = embed(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&made)) return to_reply(*problem);
  auto& embeddings = std::get<Embeddings>(made);
  call.spent.tokens = embeddings.tokens;
  call.context.bill = TokenBill{embeddings.model, embeddings.tokens, 0};
  return json_reply(200, std::move(embeddings.body));
}

HttpReply OpenAi::create_moderation(const Call& call) {
  auto made = moderate(call.request.body, call.context.rng);
  if (const auto* problem = std::get_if<Problem>(&made)) return to_reply(*problem);
  auto& moderation = std::get<Moderation>(made);
  call.spent.tokens = moderation.tokens;
  return json_reply(200, std::move(moderation.body));
}

HttpReply OpenAi::list_models(const Call&) { return json_reply(200, model_list()); }

HttpReply OpenAi::retrieve_model(const Call& call) {
  const std::string& model = call.parameters.front();
  if (!is_known_model(model)) return to_reply(unknown_model(model));
  return json_reply(200, model_object(model));
}

HttpReply stream_reply(std::vector<HttpChunk> events) {
  HttpReply reply;
  reply.headers.push_back({"Content-Type", "text/event-stream; charset=utf-8"});
  reply.headers.push_back({"Cache-Control", "no-cache"});
  reply.stream = std::move(events);
  return reply;
}

}  // namespace firedrill::openai
