#include "tests/unit/mocks/hubspot_api.hpp"

#include <algorithm>
#include <regex>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = HubSpotApi::Json;

namespace {

const std::string kContacts = "/crm/v3/objects/contacts";

std::string refresh_form(const std::string& token) {
  return "grant_type=refresh_token&client_id=app&client_secret=s&refresh_token=" + token;
}

Json issued_tokens(HubSpotApi& api) {
  const auto answer =
      api.send("POST", "/oauth/v1/token",
               "grant_type=authorization_code&client_id=app&client_secret=s&code=c1&"
               "redirect_uri=http%3A%2F%2F127.0.0.1%2F",
               "");
  REQUIRE(answer.status == 200);
  return answer.body;
}

}  // namespace

TEST_CASE("a call without a token, or with another than the scenario's, is refused", "[hubspot]") {
  HubSpotApi any;
  CHECK(any.send("GET", kContacts, "", "Bearer whatever").status == 200);
  const auto missing = any.send("GET", kContacts, "", "");
  CHECK(missing.status == 401);
  CHECK(missing.body["category"] == "INVALID_AUTHENTICATION");
  CHECK(any.send("GET", kContacts, "", "Basic eDp5").status == 401);

  spec::Mock mock;
  mock.api_key = "pat-na1-secret";
  HubSpotApi strict{mock};
  CHECK(strict.send("GET", kContacts, "", "Bearer pat-na1-secret").status == 200);
  CHECK(strict.send("GET", kContacts, "", "Bearer pat-na1-other").status == 401);
  CHECK(strict.send("GET", "/webhooks/v3/1/subscriptions?hapikey=pat-na1-secret", "", "").status ==
        200);
  CHECK(strict.send("GET", "/webhooks/v3/1/subscriptions?hapikey=other", "", "").status == 401);
  CHECK(strict.send("GET", kContacts + "?hapikey=pat-na1-secret", "", "").status == 401);
}

TEST_CASE("OAuth tokens are good for half an hour, also where only one key is", "[hubspot]") {
  spec::Mock mock;
  mock.api_key = "pat-na1-secret";
  HubSpotApi api{mock};
  const Json tokens = issued_tokens(api);
  CHECK(tokens["expires_in"] == 1800);
  CHECK(tokens["token_type"] == "bearer");
  const std::string access = tokens["access_token"];
  CHECK(api.send("GET", kContacts, "", "Bearer " + access).status == 200);
  const auto info = api.send("GET", "/oauth/v1/access-tokens/" + access, "", "");
  CHECK(info.body["hub_id"] == 33);
  CHECK(info.body["expires_in"] == 1800);

  api.advance(1800s + 3min);
  const auto expired = api.send("GET", kContacts, "", "Bearer " + access);
  CHECK(expired.status == 401);
  CHECK(expired.body["category"] == "EXPIRED_AUTHENTICATION");
  CHECK(expired.body["message"] ==
        "The OAuth token used to make this call expired 3 minute(s) ago.");
  CHECK(api.send("GET", "/oauth/v1/access-tokens/" + access, "", "").status == 404);

  const std::string refresh = tokens["refresh_token"];
  const auto renewed = api.send("POST", "/oauth/v1/token", refresh_form(refresh), "");
  REQUIRE(renewed.status == 200);
  CHECK(renewed.body["refresh_token"] == refresh);
  const std::string fresh = renewed.body["access_token"];
  CHECK(fresh != access);
  CHECK(api.send("GET", kContacts, "", "Bearer " + fresh).status == 200);
}

