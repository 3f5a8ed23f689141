#include "tests/unit/mocks/hubspot_api.hpp"

using namespace firedrill;
using namespace std::chrono_literals;
using Json = HubSpotApi::Json;

namespace {

const std::string kSearch = "/crm/v3/objects/contacts/search";

Json filter(const std::string& property, const std::string& op, const Json& value = nullptr) {
  Json out{{"propertyName", property}, {"operator", op}};
  if (value.is_array()) {
    out["values"] = value;
  } else if (!value.is_null()) {
    out["value"] = value;
  }
  return out;
}

// Lists of one are arrays too, which the library's own braces are not sure of.
Json group(std::initializer_list<Json> filters) {
  Json list = Json::array();
  for (const Json& one : filters) list.push_back(one);
  return {{"filters", list}};
}

/// The first names of what a search finds, in order.
Json names(HubSpotApi& api, const Json& search) {
  const auto answer = api.post(kSearch, search);
  INFO(answer.body.dump());
  REQUIRE(answer.status == 200);
  Json found = Json::array();
  for (const Json& one : answer.body["results"]) found.push_back(one["properties"]["firstname"]);
  CHECK(answer.body["total"].get<std::size_t>() >= found.size());
  return found;
}

Json names(HubSpotApi& api, const std::string& property, const std::string& op,
           const Json& value = nullptr) {
  return names(api, {{"filterGroups", {group({filter(property, op, value)})}}});
}

struct People {
  HubSpotApi api;

  People() {
    const auto add = [this](const char* name, const char* email, const char* city,
                            const char* stage, const char* closed) {
      Json properties{
          {"firstname", name}, {"email", email}, {"city", city}, {"lifecyclestage", stage}};
      if (*closed != '\0') properties["closedate"] = closed;
      api.create("contacts", properties);
      api.advance(1s);
    };
    add("Ada", "ada@north.example", "Oslo", "lead", "2024-05-01");
    add("Ben", "ben@south.example", "Rome", "customer", "2024-01-15T12:00:00Z");
    add("Chloe", "chloe@north.example", "New York", "customer", "");
    add("Dan", "dan@south.example", "Oslo", "other", "2023-12-31");
  }
};

}  // namespace

TEST_CASE("every operator finds what it says", "[hubspot]") {
  People people;
  HubSpotApi& api = people.api;
  CHECK(names(api, "city", "EQ", "oslo") == Json{"Ada", "Dan"});
  CHECK(names(api, "city", "NEQ", "Oslo") == Json{"Ben", "Chloe"});
  CHECK(names(api, "city", "IN", Json{"Rome", "new york"}) == Json{"Ben", "Chloe"});
  CHECK(names(api, "city", "NOT_IN", Json{"Rome", "new york"}) == Json{"Ada", "Dan"});
  CHECK(names(api, "closedate", "HAS_PROPERTY") == Json{"Ada", "Ben", "Dan"});
  CHECK(names(api, "closedate", "NOT_HAS_PROPERTY") == Json{"Chloe"});
  // Times as dates and as milliseconds.
  CHECK(names(api, "closedate", "LT", "2024-01-01") == Json{"Dan"});
  CHECK(names(api, "closedate", "LTE", "1705320000000") == Json{"Ben", "Dan"});
  CHECK(names(api, "closedate", "GT", "1705320000000") == Json{"Ada"});
  CHECK(names(api, "closedate", "GTE", "2024-01-15T12:00:00.000Z") == Json{"Ada", "Ben"});
  Json between = filter("closedate", "BETWEEN", "2024-01-01");
  between["highValue"] = "2024-05-01";
  CHECK(names(api, {{"filterGroups", {group({between})}}}) == Json{"Ada", "Ben"});
  CHECK(names(api, "email", "CONTAINS_TOKEN", "*@north.example") == Json{"Ada", "Chloe"});
  CHECK(names(api, "email", "CONTAINS_TOKEN", "south") == Json{"Ben", "Dan"});
  CHECK(names(api, "city", "CONTAINS_TOKEN", "york") == Json{"Chloe"});
  CHECK(names(api, "city", "CONTAINS_TOKEN", "yor") == Json::array());
  CHECK(names(api, "city", "NOT_CONTAINS_TOKEN", "york") == Json{"Ada", "Ben", "Dan"});
  // A unique property is looked up, and the other filters still hold.
  CHECK(names(api, "email", "EQ", "BEN@south.example") == Json{"Ben"});
  CHECK(names(api, "email", "EQ", "nobody@south.example") == Json::array());
  CHECK(names(api, {{"filterGroups",
                     {group({filter("email", "EQ", "ben@south.example"),
                             filter("city", "EQ", "Oslo")})}}}) == Json::array());
}

