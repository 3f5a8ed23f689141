#include "mocks/hubspot/events.hpp"
#include "tests/unit/mocks/hubspot_api.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

using namespace firedrill;
using namespace firedrill::hubspot;
using Json = HubSpotApi::Json;

namespace {

spec::Mock with_target(std::vector<std::string> events = {}) {
  spec::Mock mock;
  mock.webhooks.emplace_back();
  mock.webhooks.back().url = "http://127.0.0.1:9/hooks";
  mock.webhooks.back().events = std::move(events);
  return mock;
}

Json types_of(const Outgoing& call) {
  Json types = Json::array();
  for (const Json& event : Json::parse(call.body)) types.push_back(event["subscriptionType"]);
  return types;
}

}  // namespace

TEST_CASE("a change becomes an array of events for every target", "[hubspot]") {
  HubSpotApi api{with_target()};
  const auto made = api.post("/crm/v3/objects/contacts",
                             {{"properties", {{"email", "ada@x.io"}, {"city", "Oslo"}}}});
  REQUIRE(made.outgoing.size() == 1);
  const Outgoing& call = made.outgoing.front();
  CHECK(call.event == "contact.creation");
  CHECK(call.url == "http://127.0.0.1:9/hooks");
  CHECK(call.method == "POST");
  CHECK(call.signature == Signature::hubspot_v3);
  CHECK(call.secret == kClientSecret);
  CHECK(find_header(call.headers, "content-type") == "application/json");
  CHECK(types_of(call) ==
        Json{"contact.creation", "contact.propertyChange", "contact.propertyChange"});
  const Json events = Json::parse(call.body);
  CHECK(call.id == std::to_string(events[0]["eventId"].get<std::uint64_t>()));
  CHECK(events[0]["objectId"] == 101);
  CHECK(events[0]["changeFlag"] == "CREATED");
  CHECK(events[0]["portalId"] == 33);
  CHECK(events[0]["occurredAt"] == 1'700'000'000'000);
  CHECK(events[0]["attemptNumber"] == 0);
  CHECK(events[0]["changeSource"] == "INTEGRATION");
  CHECK(events[1]["propertyName"] == "city");
  CHECK(events[1]["propertyValue"] == "Oslo");
  CHECK_FALSE(events[1].contains("changeFlag"));

  // What stays as it was is no change; reading is none either.
  const auto updated = api.patch("/crm/v3/objects/contacts/101",
                                 {{"properties", {{"city", "Oslo"}, {"firstname", "Ada"}}}});
  REQUIRE(updated.outgoing.size() == 1);
  CHECK(types_of(updated.outgoing.front()) == Json{"contact.propertyChange"});
  CHECK(api.patch("/crm/v3/objects/contacts/101", {{"properties", {{"city", "Oslo"}}}})
            .outgoing.empty());
  CHECK(api.get("/crm/v3/objects/contacts/101").outgoing.empty());
  CHECK(api.post("/crm/v3/objects/contacts", {{"properties", {{"email", "ada@x.io"}}}})
            .outgoing.empty());

  const auto removed = api.remove("/crm/v3/objects/contacts/101");
  REQUIRE(removed.outgoing.size() == 1);
  CHECK(Json::parse(removed.outgoing.front().body)[0]["changeFlag"] == "DELETED");
  CHECK(api.remove("/crm/v3/objects/contacts/101").outgoing.empty());
}

TEST_CASE("a target hears only of what it asks for, with its own secret", "[hubspot]") {
  spec::Mock mock = with_target({"company.creation"});
  mock.webhooks.front().secret = "s3cret";
  HubSpotApi api{mock};
  CHECK(api.post("/crm/v3/objects/contacts", {{"properties", Json::object()}}).outgoing.empty());
  const auto made = api.post("/crm/v3/objects/companies", {{"properties", {{"name", "Acme"}}}});
  REQUIRE(made.outgoing.size() == 1);
  CHECK(types_of(made.outgoing.front()) == Json{"company.creation"});
  CHECK(made.outgoing.front().secret == "s3cret");
}

TEST_CASE("a delivery carries a hundred events at most", "[hubspot]") {
  HubSpotApi api{with_target()};
  Json inputs = Json::array();
  for (int i = 0; i < 70; ++i) {
    inputs.push_back({{"properties", {{"email", std::to_string(i) + "@x.io"}}}});
  }
  const auto made = api.post("/crm/v3/objects/contacts/batch/create", {{"inputs", inputs}});
  REQUIRE(made.outgoing.size() == 2);
  CHECK(Json::parse(made.outgoing[0].body).size() == 100);
  CHECK(Json::parse(made.outgoing[1].body).size() == 40);
}

TEST_CASE("both ends hear of an association", "[hubspot]") {
  HubSpotApi api{with_target()};
  const std::string contact = api.create("contacts", {{"email", "ada@x.io"}});
  const std::string company = api.create("companies", {{"name", "Acme"}});
  const std::string link =
      "/crm/v4/objects/contacts/" + contact + "/associations/companies/" + company;
  const auto made = api.put(
      link, Json::array({{{"associationCategory", "HUBSPOT_DEFINED"}, {"associationTypeId", 1}}}));
  REQUIRE(made.outgoing.size() == 1);
  const Json events = Json::parse(made.outgoing.front().body);
  REQUIRE(events.size() == 2);
  CHECK(events[0]["subscriptionType"] == "contact.associationChange");
  CHECK(events[0]["associationType"] == "CONTACT_TO_COMPANY");
  CHECK(events[0]["fromObjectId"] == 101);
  CHECK(events[0]["toObjectId"] == 102);
  CHECK(events[0]["associationRemoved"] == false);
  CHECK(events[0]["isPrimaryAssociation"] == true);
  CHECK(events[1]["associationType"] == "COMPANY_TO_CONTACT");
  const auto removed = api.remove(link);
  REQUIRE(removed.outgoing.size() == 1);
  CHECK(Json::parse(removed.outgoing.front().body)[0]["associationRemoved"] == true);
}

