#include "mocks/clinic/openai_client.hpp"

#include "mocks/clinic/chat_completion.hpp"

#include <utility>
#include <variant>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;

AiOutcome outcome_of(HttpFailure::Cause cause) {
  switch (cause) {
    case HttpFailure::Cause::refused_by_guard:
      return AiOutcome::request_rejected;
    case HttpFailure::Cause::no_connection:
    case HttpFailure::Cause::connection_lost:
      return AiOutcome::no_connection;
    case HttpFailure::Cause::timed_out:
      return AiOutcome::timed_out;
    case HttpFailure::Cause::not_http:
    case HttpFailure::Cause::too_large:
      return AiOutcome::malformed;
  }
  return AiOutcome::no_connection;
}

AiReply reply_from(const HttpClient::Answer& answer) {
  if (const auto* response = std::get_if<HttpResponse>(&answer)) {
    return read_chat_answer(response->status, response->body);
  }
  const auto& failure = std::get<HttpFailure>(answer);
  AiReply reply;
  reply.outcome = outcome_of(failure.cause);
  reply.why = failure.message;
  return reply;
}

}  // namespace

OpenAiClient::OpenAiClient(HttpClient& http, const Clock& clock, Options options)
    : http_{http}, clock_{clock}, options_{std::move(options)} {}

net::awaitable<AiReply> OpenAiClient::score(Lead lead, std::string correlation_id) {
  HttpClient::Request request;
  request.method = "POST";
  request.url = options_.base_url + "/chat/completions";
  request.headers.push_back({"Authorization", "Bearer " + options_.api_key});
  request.headers.push_back({"Content-Type", "application/json"});
  request.headers.push_back({"x-correlation-id", std::move(correlation_id)});
  request.body = chat_request(lead);
  request.timeout = options_.timeout;

  const TimePoint sent_at = clock_.now();
  const HttpClient::Answer answer = co_await http_.send(std::move(request));
  AiReply reply = reply_from(answer);
  reply.took = clock_.now() - sent_at;
  co_return reply;
}

}  // namespace firedrill::clinic
