#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/openai/chat_store.hpp"
#include "mocks/openai/headers.hpp"
#include "mocks/openai/response.hpp"
#include "mocks/openai/script.hpp"
#include "mocks/openai/store.hpp"
#include "mocks/openai/webhook_endpoints.hpp"
#include "mocks/provider.hpp"
#include "mocks/routes.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::openai {

/// Every route as "METHOD /v1/path", in the order of the API reference.
[[nodiscard]] std::vector<std::string> route_names();

/// The OpenAI API, as far as mocks/openai/README.md says: chat completions and responses (plain and
/// streamed), embeddings, models, moderations and webhook endpoints, under /v1 and without it.
class OpenAi final : public Provider {
 public:
  /// Fails on what is wrong with a scripted answer.
  [[nodiscard]] static Result<std::unique_ptr<Provider>> make(const spec::Mock& mock);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  [[nodiscard]] std::string stream_error(const HttpRequest& request, std::size_t events_before,
                                         ProviderContext& context) override;
  [[nodiscard]] bool wants(const Outgoing& call, WallTime now) const override;
  [[nodiscard]] std::string state() const override;
  void reset() override;

 private:
  struct Call;
  using Handler = HttpReply (OpenAi::*)(const Call&);
  static std::span<const Route<Handler>> routes();
  friend std::vector<std::string> route_names();

  OpenAi(spec::Mock mock, Script script);
  HttpReply route(const HttpRequest& request, ProviderContext& context, Spent& spent);

  // One for each route, in the order of the API reference; openai_chat.cpp, openai_responses.cpp,
  // openai_webhooks.cpp.
  HttpReply create_chat_completion(const Call& call);
  HttpReply list_chat_completions(const Call& call);
  HttpReply retrieve_chat_completion(const Call& call);
  HttpReply update_chat_completion(const Call& call);
  HttpReply delete_chat_completion(const Call& call);
  HttpReply list_chat_messages(const Call& call);
  HttpReply create_response(const Call& call);
  HttpReply count_input_tokens(const Call& call);
  HttpReply retrieve_response(const Call& call);
  HttpReply delete_response(const Call& call);
  HttpReply cancel_response(const Call& call);
  HttpReply list_input_items(const Call& call);
  HttpReply create_embedding(const Call& call);
  HttpReply create_moderation(const Call& call);
  HttpReply list_models(const Call& call);
  HttpReply retrieve_model(const Call& call);
  HttpReply create_webhook_endpoint(const Call& call);
  HttpReply list_webhook_endpoints(const Call& call);
  HttpReply retrieve_webhook_endpoint(const Call& call);
  HttpReply update_webhook_endpoint(const Call& call);
  HttpReply delete_webhook_endpoint(const Call& call);
  HttpReply rotate_webhook_secret(const Call& call);
  HttpReply list_webhook_event_types(const Call& call);

  /// The tokens of the turns before; unset when there is no such response.
  std::optional<std::uint64_t> context_tokens(const std::string& previous_response_id);
  void announce_end(const Response& response, ProviderContext& context) const;

  spec::Mock mock_;
  Script script_;
  ChatStore chats_;
  Store<Response> responses_;
  WebhookEndpoints endpoints_;
};

/// What a handler works on.
struct OpenAi::Call {
  const HttpRequest& request;
  ProviderContext& context;
  std::vector<std::string> parameters;  ///< Of the path.
  Spent& spent;                         ///< To be told in the headers.
};

/// An answer whose events are the chunks.
[[nodiscard]] HttpReply stream_reply(std::vector<HttpChunk> events);

}  // namespace firedrill::openai
