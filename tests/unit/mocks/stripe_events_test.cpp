#include "mocks/stripe/events.hpp"
#include "tests/unit/mocks/stripe_api.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

std::vector<std::string> types_of(const std::vector<Outgoing>& calls) {
  std::vector<std::string> types;
  for (const Outgoing& call : calls) types.push_back(call.event);
  return types;
}

const std::string kPay =
    "amount=900&currency=eur&payment_method_types[]=card&payment_method=pm_card_visa&confirm=true";

}  // namespace

TEST_CASE("stripe events: a payment tells its endpoint what happened, in order",
          "[mocks][stripe][events]") {
  StripeApi api;
  const Json endpoint =
      api.post("/v1/webhook_endpoints", "url=http://127.0.0.1:1/hook&enabled_events[]=*");
  const Json intent = api.post("/v1/payment_intents", kPay, {{"Idempotency-Key", "key-1"}});
  CHECK(types_of(api.sent) == std::vector<std::string>{"payment_intent.created", "charge.succeeded",
                                                       "payment_intent.succeeded"});
  const std::vector<Outgoing> sent = api.sent;
  for (const Outgoing& call : sent) {
    CHECK(call.url == "http://127.0.0.1:1/hook");
    CHECK(call.signature == Signature::stripe);
    CHECK(call.secret == endpoint["secret"]);
    CHECK(find_header(call.headers, "content-type") == "application/json; charset=utf-8");
    const Json event = Json::parse(call.body);
    CHECK(event["id"] == call.id);
    CHECK(event["type"] == call.event);
    CHECK(event["pending_webhooks"] == 1);
    CHECK(event["request"]["idempotency_key"] == "key-1");
    CHECK(api.get("/v1/events/" + call.id) == event);
  }
  api.post("/v1/refunds", "payment_intent=" + intent["id"].get<std::string>());
  CHECK(types_of(api.sent) == std::vector<std::string>{"refund.created", "charge.refunded"});
}

TEST_CASE("stripe events: endpoints hear what they asked for, while they are enabled",
          "[mocks][stripe][events]") {
  StripeApi api;
  const Json endpoint = api.post("/v1/webhook_endpoints",
                                 "url=http://127.0.0.1:1/a&enabled_events[]=charge.succeeded");
  api.post("/v1/webhook_endpoints", "url=http://127.0.0.1:1/b&enabled_events[]=customer.created");
  api.post("/v1/payment_intents", kPay);
  CHECK(types_of(api.sent) == std::vector<std::string>{"charge.succeeded"});
  const std::string path = "/v1/webhook_endpoints/" + endpoint["id"].get<std::string>();
  api.post(path, "disabled=true");
  api.post("/v1/payment_intents", kPay);
  CHECK(api.sent.empty());
  api.post(path, "disabled=false");
  api.post("/v1/payment_intents", kPay);
  CHECK(api.sent.size() == 1);
  api.send("DELETE", path);
  api.post("/v1/payment_intents", kPay);
  CHECK(api.sent.empty());
}

TEST_CASE("stripe events: one that was delivered is pending no longer", "[mocks][stripe][events]") {
  spec::Mock mock;
  mock.webhooks.push_back({"http://127.0.0.1:1/hook", "", {}, {}});
  StripeApi api{mock};
  api.post("/v1/customers");
  REQUIRE(api.sent.size() == 1);
  const Outgoing call = api.sent[0];
  CHECK(call.secret.empty());
  ProviderContext context = api.next_context();
  OutgoingOutcome outcome;
  outcome.status = 500;
  outcome.last = false;
  api.provider().delivered(call, outcome, context);
  CHECK(api.get("/v1/events", "delivery_success=true")["data"].empty());
  CHECK(api.get("/v1/events/" + call.id)["pending_webhooks"] == 1);
  outcome.status = 204;
  api.provider().delivered(call, outcome, context);
  CHECK(api.get("/v1/events/" + call.id)["pending_webhooks"] == 0);
  CHECK(api.get("/v1/events", "delivery_success=true")["data"].size() == 1);
}

TEST_CASE("stripe events: every one that is named can be made by itself",
          "[mocks][stripe][events]") {
  const std::vector<std::string> names = stripe::event_names();
  CHECK(names.size() >= 40);
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const std::string& name : names) {
    ProviderContext context;
    context.wall = WallTime{1'700'000'000s};
    context.rng = Rng{7};
    const auto event = stripe::sample_event(name, context);
    INFO(name);
    REQUIRE(event.has_value());
    CHECK(event->event == name);
    CHECK(event->url.empty());
    CHECK(event->secret.empty());
    const Json body = Json::parse(event->body);
    CHECK(body["type"] == name);
    CHECK(body["object"] == "event");
    CHECK(body["created"] == 1'700'000'000);
    CHECK(body["data"]["object"]["id"].is_string());
    const auto other = stripe::sample_event(name, context);
    CHECK(other->id != event->id);
  }
  ProviderContext context;
  CHECK_FALSE(stripe::sample_event("charge.unheard_of", context).has_value());
}