TEST_CASE("a token endpoint says what is missing, in words of its own", "[hubspot]") {
  HubSpotApi api;
  const auto word = [&](const std::string& form) {
    const auto answer = api.send("POST", "/oauth/v1/token", form, "");
    CHECK(answer.status == 400);
    return answer.body["status"].get<std::string>();
  };
  CHECK(word("") == "BAD_CLIENT_ID");
  CHECK(word("client_id=a") == "BAD_CLIENT_SECRET");
  CHECK(word("client_id=a&client_secret=s") == "BAD_GRANT_TYPE");
  CHECK(word("client_id=a&client_secret=s&grant_type=refresh_token") == "BAD_REFRESH_TOKEN");
  CHECK(word("client_id=a&client_secret=s&grant_type=authorization_code&code=c") ==
        "BAD_REDIRECT_URI");
  const Json tokens = issued_tokens(api);
  CHECK(word("client_id=a&client_secret=s&grant_type=authorization_code&code=c1&redirect_uri=u") ==
        "BAD_AUTH_CODE");
  const std::string refresh = tokens["refresh_token"];
  CHECK(word("client_id=b&client_secret=s&grant_type=refresh_token&refresh_token=" + refresh) ==
        "BAD_CLIENT_ID");
  const std::string path = "/oauth/v1/refresh-tokens/" + refresh;
  CHECK(api.send("GET", path, "", "").body["client_id"] == "app");
  CHECK(api.send("DELETE", path, "", "").status == 204);
  CHECK(api.send("GET", path, "", "").status == 404);
  CHECK(word(refresh_form(refresh)) == "BAD_REFRESH_TOKEN");
}

TEST_CASE("a private app's token can be looked up", "[hubspot]") {
  spec::Mock mock;
  mock.api_key = "pat-na1-secret";
  HubSpotApi api{mock};
  const std::string path = "/oauth/v2/private-apps/get/access-token-info";
  const auto info = api.send("POST", path, R"({"tokenKey":"pat-na1-secret"})", "");
  CHECK(info.status == 200);
  CHECK(info.body["hubId"] == 33);
  CHECK(api.send("POST", path, R"({"tokenKey":"pat-na1-other"})", "").status == 404);
  CHECK(api.send("POST", path, R"({"tokenKey":1})", "").status == 400);
}

TEST_CASE("unknown paths and methods get the API's envelope", "[hubspot]") {
  HubSpotApi api;
  const auto unknown = api.get("/crm/v9/dragons");
  CHECK(unknown.status == 404);
  CHECK(unknown.body["status"] == "error");
  CHECK(unknown.body["message"] == "resource not found");
  const auto method = api.send("PUT", kContacts, "");
  CHECK(method.status == 405);
  CHECK(method.header("allow") == "POST, GET");
  CHECK(std::regex_match(
      unknown.header("x-hubspot-correlation-id"),
      std::regex{"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"}));
}

TEST_CASE("a 429 tells which limit was reached", "[hubspot]") {
  HubSpotApi api;
  HttpRequest list;
  list.method = "GET";
  list.path = kContacts;
  list.headers = {{"Authorization", "Bearer pat-na1-x"}};
  RateStatus rate{.rate = Rate{10}, .left = 0, .refused = true};

  const auto rolling = api.error(429, list, rate);
  CHECK(rolling.status == 429);
  CHECK(rolling.body["policyName"] == "TEN_SECONDLY_ROLLING");
  CHECK(rolling.body["errorType"] == "RATE_LIMIT");
  CHECK(rolling.body["category"] == "RATE_LIMITS");
  CHECK(rolling.body["message"] == "You have reached your ten_secondly_rolling limit.");
  CHECK(rolling.header("x-hubspot-ratelimit-max") == "100");
  CHECK(rolling.header("x-hubspot-ratelimit-remaining") == "0");
  CHECK(rolling.header("x-hubspot-ratelimit-interval-milliseconds") == "10000");

  HttpRequest search = list;
  search.method = "POST";
  search.path = kContacts + "/search";
  const auto secondly = api.error(429, search, rate);
  CHECK(secondly.body["policyName"] == "SECONDLY");
  CHECK(secondly.body["message"] == "You have reached your secondly limit.");
  CHECK(secondly.header("x-hubspot-ratelimit-max").empty());
  CHECK_FALSE(secondly.header("x-hubspot-ratelimit-daily").empty());

  rate.rate = Rate{0};
  const auto daily = api.error(429, list, rate);
  CHECK(daily.body["policyName"] == "DAILY");
  CHECK(daily.header("x-hubspot-ratelimit-daily-remaining") == "0");
  // OAuth apps have no daily limit to be told of.
  list.headers = {{"Authorization", "Bearer CxYz"}};
  CHECK(api.error(429, list, rate).header("x-hubspot-ratelimit-daily").empty());
  // Without a request at hand it is the usual one.
  CHECK(api.error(429).body["policyName"] == "TEN_SECONDLY_ROLLING");
}

