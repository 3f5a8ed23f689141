#include "mocks/clinic/webhooks/crm.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>
#include <variant>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;

/// The first stage of the pipeline that every account has.
constexpr const char* kNewTicket = "1";

std::string ticket_json(WebhookSender sender, const WebhookEvent& event) {
  const nlohmann::json ticket{{"properties",
                               {{"subject", std::string{name_of(sender)} + " " + event.type},
                                {"content", event.id},
                                {"hs_pipeline_stage", kNewTicket}}}};
  return dump(ticket);
}

/// The CRM tells of our own tickets too; a ticket about that would be the next thing to tell of.
bool is_our_doing(WebhookSender sender, const WebhookEvent& event) {
  return sender == WebhookSender::hubspot && event.type.starts_with("ticket.");
}

struct CrmAnswer {
  EffectResult result;
  bool may_ask_again = false;  ///< It certainly did nothing.
};

CrmAnswer read_crm_answer(const HttpClient::Answer& answer) {
  CrmAnswer read;
  if (const auto* response = std::get_if<HttpResponse>(&answer)) {
    const int status = response->status;
    read.result.done = status >= 200 && status < 300;
    read.may_ask_again = status == 429 || status >= 500;
    read.result.may_pass_later = read.may_ask_again || status == 401 || status == 403;
    if (!read.result.done) read.result.why = "the CRM answered " + std::to_string(status);
    return read;
  }
  const HttpFailure& failure = std::get<HttpFailure>(answer);
  read.may_ask_again = failure.cause == HttpFailure::Cause::no_connection;
  read.result.may_pass_later = failure.cause != HttpFailure::Cause::refused_by_guard;
  read.result.why = "the CRM cannot be had: " + failure.message;
  return read;
}

}  // namespace

Crm::Crm(HttpClient& http, Pause pause, Options options)
    : http_{http}, pause_{std::move(pause)}, options_{std::move(options)} {}

net::awaitable<EffectResult> Crm::apply(WebhookSender sender, WebhookEvent event,
                                        std::string correlation_id) {
  EffectResult nothing_to_do;
  nothing_to_do.done = true;
  if (options_.base_url.empty() || is_our_doing(sender, event)) co_return nothing_to_do;
  for (std::uint32_t attempt = 1;; ++attempt) {
    HttpClient::Request request;
    request.method = "POST";
    request.url = options_.base_url + "/crm/v3/objects/tickets";
    request.headers.push_back({"Authorization", "Bearer " + options_.token});
    request.headers.push_back({"Content-Type", "application/json"});
    request.headers.push_back({"Idempotency-Key", event.id});
    request.headers.push_back({"x-correlation-id", correlation_id});
    request.body = ticket_json(sender, event);
    request.timeout = options_.timeout;
    const HttpClient::Answer answer = co_await http_.send(std::move(request));
    CrmAnswer read = read_crm_answer(answer);
    if (!read.may_ask_again || attempt >= options_.attempts) co_return std::move(read.result);
    co_await pause_(options_.backoff);
  }
}

}  // namespace firedrill::clinic
