#include "tests/unit/mocks/hubspot_api.hpp"

using namespace firedrill;
using Json = HubSpotApi::Json;

TEST_CASE("ten thousand objects of a kind are kept; the one touched longest ago goes",
          "[hubspot]") {
  HubSpotApi api;
  const std::string first = api.create("contacts", {{"email", "first@x.io"}});
  const std::string second = api.create("contacts", {{"email", "second@x.io"}});
  Json inputs = Json::array();
  int made = 2;
  const auto fill_to = [&](int count) {
    while (made < count) {
      inputs.clear();
      for (int i = 0; i < 100 && made < count; ++i, ++made) {
        inputs.push_back({{"properties", {{"email", std::to_string(made) + "@x.io"}}}});
      }
      REQUIRE(api.post("/crm/v3/objects/contacts/batch/create", {{"inputs", inputs}}).status ==
              201);
    }
  };
  fill_to(10'000);
  CHECK(api.state()["contacts"] == 10'000);
  CHECK(api.state()["evicted"] == 0);
  CHECK(api.get("/crm/v3/objects/contacts/" + first).status == 200);  // touched
  fill_to(10'001);
  CHECK(api.state()["contacts"] == 10'000);
  CHECK(api.state()["evicted"] == 1);
  CHECK(api.get("/crm/v3/objects/contacts/" + first).status == 200);
  CHECK(api.get("/crm/v3/objects/contacts/" + second).status == 404);
  // With it went its email, and it is in no search.
  CHECK(api.get("/crm/v3/objects/contacts/second@x.io?idProperty=email").status == 404);
  CHECK(api.create("contacts", {{"email", "second@x.io"}}) != second);
  const auto found = api.post("/crm/v3/objects/contacts/search", {{"query", "x.io"}, {"limit", 1}});
  CHECK(found.body["total"] == 10'000);
}

TEST_CASE("equal requests and equal seeds give equal answers", "[hubspot]") {
  const auto run = [] {
    HubSpotApi api;
    Json answers = Json::array();
    const auto keep = [&](const HubSpotApi::Answer& answer) {
      answers.push_back({answer.status, answer.body, answer.header("x-hubspot-correlation-id")});
    };
    keep(api.post("/crm/v3/objects/contacts", {{"properties", {{"email", "a@x.io"}}}}));
    keep(api.post("/crm/v3/objects/contacts", {{"properties", {{"email", "a@x.io"}}}}));
    keep(api.send("POST", "/oauth/v1/token",
                  "grant_type=refresh_token&client_id=a&client_secret=s&refresh_token=r", ""));
    keep(api.post("/crm/v3/objects/contacts/search", Json::object()));
    return answers;
  };
  CHECK(run() == run());
}
