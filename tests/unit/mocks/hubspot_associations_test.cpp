#include "mocks/hubspot/associations.hpp"
#include "tests/unit/mocks/hubspot_api.hpp"

using namespace firedrill;
using namespace firedrill::hubspot;
using Json = HubSpotApi::Json;

namespace {

Json types(std::initializer_list<int> ids) {
  Json out = Json::array();
  for (const int id : ids) {
    out.push_back({{"associationCategory", "HUBSPOT_DEFINED"}, {"associationTypeId", id}});
  }
  return out;
}

std::string path(const std::string& from, const std::string& id, const std::string& to) {
  return "/crm/v4/objects/" + from + "/" + id + "/associations/" + to;
}

/// Ids of what is associated.
Json others(HubSpotApi& api, const std::string& target) {
  const auto answer = api.get(target);
  REQUIRE(answer.status == 200);
  Json ids = Json::array();
  for (const Json& one : answer.body["results"]) ids.push_back(one["toObjectId"]);
  return ids;
}

struct Pair {
  HubSpotApi api;
  std::string contact = api.create("contacts", {{"email", "ada@x.io"}});
  std::string company = api.create("companies", {{"name", "Acme"}});
  std::string link = path("contacts", contact, "companies") + "/" + company;
};

}  // namespace

TEST_CASE("an association is seen from both ends, under the type of each direction", "[hubspot]") {
  Pair pair;
  const auto made = pair.api.put(pair.link, types({1}));
  CHECK(made.status == 201);
  CHECK(made.body == Json{{"fromObjectTypeId", "0-1"},
                          {"fromObjectId", pair.contact},
                          {"toObjectTypeId", "0-2"},
                          {"toObjectId", pair.company},
                          {"labels", {"Primary"}}});
  const auto from = pair.api.get(path("contacts", pair.contact, "companies"));
  CHECK(
      from.body["results"] ==
      Json::array({{{"toObjectId", pair.company},
                    {"associationTypes",
                     {{{"category", "HUBSPOT_DEFINED"}, {"typeId", 1}, {"label", "Primary"}},
                      {{"category", "HUBSPOT_DEFINED"}, {"typeId", 279}, {"label", nullptr}}}}}}));
  const auto back = pair.api.get(path("companies", pair.company, "contacts"));
  REQUIRE(back.body["results"].size() == 1);
  CHECK(back.body["results"][0]["associationTypes"][0]["typeId"] == 2);
  CHECK(back.body["results"][0]["associationTypes"][1]["typeId"] == 280);
  // And in the objects, when asked for.
  const auto object =
      pair.api.get("/crm/v3/objects/contacts/" + pair.contact + "?associations=companies,deals");
  CHECK(
      object.body["associations"] ==
      Json{{"companies", {{"results", {{{"id", pair.company}, {"type", "contact_to_company"}}}}}}});
}

TEST_CASE("the default association needs no type", "[hubspot]") {
  Pair pair;
  const auto made = pair.api.put(
      path("contacts", pair.contact, "default") + "/companies/" + pair.company, nullptr);
  CHECK(made.status == 200);
  CHECK(made.body["status"] == "COMPLETE");
  CHECK(made.body["results"].size() == 2);
  CHECK(made.body["results"][1]["associationSpec"]["associationTypeId"] == 280);
  CHECK(others(pair.api, path("contacts", pair.contact, "companies")) == Json{pair.company});
}

TEST_CASE("a new primary takes the place of the old one", "[hubspot]") {
  Pair pair;
  const std::string second = pair.api.create("companies", {{"name", "Beta"}});
  CHECK(pair.api.put(pair.link, types({1})).status == 201);
  CHECK(
      pair.api.put(path("contacts", pair.contact, "companies") + "/" + second, types({1})).status ==
      201);
  const auto both = pair.api.get(path("contacts", pair.contact, "companies")).body["results"];
  REQUIRE(both.size() == 2);
  CHECK(both[0]["associationTypes"].size() == 1);
  CHECK(both[1]["associationTypes"].size() == 2);
}

TEST_CASE("an association ends from either end, and with its objects", "[hubspot]") {
  Pair pair;
  pair.api.put(pair.link, types({279}));
  CHECK(pair.api.remove(path("companies", pair.company, "contacts") + "/" + pair.contact).status ==
        204);
  CHECK(others(pair.api, path("contacts", pair.contact, "companies")) == Json::array());
  CHECK(pair.api.remove(pair.link).status == 204);

  pair.api.put(pair.link, types({279}));
  CHECK(pair.api.state()["associations"] == 1);
  pair.api.remove("/crm/v3/objects/companies/" + pair.company);
  CHECK(pair.api.state()["associations"] == 0);
}

TEST_CASE("what cannot be associated is refused", "[hubspot]") {
  Pair pair;
  HubSpotApi& api = pair.api;
  const auto unknown =
      api.put(path("contacts", "999", "companies") + "/" + pair.company, types({1}));
  CHECK(unknown.status == 400);
  CHECK(unknown.body["message"] == "CONTACT=999 is not valid");
  CHECK(unknown.body["subCategory"] == "crm.associations.INVALID_OBJECT_IDS");
  CHECK(api.put(pair.link, types({4})).status == 400);
  CHECK(api.put(pair.link, types({})).status == 400);
  CHECK(api.put(pair.link, {{"associationTypeId", 1}}).status == 400);
  CHECK(api.put(pair.link,
                Json::array({{{"associationCategory", "USER_DEFINED"}, {"associationTypeId", 1}}}))
            .status == 400);
  CHECK(api.send("PUT", pair.link, "{").status == 400);
  CHECK(api.put(path("contacts", pair.contact, "dragons") + "/1", types({1})).status == 400);
  CHECK(api.get(path("contacts", "999", "companies")).status == 404);
  CHECK(api.put(path("contacts", pair.contact, "contacts") + "/" + pair.contact, types({449}))
            .status == 400);
  CHECK(api.state()["associations"] == 0);
}

