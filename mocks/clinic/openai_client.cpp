#include "mocks/clinic/openai_client.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

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

/// A whole number of `unit`; nothing for anything else, dates included.
std::optional<Duration> waiting_time(std::string_view text, Duration unit) {
  constexpr std::uint32_t most = 1'000'000;
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count > most) return std::nullopt;
  return count * unit;
}

/// As the official clients read it: the finer header first.
std::optional<Duration> retry_after(const std::vector<HttpHeader>& headers) {
  if (const auto fine = waiting_time(find_header(headers, "retry-after-ms"), 1ms)) return fine;
  return waiting_time(find_header(headers, "retry-after"), 1s);
}

AiReply reply_from(const HttpClient::Answer& answer) {
  if (const auto* response = std::get_if<HttpResponse>(&answer)) {
    AiReply reply = read_chat_answer(response->status, response->body);
    reply.retry_after = retry_after(response->headers);
    return reply;
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

net::awaitable<AiReply> OpenAiClient::score(Lead lead, std::string correlation_id,
                                            Duration within) {
  HttpClient::Request request;
  request.method = "POST";
  request.url = options_.base_url + "/chat/completions";
  request.headers.push_back({"Authorization", "Bearer " + options_.api_key});
  request.headers.push_back({"Content-Type", "application/json"});
  request.headers.push_back({"Idempotency-Key", correlation_id});
  request.headers.push_back({"x-correlation-id", std::move(correlation_id)});
  request.body = chat_request(lead, options_.privacy);
  request.timeout = std::clamp(within, Duration{1}, options_.timeout);

  const TimePoint sent_at = clock_.now();
  const HttpClient::Answer answer = co_await http_.send(std::move(request));
  AiReply reply = reply_from(answer);
  reply.took = clock_.now() - sent_at;
  co_return reply;
}

}  // namespace firedrill::clinic
