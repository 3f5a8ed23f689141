// What the OpenAI mock answers under /webhook_endpoints.
#include "mocks/openai/openai.hpp"

#include <utility>
#include <variant>

namespace firedrill::openai {
namespace {

HttpReply to_reply(WebhookEndpoints::Body made) {
  if (const auto* problem = std::get_if<Problem>(&made)) return openai::to_reply(*problem);
  return json_reply(200, std::get<std::string>(std::move(made)));
}

}  // namespace

HttpReply OpenAi::create_webhook_endpoint(const Call& call) {
  return to_reply(endpoints_.create(call.request.body, call.context));
}

HttpReply OpenAi::list_webhook_endpoints(const Call& call) {
  return json_reply(200, endpoints_.list(call.request.query));
}

HttpReply OpenAi::retrieve_webhook_endpoint(const Call& call) {
  return to_reply(endpoints_.retrieve(call.parameters.front()));
}

HttpReply OpenAi::update_webhook_endpoint(const Call& call) {
  return to_reply(endpoints_.update(call.parameters.front(), call.request.body, call.context));
}

HttpReply OpenAi::delete_webhook_endpoint(const Call& call) {
  return to_reply(endpoints_.remove(call.parameters.front()));
}

HttpReply OpenAi::rotate_webhook_secret(const Call& call) {
  return to_reply(endpoints_.rotate_secret(call.parameters.front(), call.context));
}

HttpReply OpenAi::list_webhook_event_types(const Call&) {
  return json_reply(200, event_type_list());
}

}  // namespace firedrill::openai
