#include "mocks/stripe/browser.hpp"

#include "mocks/ids.hpp"
#include "mocks/routes.hpp"
#include "mocks/stripe/call.hpp"
#include "mocks/stripe/checkout.hpp"
#include "mocks/stripe/payments.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <span>
#include <string>
#include <utility>

namespace firedrill::stripe {
namespace {

struct Visit {
  const HttpRequest& request;
  Call& call;
};

HttpReply page(int status, const std::string& text) {
  HttpReply reply;
  reply.status = status;
  reply.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  reply.body = text + "\n";
  return reply;
}

HttpReply back_to(const std::string& url, const std::string& otherwise) {
  if (url.empty()) return page(200, otherwise);
  HttpReply reply = page(303, otherwise);
  reply.headers.push_back({"Location", url});
  return reply;
}

std::string with_session(std::string url, const std::string& id) {
  constexpr std::string_view kPlaceholder = "{CHECKOUT_SESSION_ID}";
  const std::size_t at = url.find(kPlaceholder);
  return at == std::string::npos ? url : url.replace(at, kPlaceholder.size(), id);
}

HttpReply pay_session(const Visit& visit) {
  Json* session = visit.call.store.find(Kind::checkout_session, visit.call.id);
  if (session == nullptr) return page(404, "There is no such Checkout Session.");
  const std::string card = query_value(visit.request.query, "card").value_or("pm_card_visa");
  const auto problem = complete_session(visit.call, *session, card);
  if (problem) return page(problem->status, problem->message);
  return back_to(with_session(text_of(*session, "success_url"), visit.call.id), "Paid.");
}

HttpReply authenticate_intent(const Visit& visit) {
  Json* intent = visit.call.store.find(Kind::payment_intent, visit.call.id);
  if (intent == nullptr) return page(404, "There is no such PaymentIntent.");
  if ((*intent)["status"] != "requires_action") {
    return page(400, "This PaymentIntent does not wait for authentication.");
  }
  std::string back;
  if (const Json* redirect = field((*intent)["next_action"], "redirect_to_url")) {
    back = text_of(*redirect, "return_url");
  }
  const bool succeeds = query_value(visit.request.query, "outcome").value_or("") != "fail";
  authenticate(visit.call, *intent, succeeds);
  if (!back.empty()) {
    back += back.find('?') == std::string::npos ? '?' : '&';
    back += "payment_intent=" + visit.call.id +
            "&payment_intent_client_secret=" + text_of(*intent, "client_secret") +
            "&redirect_status=" + (succeeds ? "succeeded" : "failed");
  }
  return back_to(back, succeeds ? "Authenticated." : "Not authenticated.");
}

using Page = HttpReply (*)(const Visit&);
constexpr std::array<Route<Page>, 2> kPages{{
    {"GET", "/c/pay/{session}", pay_session},
    {"GET", "/3ds/{intent}", authenticate_intent},
}};

}  // namespace

std::optional<HttpReply> browse(const HttpRequest& request, Store& store,
                                ProviderContext& context) {
  const auto match = find_route(std::span{kPages}, request.method, request.path);
  if (!match.handler) return std::nullopt;
  const Json none = Json::object();
  Call call{store, context, none};
  call.id = match.parameters.front();
  call.request_id = "req_" + alnum_id(14, context.rng);
  call.host = find_header(request.headers, "host");
  return (*match.handler)({request, call});
}

std::vector<std::string> browser_routes() {
  std::vector<std::string> names;
  for (const auto& route : kPages) {
    names.push_back(std::string{route.method} + " " + std::string{route.pattern});
  }
  return names;
}

}  // namespace firedrill::stripe
