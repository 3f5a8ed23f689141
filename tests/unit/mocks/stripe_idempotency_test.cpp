#include "mocks/mock_core.hpp"
#include "tests/unit/mocks/actions.hpp"
#include "tests/unit/mocks/stripe_api.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

const std::vector<HttpHeader> kKey{{"Idempotency-Key", "key-1"}};

std::string_view header(const HttpReply& reply, std::string_view name) {
  return find_header(reply.headers, name);
}

std::string code_of(const HttpReply& reply) {
  return Json::parse(reply.body)["error"].value("code", "");
}

}  // namespace

TEST_CASE("stripe idempotency: the first answer is given again, for 24 hours",
          "[mocks][stripe][idempotency]") {
  StripeApi api;
  const HttpReply first = api.send("POST", "/v1/customers", "name=a", kKey);
  CHECK(header(first, "idempotent-replayed").empty());
  CHECK(header(first, "idempotency-key") == "key-1");
  CHECK(header(first, "original-request") == header(first, "request-id"));
  api.elapsed = 24h - 1s;
  const HttpReply again = api.send("POST", "/v1/customers", "name=a", kKey);
  CHECK(again.body == first.body);
  CHECK(header(again, "idempotent-replayed") == "true");
  CHECK(header(again, "original-request") == header(first, "request-id"));
  CHECK(header(again, "request-id") != header(first, "request-id"));
  CHECK(api.sent.empty());
  api.elapsed = 24h;
  CHECK(api.send("POST", "/v1/customers", "name=a", kKey).body != first.body);
}

TEST_CASE("stripe idempotency: other parameters, another path: refused",
          "[mocks][stripe][idempotency]") {
  StripeApi api;
  api.send("POST", "/v1/customers", "name=a", kKey);
  for (const HttpReply& reply : {api.send("POST", "/v1/customers", "name=b", kKey),
                                 api.send("POST", "/v1/products", "name=a", kKey)}) {
    CHECK(reply.status == 400);
    CHECK(Json::parse(reply.body)["error"]["type"] == "idempotency_error");
  }
  CHECK(api.state()["objects"]["customer"]["kept"] == 1);
  // Another account's key is another key; what only reads or deletes has none.
  CHECK(api.send("POST", "/v1/customers", "name=b",
                 {{"Idempotency-Key", "key-1"}, {"Stripe-Account", "acct_1"}})
            .status == 200);
  CHECK(api.send("GET", "/v1/customers", "limit=3", kKey).status == 200);
  CHECK(
      api.send("POST", "/v1/customers", "", {{"Idempotency-Key", std::string(256, 'x')}}).status ==
      400);
}

TEST_CASE("stripe idempotency: a key is in use until its first answer leaves",
          "[mocks][stripe][idempotency]") {
  StripeApi api;
  api.latency = 300ms;
  const HttpReply first = api.send("POST", "/v1/customers", "name=a", kKey);
  api.elapsed = 299ms;
  const HttpReply early = api.send("POST", "/v1/customers", "name=a", kKey);
  CHECK(early.status == 409);
  CHECK(code_of(early) == "idempotency_key_in_use");
  CHECK(header(early, "stripe-should-retry") == "true");
  api.elapsed = 300ms;
  CHECK(api.send("POST", "/v1/customers", "name=a", kKey).body == first.body);
  CHECK(api.state()["objects"]["customer"]["kept"] == 1);
}

TEST_CASE("stripe idempotency: declines are kept, mistakes are not",
          "[mocks][stripe][idempotency]") {
  StripeApi api;
  const std::string form = "amount=900&currency=eur&source=tok_chargeDeclined";
  const HttpReply declined = api.send("POST", "/v1/charges", form, kKey);
  CHECK(declined.status == 402);
  CHECK(api.send("POST", "/v1/charges", form, kKey).body == declined.body);
  const std::vector<HttpHeader> other{{"Idempotency-Key", "key-2"}};
  CHECK(api.send("POST", "/v1/charges", "amount=x&currency=eur", other).status == 400);
  CHECK(api.send("POST", "/v1/charges", "amount=900&currency=eur&source=tok_visa", other).status ==
        200);
}

TEST_CASE("stripe locks: a change waits for the one before it, but not for ever",
          "[mocks][stripe][idempotency]") {
  StripeApi api;
  const std::string path = "/v1/customers/" + api.post("/v1/customers")["id"].get<std::string>();
  api.latency = 500ms;
  CHECK(api.send("POST", path, "name=a").delay == 0ms);
  api.elapsed = 100ms;
  CHECK(api.send("GET", path).delay == 0ms);
  CHECK(api.send("POST", path, "name=b").delay == 400ms);
  api.elapsed = 200ms;
  CHECK(api.send("POST", path, "name=c").delay == 800ms);  // after the second, at 1000 ms
  CHECK(api.get(path)["name"] == "c");

  api.latency = 10s;
  api.elapsed = 5s;
  CHECK(api.send("POST", path, "name=d").status == 200);
  api.elapsed = 6s;
  const HttpReply refused = api.send("POST", path, "name=e");
  CHECK(refused.status == 429);
  CHECK(refused.delay == 0ms);
  CHECK(code_of(refused) == "lock_timeout");
  CHECK(header(refused, "stripe-should-retry") == "true");
  CHECK(header(refused, "stripe-rate-limited-reason").empty());
  api.elapsed = 15s;
  CHECK(api.send("POST", path, "name=f").status == 200);
}

TEST_CASE("stripe idempotency: an answer that a fault holds up keeps its key in use",
          "[mocks][stripe][idempotency]") {
  MockOptions options;
  options.name = "stripe";
  options.spec.kind = spec::MockKind::stripe;
  constexpr TimeOrigin kOrigin{TimePoint{1000s}, WallTime{1'700'000'000s}};
  MockCore core{options, make_provider(options.spec).value(), kOrigin, {}};
  spec::MockAction slow;
  slow.latency = spec::Delay{spec::Delay::Kind::fixed, 2s, 0ns};
  core.inject(0, fault_of(slow), kOrigin.steady);
  HttpRequest request;
  request.method = "POST";
  request.path = request.target = "/v1/customers";
  request.headers = {{"Authorization", "Bearer sk_test_123"}, {"Idempotency-Key", "key-1"}};
  const auto first = core.handle(request, kOrigin.steady);
  CHECK(first.reply.delay == 2s);
  core.heal(0);
  CHECK(core.handle(request, kOrigin.steady + 1999ms).reply.status == 409);
  CHECK(core.handle(request, kOrigin.steady + 2s).reply.body == first.reply.body);
}
