// What the OpenAI mock answers under /chat/completions.
#include "mocks/json_text.hpp"
#include "mocks/openai/chat_request.hpp"
#include "mocks/openai/completion.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/openai.hpp"
#include "mocks/openai/pace.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>
#include <variant>

namespace firedrill::openai {
namespace {

using Document = nlohmann::json;

HttpReply found_or_not(const std::optional<std::string>& body, const std::string& id) {
  if (!body) return to_reply(not_found("Chat completion", id));
  return json_reply(200, *body);
}

/// The metadata of an update, as JSON text.
std::variant<std::string, Problem> read_update(std::string_view body) {
  static constexpr std::array<std::string_view, 1> kUpdateParameters{"metadata"};
  const auto document = parse_json<Document>(body);
  if (!document || !document->is_object()) return unreadable_json();
  Fields<Document> fields;
  fields.only(*document, "", kUpdateParameters);
  const Document* metadata = fields.require(*document, "metadata", "metadata", "an object");
  if (metadata != nullptr) {
    fields.check_type(metadata->is_object(), *metadata, "metadata", "an object");
  }
  if (fields.problem()) return *fields.problem();
  return dump(*metadata);
}

}  // namespace

HttpReply OpenAi::create_chat_completion(const Call& call) {
  const auto parsed = parse_chat_request(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return to_reply(*problem);
  const auto& request = std::get<ChatRequest>(parsed);
  const Pace pace = draw_pace(mock_, call.context.rng);
  const Completion completion = complete(request, script_, call.request.headers, call.context);
  call.spent.tokens = completion.prompt_tokens + completion.completion_tokens;
  call.context.bill =
      TokenBill{completion.model, completion.prompt_tokens, completion.completion_tokens};
  if (request.store) chats_.keep(request, completion);
  if (request.stream) {
    call.spent.time = pace.first_token;
    return stream_reply(to_stream(completion, request.include_usage, pace));
  }
  HttpReply reply = json_reply(200, to_body(completion, request.store));
  // The answers of one request are made side by side.
  std::uint64_t longest = 0;
  for (const Said& choice : completion.choices) longest = std::max(longest, choice.tokens);
  reply.delay = call.spent.time = pace.all(longest);
  return reply;
}

HttpReply OpenAi::list_chat_completions(const Call& call) {
  return json_reply(200, chats_.list(call.request.query));
}

HttpReply OpenAi::retrieve_chat_completion(const Call& call) {
  const std::string& id = call.parameters.front();
  return found_or_not(chats_.retrieve(id), id);
}

HttpReply OpenAi::update_chat_completion(const Call& call) {
  const auto metadata = read_update(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&metadata)) return to_reply(*problem);
  const std::string& id = call.parameters.front();
  return found_or_not(chats_.update(id, std::get<std::string>(metadata)), id);
}

HttpReply OpenAi::delete_chat_completion(const Call& call) {
  const std::string& id = call.parameters.front();
  return found_or_not(chats_.remove(id), id);
}

HttpReply OpenAi::list_chat_messages(const Call& call) {
  const std::string& id = call.parameters.front();
  return found_or_not(chats_.messages(id, call.request.query), id);
}

}  // namespace firedrill::openai