TEST_CASE("subscriptions made over the API are delivered to the app's target", "[hubspot]") {
  HubSpotApi api;
  const std::string app = "/webhooks/v3/7/";
  const auto subscribe = [&](const Json& body) { return api.post(app + "subscriptions", body); };
  const auto first = subscribe(
      {{"eventType", "contact.propertyChange"}, {"propertyName", "city"}, {"active", true}});
  CHECK(first.status == 201);
  CHECK(subscribe({{"eventType", "object.creation"}, {"objectTypeId", "0-2"}, {"active", true}})
            .status == 201);
  CHECK(subscribe({{"eventType", "contact.creation"}}).body["active"] == false);
  // Without a target nothing is sent.
  CHECK(
      api.post("/crm/v3/objects/contacts", {{"properties", {{"city", "Oslo"}}}}).outgoing.empty());

  CHECK(api.get(app + "settings").status == 404);
  const Json settings{{"targetUrl", "http://127.0.0.1:9/app"},
                      {"throttling", {{"maxConcurrentRequests", 10}}}};
  CHECK(api.put(app + "settings", settings).status == 200);
  CHECK(api.get(app + "settings").body["targetUrl"] == "http://127.0.0.1:9/app");
  const auto made = api.post("/crm/v3/objects/contacts", {{"properties", {{"city", "Rome"}}}});
  REQUIRE(made.outgoing.size() == 1);
  CHECK(made.outgoing.front().url == "http://127.0.0.1:9/app");
  const Json events = Json::parse(made.outgoing.front().body);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["appId"] == 7);
  CHECK(std::to_string(events[0]["subscriptionId"].get<std::uint64_t>()) == first.body["id"]);
  const auto company = api.post("/crm/v3/objects/companies", {{"properties", {{"name", "A"}}}});
  REQUIRE(company.outgoing.size() == 1);
  const Json generic = Json::parse(company.outgoing.front().body)[0];
  CHECK(generic["subscriptionType"] == "object.creation");
  CHECK(generic["objectTypeId"] == "0-2");

  const std::string one = app + "subscriptions/" + first.body["id"].get<std::string>();
  CHECK(api.patch(one, {{"active", false}}).body["active"] == false);
  CHECK(
      api.post("/crm/v3/objects/contacts", {{"properties", {{"city", "Nice"}}}}).outgoing.empty());
  const Json input{{"id", std::stoi(first.body["id"].get<std::string>())}, {"active", true}};
  const auto batch = api.post(app + "subscriptions/batch/update",
                              {{"inputs", {input, {{"id", 1}, {"active", true}}}}});
  CHECK(batch.status == 207);
  CHECK(batch.body["results"][0]["active"] == true);
  CHECK(api.get(app + "subscriptions").body["results"].size() == 3);
  CHECK(api.remove(one).status == 204);
  CHECK(api.get(one).status == 404);
  CHECK(api.get("/webhooks/v3/8/subscriptions").body["results"].empty());
  CHECK(api.remove(app + "settings").status == 204);
  CHECK(api.get(app + "settings").status == 404);
}

TEST_CASE("a subscription that is none is refused", "[hubspot]") {
  HubSpotApi api;
  const auto status = [&](const Json& body) {
    return api.post("/webhooks/v3/7/subscriptions", body).status;
  };
  CHECK(status(Json::object()) == 400);
  CHECK(status({{"eventType", "dragon.creation"}}) == 400);
  CHECK(status({{"eventType", "contact.propertyChange"}}) == 400);
  CHECK(status({{"eventType", "contact.creation"}, {"propertyName", "city"}}) == 400);
  CHECK(status({{"eventType", "object.creation"}}) == 400);
  CHECK(status({{"eventType", "contact.creation"}, {"active", "yes"}}) == 400);
  CHECK(status({{"eventType", "contact.creation"}}) == 201);
  CHECK(status({{"eventType", "contact.creation"}}) == 409);
  CHECK(api.get("/webhooks/v3/x/subscriptions").status == 400);
  CHECK(api.put("/webhooks/v3/7/settings",
                {{"targetUrl", "nowhere"}, {"throttling", {{"maxConcurrentRequests", 10}}}})
            .status == 400);
  CHECK(api.put("/webhooks/v3/7/settings", {{"targetUrl", "https://example.com"},
                                            {"throttling", {{"maxConcurrentRequests", 5}}}})
            .status == 400);
}

TEST_CASE("there is a sample of every event", "[hubspot]") {
  const std::vector<std::string> names = event_names();
  CHECK(names.size() == 4 * 6 + 1);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  for (const std::string& name : names) {
    ProviderContext context;
    context.rng = Rng{7};
    const auto call = sample_event(name, context);
    REQUIRE(call);
    CHECK(call->event == name);
    CHECK(call->url.empty());
    CHECK(call->secret.empty());
    CHECK(types_of(*call) == Json{name});
    ProviderContext again;
    again.rng = Rng{7};
    CHECK(sample_event(name, again)->body == call->body);
  }
  ProviderContext context;
  CHECK_FALSE(sample_event("dragon.creation", context));
}

TEST_CASE("every route is covered by the conformance tests", "[hubspot]") {
  std::ifstream file{std::string{FD_SOURCE_DIR} + "/tests/conformance/hubspot.coverage.mjs"};
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  const std::string coverage = text.str();
  for (const std::string& route : route_names()) {
    INFO(route);
    CHECK(coverage.find("route: '" + route + "'") != std::string::npos);
  }
}
