#include "mocks/stripe/calendar.hpp"
#include "mocks/stripe/currencies.hpp"
#include "tests/unit/mocks/stripe_api.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

const std::string kCard = "&payment_method_types[]=card";

std::string id_of(const Json& object) { return object.at("id").get<std::string>(); }

}  // namespace

TEST_CASE("stripe: what was made can be read, changed, listed and deleted", "[mocks][stripe]") {
  StripeApi api;
  const Json made = api.post("/v1/customers", "name=Jenny+Rosen&metadata[tooth]=14");
  CHECK(made["object"] == "customer");
  CHECK(made["created"] == 1'700'000'000);
  CHECK(api.get("/v1/customers/" + id_of(made)) == made);
  const Json changed = api.post("/v1/customers/" + id_of(made), "name=&metadata[tooth]=");
  CHECK(changed["name"].is_null());
  CHECK(changed["metadata"] == Json::object());
  CHECK(api.get("/v1/customers")["data"].size() == 1);
  CHECK(api.send("DELETE", "/v1/customers/" + id_of(made)).status == 200);
  CHECK(api.get("/v1/customers")["data"].empty());
  CHECK(api.get("/v1/customers/" + id_of(made))["deleted"] == true);
}

TEST_CASE("stripe: every answer has a JSON type and a request id of its own", "[mocks][stripe]") {
  StripeApi api;
  const HttpReply found = api.send("GET", "/v1/customers");
  const HttpReply lost = api.send("GET", "/v1/nowhere", "", {{"Stripe-Version", "2020-08-27"}});
  CHECK(found.status == 200);
  CHECK(lost.status == 404);
  CHECK(find_header(lost.headers, "stripe-version") == "2020-08-27");
  for (const HttpReply& reply : {found, lost}) {
    CHECK(find_header(reply.headers, "content-type") == "application/json");
    CHECK(find_header(reply.headers, "request-id").size() == 18);
  }
  CHECK(find_header(found.headers, "request-id") != find_header(lost.headers, "request-id"));
}

TEST_CASE("stripe: equal seeds give equal answers, other seeds other ids", "[mocks][stripe]") {
  const auto play = [](std::uint64_t seed) {
    StripeApi api{{}, seed};
    std::string all;
    for (int i = 0; i < 3; ++i) {
      all += api.send("POST", "/v1/payment_intents",
                      "amount=900&currency=eur&payment_method=pm_card_visa&confirm=true" + kCard)
                 .body;
    }
    return all + api.send("GET", "/v1/events").body;
  };
  CHECK(play(1) == play(1));
  CHECK(play(1) != play(2));
}

TEST_CASE("stripe: a reset forgets everything and keeps the scenario's targets",
          "[mocks][stripe]") {
  spec::Mock mock;
  mock.webhooks.push_back({"http://127.0.0.1:1/hook", "whsec_x", {"customer.created"}, {}});
  StripeApi api{mock};
  const Json made = api.post("/v1/customers", "", {{"Idempotency-Key", "k"}});
  REQUIRE(api.sent.size() == 1);
  CHECK(api.sent[0].secret == "whsec_x");
  CHECK(api.state()["objects"]["customer"]["kept"] == 1);
  CHECK(api.state()["idempotency_keys"]["kept"] == 1);
  api.provider().reset();
  CHECK(api.state()["objects"]["customer"]["kept"] == 0);
  CHECK(api.state()["objects"]["event"]["kept"] == 0);
  CHECK(api.state()["idempotency_keys"]["kept"] == 0);
  CHECK(api.send("GET", "/v1/customers/" + id_of(made)).status == 404);
  api.post("/v1/customers");
  CHECK(api.sent.size() == 1);
}

TEST_CASE("stripe: memory is bounded, and what made room is counted", "[mocks][stripe]") {
  StripeApi api;
  const Json first = api.post("/v1/products", "name=first");
  for (int i = 0; i < 10'000; ++i) {
    api.send("POST", "/v1/products", "name=x", {{"Idempotency-Key", std::to_string(i)}});
  }
  const Json state = api.state();
  CHECK(state["objects"]["product"]["kept"] == 10'000);
  CHECK(state["objects"]["product"]["made_room"] == 1);
  CHECK(state["objects"]["event"]["made_room"] == 1);
  CHECK(state["idempotency_keys"]["kept"] == 10'000);
  CHECK(api.send("GET", "/v1/products/" + id_of(first)).status == 404);
}

TEST_CASE("stripe: errors of the provider's own come in its words", "[mocks][stripe]") {
  StripeApi api;
  ProviderContext context;
  const HttpReply limited = api.provider().error(429, context);
  CHECK(Json::parse(limited.body)["error"]["code"] == "rate_limit");
  CHECK(find_header(limited.headers, "stripe-rate-limited-reason") == "global-rate");
  CHECK(find_header(limited.headers, "stripe-should-retry").empty());
  for (const int status : {400, 401, 402, 403, 404, 409, 418, 500, 502, 503, 504}) {
    const HttpReply reply = api.provider().error(status, context);
    INFO(reply.body);
    CHECK(reply.status == status);
    const Json error = Json::parse(reply.body).at("error");
    CHECK(error.at("message").get<std::string>() != "");
    CHECK((error.at("type") == "api_error") == (status >= 500));
  }
}

TEST_CASE("stripe: only the scenario's key will do, once it names one", "[mocks][stripe]") {
  spec::Mock mock;
  mock.api_key = "sk_test_123";
  StripeApi right{mock};
  CHECK(right.send("GET", "/v1/customers").status == 200);
  mock.api_key = "sk_test_other";
  StripeApi wrong{mock};
  const HttpReply refused = wrong.send("GET", "/v1/customers");
  CHECK(refused.status == 401);
  CHECK(Json::parse(refused.body)["error"]["message"] == "Invalid API Key provided: sk_test_***");
}

TEST_CASE("stripe: strange input is answered, not suffered", "[mocks][stripe]") {
  StripeApi api;
  std::string many = "metadata[x]=1";
  for (int i = 0; i < 2000; ++i) many += "&a=1";
  for (const std::string& form :
       {many, std::string{"a[b][c][d][e][f][g][h][i][j][k][l][m][n]=1"}, std::string{"name[a]=1"},
        std::string{"expand=x"}, std::string{"metadata=x"}, std::string{"metadata[a][b]=1"},
        std::string{"name=%FF%FE"}, std::string{"=&&==&[]=1"}}) {
    const HttpReply reply = api.send("POST", "/v1/customers", form);
    INFO(form.substr(0, 40) << " " << reply.body);
    CHECK(reply.status == 400);
    CHECK(Json::parse(reply.body).contains("error"));
  }
  CHECK(api.get("/v1/customers")["data"].empty());
  CHECK(api.send("GET", "/c/pay/nothing").status == 404);
  CHECK(api.send("GET", "/3ds/nothing").status == 404);
}

TEST_CASE("stripe: a session that nobody pays expires", "[mocks][stripe]") {
  StripeApi api;
  const Json session =
      api.post("/v1/checkout/sessions",
               "mode=payment&success_url=https://example.com&line_items[0][quantity]=1&"
               "line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=900&"
               "line_items[0][price_data][product_data][name]=Crown");
  CHECK(session["url"] == "http://127.0.0.1:12111/c/pay/" + id_of(session));
  api.elapsed = 24h - 1s;
  CHECK(api.get("/v1/checkout/sessions/" + id_of(session))["status"] == "open");
  api.elapsed = 24h;
  CHECK(api.get("/v1/checkout/sessions/" + id_of(session))["status"] == "expired");
  CHECK(api.get("/v1/events")["data"][0]["type"] == "checkout.session.expired");
  CHECK(api.send("GET", "/c/pay/" + id_of(session)).status == 400);
}

TEST_CASE("stripe: the conformance suite covers every route there is, and no other",
          "[mocks][stripe]") {
  std::ifstream file{std::string{FD_SOURCE_DIR} + "/tests/conformance/stripe.coverage.mjs"};
  std::stringstream text;
  text << file.rdbuf();
  const std::string source = text.str();
  const std::regex row{"'((?:GET|POST|DELETE) /[^']*)': '"};
  std::multiset<std::string> covered;
  for (std::sregex_iterator it{source.begin(), source.end(), row}, end; it != end; ++it) {
    covered.insert((*it)[1].str());
  }
  const std::vector<std::string> names = stripe::route_names();
  CHECK(names.size() >= 80);
  CHECK(covered == std::multiset<std::string>{names.begin(), names.end()});
}

TEST_CASE("stripe: periods end on the same day, or on the month's last", "[mocks][stripe]") {
  constexpr std::int64_t kJan31 = 1'706'659'200 + 3600;                     // 2024-01-31 01:00 UTC
  CHECK(stripe::add_interval(kJan31, "month", 1) == 1'709'164'800 + 3600);  // 29 February
  CHECK(stripe::add_interval(kJan31, "year", 1) == 1'738'281'600 + 3600);
  CHECK(stripe::add_interval(kJan31, "week", 2) == kJan31 + 14 * 86'400);
  CHECK(stripe::add_interval(kJan31, "day", 3) == kJan31 + 3 * 86'400);
}

TEST_CASE("stripe: currencies know their least and their decimals", "[mocks][stripe]") {
  CHECK(stripe::is_currency("usd"));
  CHECK(stripe::is_currency("tnd"));
  CHECK_FALSE(stripe::is_currency("sdc"));
  CHECK_FALSE(stripe::is_currency(", a"));
  CHECK(stripe::shown_amount(5, "usd") == "$0.05 usd");
  CHECK(stripe::shown_amount(500, "jpy") == "500 jpy");
  CHECK(stripe::least_charge("gbp") == 30);
}