TEST_CASE("numbers compare as numbers", "[hubspot]") {
  HubSpotApi api;
  for (const char* amount : {"9", "10", "100"}) {
    api.create("deals", {{"dealname", amount}, {"amount", amount}});
  }
  const auto found = api.post(
      "/crm/v3/objects/deals/search",
      {{"filterGroups", {group({filter("amount", "GT", "9.5")})}}, {"sorts", {"-amount"}}});
  REQUIRE(found.body["total"] == 2);
  CHECK(found.body["results"][0]["properties"]["amount"] == "100");
  CHECK(found.body["results"][1]["properties"]["amount"] == "10");
}

TEST_CASE("groups are alternatives, filters of a group hold together", "[hubspot]") {
  People people;
  CHECK(names(people.api,
              {{"filterGroups",
                {group({filter("city", "EQ", "Oslo"), filter("lifecyclestage", "EQ", "lead")}),
                 group({filter("city", "EQ", "Rome")})}}}) == Json{"Ada", "Ben"});
}

TEST_CASE("query looks into the usual properties; without anything all are found", "[hubspot]") {
  People people;
  CHECK(names(people.api, {{"query", "NORTH"}}) == Json{"Ada", "Chloe"});
  CHECK(names(people.api, {{"query", "oslo"}}) == Json::array());
  CHECK(names(people.api, Json::object()) == Json{"Ada", "Ben", "Chloe", "Dan"});
  people.api.remove("/crm/v3/objects/contacts/101");
  CHECK(names(people.api, Json::object()) == Json{"Ben", "Chloe", "Dan"});
}

TEST_CASE("sorts go both ways; what has no value comes last", "[hubspot]") {
  People people;
  HubSpotApi& api = people.api;
  CHECK(names(api, {{"sorts", {"closedate"}}}) == Json{"Dan", "Ben", "Ada", "Chloe"});
  CHECK(names(api, {{"sorts", {"-closedate"}}}) == Json{"Ada", "Ben", "Dan", "Chloe"});
  CHECK(names(api, {{"sorts", {{{"propertyName", "city"}, {"direction", "DESCENDING"}}}}}) ==
        Json{"Ben", "Ada", "Dan", "Chloe"});
  CHECK(names(api, {{"sorts", {"-createdate"}}}) == Json{"Dan", "Chloe", "Ben", "Ada"});
}

TEST_CASE("pages of a search are disjoint and add up", "[hubspot]") {
  People people;
  Json search{{"sorts", {"city"}}, {"limit", 3}, {"properties", {"city", "firstname"}}};
  const auto first = people.api.post(kSearch, search);
  CHECK(first.body["total"] == 4);
  CHECK(first.body["results"].size() == 3);
  CHECK(first.body["paging"]["next"]["after"] == "3");
  search["after"] = first.body["paging"]["next"]["after"];
  const auto second = people.api.post(kSearch, search);
  REQUIRE(second.body["results"].size() == 1);
  CHECK(second.body["results"][0]["properties"]["firstname"] == "Ben");
  CHECK_FALSE(second.body.contains("paging"));
  search["after"] = "50";
  CHECK(people.api.post(kSearch, search).body["results"].empty());
  CHECK(names(people.api, {{"limit", 0}}) == Json::array());
}

TEST_CASE("a search that the API would refuse is refused", "[hubspot]") {
  People people;
  const auto status = [&](const Json& search) { return people.api.post(kSearch, search).status; };
  const Json fine = group({filter("city", "EQ", "x")});
  CHECK(status({{"filterGroups", {fine, fine, fine, fine, fine}}}) == 200);
  CHECK(status({{"filterGroups", {fine, fine, fine, fine, fine, fine}}}) == 400);
  CHECK(status({{"filterGroups", {Json{{"filters", Json(7, filter("city", "EQ", "x"))}}}}}) == 400);
  CHECK(status({{"filterGroups", {group({filter("nonsense", "EQ", "x")})}}}) == 400);
  CHECK(status({{"filterGroups", {group({filter("city", "LIKE", "x")})}}}) == 400);
  CHECK(status({{"filterGroups", {group({filter("city", "EQ")})}}}) == 400);
  CHECK(status({{"filterGroups", {group({filter("city", "IN", "x")})}}}) == 400);
  CHECK(status({{"filterGroups", {group({filter("closedate", "BETWEEN", "1")})}}}) == 400);
  CHECK(status({{"filterGroups", {1}}}) == 400);
  CHECK(status({{"filterGroups", 1}}) == 400);
  CHECK(status({{"sorts", {"city", "email"}}}) == 400);
  CHECK(status({{"sorts", {"nonsense"}}}) == 400);
  CHECK(status({{"limit", 201}}) == 400);
  CHECK(status({{"limit", -1}}) == 400);
  CHECK(status({{"after", "9999"}, {"limit", 2}}) == 400);
  CHECK(status({{"after", "18446744073709551615"}}) == 400);
  CHECK(status({{"after", "x"}}) == 400);
  CHECK(status({{"query", std::string(3001, 'x')}}) == 400);
}