TEST_CASE("an object can be created with its associations", "[hubspot]") {
  Pair pair;
  const Json company{{"to", {{"id", pair.company}}}, {"types", types({1})}};
  const auto made =
      pair.api.post("/crm/v3/objects/contacts",
                    {{"properties", {{"email", "ben@x.io"}}}, {"associations", {company}}});
  REQUIRE(made.status == 201);
  CHECK(others(pair.api, path("companies", pair.company, "contacts")) == Json{made.body["id"]});
  const Json nobody{{"to", {{"id", "999"}}}, {"types", types({1})}};
  CHECK(pair.api
            .post("/crm/v3/objects/contacts",
                  {{"properties", {{"email", "c@x.io"}}}, {"associations", {nobody}}})
            .status == 400);
  CHECK(pair.api.state()["contacts"] == 2);
}

TEST_CASE("associations have pages", "[hubspot]") {
  Pair pair;
  for (int i = 0; i < 5; ++i) {
    const std::string id = pair.api.create("companies", {{"name", std::to_string(i)}});
    pair.api.put(path("contacts", pair.contact, "companies") + "/" + id, types({279}));
  }
  const std::string list = path("contacts", pair.contact, "companies");
  const auto first = pair.api.get(list + "?limit=3");
  CHECK(first.body["results"].size() == 3);
  const std::string after = first.body["paging"]["next"]["after"];
  CHECK(others(pair.api, list + "?limit=3&after=" + after).size() == 2);
  CHECK(pair.api.get(list + "?limit=501").status == 400);
}

TEST_CASE("batches of associations", "[hubspot]") {
  Pair pair;
  const std::string batch = "/crm/v4/associations/contacts/companies/batch/";
  const Json ends{{"from", {{"id", pair.contact}}}, {"to", {{"id", pair.company}}}};
  Json typed = ends;
  typed["types"] = types({1});
  Json lost = typed;
  lost["to"]["id"] = "999";

  auto answer = pair.api.post(batch + "create", {{"inputs", {typed}}});
  CHECK(answer.status == 201);
  CHECK(answer.body["results"][0]["labels"] == Json{"Primary"});
  answer = pair.api.post(batch + "create", {{"inputs", {typed, lost}}});
  CHECK(answer.status == 207);
  CHECK(answer.body["results"].size() == 1);
  CHECK(answer.body["errors"][0]["message"] == "COMPANY=999 is not valid");

  answer = pair.api.post(batch + "read", {{"inputs", {{{"id", pair.contact}}}}});
  CHECK(answer.status == 200);
  CHECK(answer.body["results"][0]["from"]["id"] == pair.contact);
  CHECK(answer.body["results"][0]["to"][0]["toObjectId"] == pair.company);
  answer = pair.api.post(batch + "read", {{"inputs", {{{"id", pair.contact}}, {{"id", "7"}}}}});
  CHECK(answer.status == 207);
  CHECK(answer.body["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND");
  CHECK(answer.body["errors"][0]["message"] == "No company is associated with contact 7.");

  // Taking the label away leaves the association.
  CHECK(pair.api.post(batch + "labels/archive", {{"inputs", {typed}}}).status == 204);
  CHECK(pair.api.state()["associations"] == 1);
  CHECK(pair.api
            .post(batch + "archive",
                  {{"inputs",
                    {{{"from", {{"id", pair.contact}}}, {"to", {{{"id", pair.company}}}}}}}})
            .status == 204);
  CHECK(pair.api.state()["associations"] == 0);

  answer = pair.api.post(batch + "associate/default", {{"inputs", {ends}}});
  CHECK(answer.status == 200);
  CHECK(answer.body["results"].size() == 2);
  CHECK(pair.api.post(batch + "associate/default", {{"inputs", {lost}}}).status == 400);
  for (const char* what : {"create", "read", "archive", "labels/archive", "associate/default"}) {
    CHECK(pair.api.post(batch + what, {{"inputs", {1}}}).status == 400);
    CHECK(pair.api.post(batch + what, Json::object()).status == 400);
  }
}

TEST_CASE("the labels of two kinds", "[hubspot]") {
  HubSpotApi api;
  const auto answer = api.get("/crm/v4/associations/contacts/companies/labels");
  CHECK(answer.body["results"].size() == 2);
  CHECK(answer.body["results"][1] ==
        Json{{"category", "HUBSPOT_DEFINED"}, {"typeId", 1}, {"label", "Primary"}});
}

TEST_CASE("associations are bounded: the one that was touched longest ago goes", "[hubspot]") {
  Associations associations{3};
  const AssociationType type =
      *find_association_type(ObjectKind::contact, ObjectKind::company, 279);
  const ObjectRef contact{ObjectKind::contact, 1};
  for (std::uint64_t id = 1; id <= 5; ++id) {
    CHECK(associations.add(contact, {ObjectKind::company, id}, type));
  }
  CHECK(associations.size() == 3);
  CHECK(associations.evicted() == 2);
  const auto left = associations.of(contact, ObjectKind::company);
  REQUIRE(left.size() == 3);
  CHECK(left.front().to.id == 3);
  CHECK(associations.of({ObjectKind::company, 1}, ObjectKind::contact).empty());
  CHECK_FALSE(associations.add(contact, {ObjectKind::company, 5}, type));
}
