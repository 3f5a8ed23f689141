// What the OpenAI mock answers under /responses.
#include "mocks/json_text.hpp"
#include "mocks/openai/events.hpp"
#include "mocks/openai/openai.hpp"
#include "mocks/openai/pace.hpp"
#include "mocks/openai/response_request.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>

namespace firedrill::openai {
namespace {

Problem no_response(const std::string& id) { return not_found("Response", id); }

Problem no_previous_response(const std::string& id) {
  return {.message = "Previous response with id '" + id + "' not found.",
          .param = "previous_response_id",
          .code = "previous_response_not_found"};
}

/// The query's `starting_after`: the last event that the caller has seen, -1 for none.
std::int64_t starting_after(std::string_view query) {
  const auto text = query_value(query, "starting_after");
  std::int64_t number = -1;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace

std::optional<std::uint64_t> OpenAi::context_tokens(const std::string& previous_response_id) {
  if (previous_response_id.empty()) return 0;
  const Response* previous = responses_.find(previous_response_id);
  if (previous == nullptr) return std::nullopt;
  return previous->tokens();
}

HttpReply OpenAi::create_response(const Call& call) {
  const auto parsed = parse_response_request(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return to_reply(*problem);
  const auto& request = std::get<ResponseRequest>(parsed);
  const auto before = context_tokens(request.previous_response_id);
  if (!before) return to_reply(no_previous_response(request.previous_response_id));
  const Pace pace = draw_pace(mock_, call.context.rng);
  Response response = respond(request, *before, script_, pace, call.request.headers, call.context);
  call.spent.tokens = response.tokens();
  call.context.bill = TokenBill{response.model, response.input_tokens, response.said.tokens};
  HttpReply reply;
  if (request.stream) {
    call.spent.time = pace.first_token;
    reply = stream_reply(to_stream(response, pace));
  } else if (request.background) {
    reply = json_reply(200, to_body(response, ResponseStatus::queued));
  } else {
    reply = json_reply(200, to_body(response, status_at(response, call.context.now)));
    reply.delay = call.spent.time = pace.all(response.said.tokens);
  }
  if (request.background) announce_end(response, call.context);
  if (request.store) {
    const std::string id = response.id;
    responses_.put(id, std::move(response));
  }
  return reply;
}

/// Only those who do not wait for a response are told of its end.
void OpenAi::announce_end(const Response& response, ProviderContext& context) const {
  std::vector<spec::WebhookTarget> targets = mock_.webhooks;
  for (spec::WebhookTarget& target : endpoints_.targets()) targets.push_back(std::move(target));
  const ResponseStatus end = status_at(response, response.ready_at);
  announce("response." + std::string{name_of(end)}, response.id,
           end == ResponseStatus::cancelled ? Duration{0} : response.ready_at - context.now,
           targets, context);
}

/// The end of a response that was cancelled in the meantime never comes.
bool OpenAi::wants(const Outgoing& call, WallTime) const {
  const auto event = parse_json<nlohmann::json>(call.body);
  if (!event || !event->contains("/data/id"_json_pointer)) return true;
  const auto& id = event->at("/data/id"_json_pointer);
  const Response* response = id.is_string() ? responses_.peek(id.get<std::string>()) : nullptr;
  return response == nullptr || !response->cancelled || call.event == "response.cancelled";
}

HttpReply OpenAi::count_input_tokens(const Call& call) {
  const auto parsed = parse_response_request(call.request.body);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return to_reply(*problem);
  const auto& request = std::get<ResponseRequest>(parsed);
  const auto before = context_tokens(request.previous_response_id);
  if (!before) return to_reply(no_previous_response(request.previous_response_id));
  return json_reply(
      200, dump(nlohmann::ordered_json{{"object", "response.input_tokens"},
                                       {"input_tokens", request.prompt.tokens + *before}}));
}

HttpReply OpenAi::retrieve_response(const Call& call) {
  const std::string& id = call.parameters.front();
  const Response* response = responses_.find(id);
  if (response == nullptr) return to_reply(no_response(id));
  if (query_value(call.request.query, "stream") == "true") {
    return stream_reply(to_stream(*response, {}, starting_after(call.request.query)));
  }
  return json_reply(200, to_body(*response, status_at(*response, call.context.now)));
}

HttpReply OpenAi::delete_response(const Call& call) {
  const std::string& id = call.parameters.front();
  if (!responses_.erase(id)) return to_reply(no_response(id));
  return json_reply(
      200, dump(nlohmann::ordered_json{{"id", id}, {"object", "response"}, {"deleted", true}}));
}

HttpReply OpenAi::cancel_response(const Call& call) {
  const std::string& id = call.parameters.front();
  Response* response = responses_.find(id);
  if (response == nullptr) return to_reply(no_response(id));
  if (!response->background) {
    return to_reply({.message = "Cannot cancel a synchronous response."});
  }
  if (status_at(*response, call.context.now) == ResponseStatus::in_progress) {
    response->cancelled = true;
    announce_end(*response, call.context);
  }
  return json_reply(200, to_body(*response, status_at(*response, call.context.now)));
}

HttpReply OpenAi::list_input_items(const Call& call) {
  const std::string& id = call.parameters.front();
  const Response* response = responses_.find(id);
  if (response == nullptr) return to_reply(no_response(id));
  return json_reply(200, input_item_list(*response, PageQuery::parse(call.request.query)));
}

}  // namespace firedrill::openai