TEST_CASE("errors that faults ask for", "[hubspot]") {
  HubSpotApi api;
  CHECK(api.error(500).body["category"] == "INTERNAL_ERROR");
  CHECK(api.error(403).body["category"] == "MISSING_SCOPES");
  CHECK(api.error(401).body["category"] == "INVALID_AUTHENTICATION");
  CHECK(api.error(423).status == 423);
  CHECK(api.error(477).header("retry-after") == "60");
  CHECK(api.error(418).body["status"] == "error");
  // What stands before the API answers with a page.
  CHECK(api.error(502).header("content-type") == "text/html; charset=UTF-8");
  CHECK(api.error(503).header("content-type") == "application/json");
}

TEST_CASE("properties can be listed, made, changed, used and archived", "[hubspot]") {
  HubSpotApi api;
  const std::string path = "/crm/v3/properties/contacts";
  const Json wanted{{"name", "tooth_count"},
                    {"label", "Teeth"},
                    {"type", "number"},
                    {"fieldType", "number"},
                    {"groupName", "contactinformation"}};
  CHECK(api.post(kContacts, {{"properties", {{"tooth_count", "32"}}}}).status == 400);
  const auto made = api.post(path, wanted);
  CHECK(made.status == 201);
  CHECK(made.body["hubspotDefined"] == false);
  CHECK(api.post(path, wanted).status == 409);
  CHECK(
      api.post(kContacts, {{"properties", {{"tooth_count", "many"}}}}).body["errors"][0]["code"] ==
      "INVALID_NUMBER");
  CHECK(api.create("contacts", {{"tooth_count", "32"}}) == "101");
  CHECK(api.patch(path + "/tooth_count", {{"label", "Number of teeth"}}).body["label"] ==
        "Number of teeth");
  CHECK(api.patch(path + "/tooth_count", {{"type", "dragon"}}).status == 400);
  CHECK(api.get(path + "/tooth_count").body["label"] == "Number of teeth");
  CHECK(api.get(path + "/nonsense").status == 404);
  CHECK(api.remove(path + "/tooth_count").status == 204);
  CHECK(api.remove(path + "/tooth_count").status == 404);
  CHECK(api.get(path + "/tooth_count").status == 404);
  CHECK(api.get(path + "/tooth_count?archived=true").body["archived"] == true);
  CHECK(api.remove(path + "/email").status == 400);
  const Json all = api.get(path).body["results"];
  CHECK(
      std::any_of(all.begin(), all.end(), [](const Json& one) { return one["name"] == "email"; }));
}

TEST_CASE("a definition that is none is refused", "[hubspot]") {
  HubSpotApi api;
  const auto status = [&](const Json& changes) {
    Json body{{"name", "ok"},
              {"label", "Ok"},
              {"type", "string"},
              {"fieldType", "text"},
              {"groupName", "contactinformation"}};
    body.update(changes);
    return api.post("/crm/v3/properties/contacts", body).status;
  };
  CHECK(status({{"name", "Not OK"}}) == 400);
  CHECK(status({{"name", 7}}) == 400);
  CHECK(status({{"type", "dragon"}}) == 400);
  CHECK(status({{"fieldType", "number"}}) == 400);
  CHECK(status({{"groupName", "nowhere"}}) == 400);
  CHECK(status({{"label", nullptr}}) == 400);
  CHECK(status({{"options", {{{"label", "A"}}}}}) == 400);
  CHECK(status({{"hasUniqueValue", true}, {"type", "bool"}, {"fieldType", "booleancheckbox"}}) ==
        400);
  CHECK(status(Json::object()) == 201);
}

