#include "mocks/stripe/reply.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace firedrill::stripe {
namespace {

void show(Json& error, const std::string& name, Kind kind, const std::string& id, Store& store) {
  const Json* object = id.empty() ? nullptr : store.find(kind, id);
  if (object != nullptr) error[name] = *object;
}

}  // namespace

std::string error_body(const Problem& problem, const std::string& request_id, Store& store) {
  Json error = Json::object();
  const auto say = [&error](const std::string& name, const std::string& text) {
    if (!text.empty()) error[name] = text;
  };
  // The API sorts the fields of its errors.
  say("charge", problem.charge);
  say("code", problem.code);
  say("decline_code", problem.decline_code);
  if (!problem.code.empty()) {
    std::string page = problem.code;
    std::replace(page.begin(), page.end(), '_', '-');
    error["doc_url"] = "https://stripe.com/docs/error-codes/" + page;
  }
  say("message", problem.message);
  say("param", problem.param);
  show(error, "payment_intent", Kind::payment_intent, problem.payment_intent, store);
  show(error, "payment_method", Kind::payment_method, problem.payment_method, store);
  say("request_log_url", "https://dashboard.stripe.com/test/logs/" + request_id);
  say("type", problem.type);
  return dump(Json{{"error", std::move(error)}});
}

}  // namespace firedrill::stripe
