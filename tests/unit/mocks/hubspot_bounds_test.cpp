#include "tests/unit/mocks/hubspot_api.hpp"

#include <fstream>

using namespace firedrill;
using Json = HubSpotApi::Json;

namespace {

std::size_t resident_kib() {
  std::ifstream status{"/proc/self/status"};
  std::string word;
  while (status >> word) {
    std::size_t kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib;
  }
  return 0;
}

/// A contact with a company, found by email and changed: five requests.
void visit(HubSpotApi& api, int number) {
  const std::string email = std::to_string(number) + "@x.io";
  const std::string contact = api.create("contacts", {{"email", email}, {"city", "Oslo"}});
  const std::string company = api.create("companies", {{"name", email}});
  api.put("/crm/v4/objects/contacts/" + contact + "/associations/default/companies/" + company,
          nullptr);
  const auto found = api.post(
      "/crm/v3/objects/contacts/search",
      {{"filterGroups",
        {{{"filters", {{{"propertyName", "email"}, {"operator", "EQ"}, {"value", email}}}}}}}});
  REQUIRE(found.body["total"] == 1);
  api.patch("/crm/v3/objects/contacts/" + contact, {{"properties", {{"city", "Rome"}}}});
}

}  // namespace

// Minutes, therefore only by name: unit_hubspot "[soak]".
TEST_CASE("a million requests leave no more behind than the objects that are kept",
          "[.][soak][hubspot]") {
  HubSpotApi api;
  std::size_t full_kib = 0;
  for (int number = 0; number < 200'000; ++number) {
    visit(api, number);
    if (number == 40'000) full_kib = resident_kib();
  }
  CHECK(api.state()["contacts"] == 10'000);
  CHECK(api.state()["associations"] == 10'000);
  REQUIRE(full_kib > 0);
  INFO(full_kib << " KiB after 200,000 requests, " << resident_kib() << " KiB after a million");
  CHECK(resident_kib() < full_kib + full_kib / 10);
}

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