TEST_CASE("a unique property of one's own identifies objects", "[hubspot]") {
  HubSpotApi api;
  CHECK(api.post("/crm/v3/properties/deals", {{"name", "order_no"},
                                              {"label", "Order"},
                                              {"type", "string"},
                                              {"fieldType", "text"},
                                              {"groupName", "dealinformation"},
                                              {"hasUniqueValue", true}})
            .status == 201);
  const std::string id = api.create("deals", {{"dealname", "A"}, {"order_no", "7"}});
  CHECK(api.get("/crm/v3/objects/deals/7?idProperty=order_no").body["id"] == id);
  const auto again = api.post("/crm/v3/objects/deals", {{"properties", {{"order_no", "7"}}}});
  CHECK(again.status == 400);
  CHECK(again.body["errors"][0]["code"] == "CONFLICTING_UNIQUE_VALUE");
}

TEST_CASE("batches of properties, and groups", "[hubspot]") {
  HubSpotApi api;
  const std::string path = "/crm/v3/properties/contacts";
  CHECK(api.post(path + "/groups", {{"name", "teeth"}, {"label", "Teeth"}}).status == 201);
  CHECK(api.post(path + "/groups", {{"name", "teeth"}, {"label", "Teeth"}}).status == 409);
  CHECK(api.post(path + "/groups", {{"name", "teeth"}}).status == 400);
  CHECK(api.get(path + "/groups").body["results"].size() == 2);
  CHECK(api.get(path + "/groups/teeth").body["label"] == "Teeth");
  CHECK(api.get(path + "/groups/ears").status == 404);
  const auto definition = [](const char* name) {
    return Json{{"name", name},
                {"label", name},
                {"type", "string"},
                {"fieldType", "text"},
                {"groupName", "teeth"}};
  };
  CHECK(api.post(path + "/batch/create", {{"inputs", {definition("a"), definition("b")}}}).status ==
        201);
  const auto partly =
      api.post(path + "/batch/create", {{"inputs", {definition("a"), definition("c")}}});
  CHECK(partly.status == 207);
  CHECK(partly.body["results"][0]["name"] == "c");
  CHECK(partly.body["errors"][0]["category"] == "OBJECT_ALREADY_EXISTS");
  CHECK(api.post(path + "/batch/read", {{"inputs", {{{"name", "a"}}}}}).status == 200);
  CHECK(api.post(path + "/batch/read", {{"inputs", {{{"name", "a"}}, {{"name", "z"}}}}}).status ==
        207);
  CHECK(
      api.post(path + "/batch/archive", {{"inputs", {{{"name", "a"}}, {{"name", "z"}}}}}).status ==
      204);
  CHECK(api.get(path + "/a").status == 404);
}

TEST_CASE("owners and pipelines are those of a new account", "[hubspot]") {
  HubSpotApi api;
  const auto owners = api.get("/crm/v3/owners/?limit=2");
  CHECK(owners.body["results"].size() == 2);
  const std::string after = owners.body["paging"]["next"]["after"];
  CHECK(api.get("/crm/v3/owners?after=" + after).body["results"].size() == 1);
  CHECK(api.get("/crm/v3/owners?email=ben%40example.com").body["results"][0]["id"] == "71002");
  CHECK(api.get("/crm/v3/owners/71002").body["email"] == "ben@example.com");
  CHECK(api.get("/crm/v3/owners/9002?idProperty=userId").body["id"] == "71002");
  CHECK(api.get("/crm/v3/owners/1").status == 404);
  CHECK(api.get("/crm/v3/owners/1?idProperty=name").status == 400);

  CHECK(api.get("/crm/v3/pipelines/deals").body["results"][0]["id"] == "default");
  CHECK(api.get("/crm/v3/pipelines/tickets/0").body["stages"].size() == 4);
  CHECK(api.get("/crm/v3/pipelines/deals/default/stages").body["results"].size() == 7);
  CHECK(api.get("/crm/v3/pipelines/deals/other").status == 404);
  CHECK(api.get("/crm/v3/pipelines/contacts").status == 400);
}

TEST_CASE("the mock forgets on demand and begins anew", "[hubspot]") {
  HubSpotApi api;
  CHECK(api.create("contacts", {{"email", "ada@x.io"}}) == "101");
  CHECK(api.state()["contacts"] == 1);
  api.reset();
  CHECK(api.state()["contacts"] == 0);
  CHECK(api.create("contacts", {{"email", "ada@x.io"}}) == "101");
}
