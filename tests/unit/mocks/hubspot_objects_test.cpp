#include "tests/unit/mocks/hubspot_api.hpp"

using namespace firedrill;
using namespace std::chrono_literals;
using Json = HubSpotApi::Json;

namespace {

const std::string kContacts = "/crm/v3/objects/contacts";

Json ids_of(const Json& results) {
  Json ids = Json::array();
  for (const Json& one : results) ids.push_back(one["id"]);
  return ids;
}

}  // namespace

TEST_CASE("a contact is created with an id, its times and its values as text", "[hubspot]") {
  HubSpotApi api;
  const auto answer =
      api.post(kContacts, {{"properties", {{"email", "Ada@Example.com"}, {"firstname", "Ada"}}}});
  CHECK(answer.status == 201);
  CHECK(answer.body == Json{{"id", "101"},
                            {"properties",
                             {{"createdate", "2023-11-14T22:13:20.000Z"},
                              {"email", "ada@example.com"},
                              {"firstname", "Ada"},
                              {"hs_object_id", "101"},
                              {"lastmodifieddate", "2023-11-14T22:13:20.000Z"}}},
                            {"createdAt", "2023-11-14T22:13:20.000Z"},
                            {"updatedAt", "2023-11-14T22:13:20.000Z"},
                            {"archived", false}});
}

TEST_CASE("numbers and booleans become text; null and \"\" clear", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("deals", {{"dealname", "Crowns"}, {"amount", 12.5}});
  auto deal = api.get("/crm/v3/objects/deals/" + id).body["properties"];
  CHECK(deal["amount"] == "12.5");
  CHECK(deal["pipeline"] == "default");
  CHECK(deal["closedate"] == nullptr);
  CHECK(api.patch("/crm/v3/objects/deals/" + id, {{"properties", {{"amount", ""}}}}).status == 200);
  deal = api.get("/crm/v3/objects/deals/" + id).body["properties"];
  CHECK(deal["amount"] == nullptr);
}

TEST_CASE("a second contact with an email is a conflict that names the first", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("contacts", {{"email", "ada@example.com"}});
  const auto answer = api.post(kContacts, {{"properties", {{"email", "ADA@example.com"}}}});
  CHECK(answer.status == 409);
  CHECK(answer.body["status"] == "error");
  CHECK(answer.body["category"] == "CONFLICT");
  CHECK(answer.body["message"] == "Contact already exists. Existing ID: " + id);
  CHECK(api.state()["contacts"] == 1);

  const std::string other = api.create("contacts", {{"email", "ben@example.com"}});
  CHECK(
      api.patch(kContacts + "/" + other, {{"properties", {{"email", "ada@example.com"}}}}).status ==
      409);
  // An archived one gives its email up.
  CHECK(api.remove(kContacts + "/" + id).status == 204);
  CHECK(
      api.patch(kContacts + "/" + other, {{"properties", {{"email", "ada@example.com"}}}}).status ==
      200);
  CHECK(api.create("contacts", {{"email", "ben@example.com"}}) != other);
}

TEST_CASE("wrong values are refused together, each with its code", "[hubspot]") {
  HubSpotApi api;
  const auto answer = api.post(kContacts, {{"properties",
                                            {{"email", "no address"},
                                             {"nonsense", "x"},
                                             {"lifecyclestage", "dancer"},
                                             {"hs_object_id", "7"},
                                             {"closedate", "soon"}}}});
  CHECK(answer.status == 400);
  CHECK(answer.body["category"] == "VALIDATION_ERROR");
  Json codes = Json::object();
  for (const Json& error : answer.body["errors"]) {
    codes[error["context"]["propertyName"][0].get<std::string>()] = error["code"];
  }
  CHECK(codes == Json{{"email", "INVALID_EMAIL"},
                      {"nonsense", "PROPERTY_DOESNT_EXIST"},
                      {"lifecyclestage", "INVALID_OPTION"},
                      {"hs_object_id", "READ_ONLY_VALUE"},
                      {"closedate", "INVALID_LONG"}});
  // Applications parse the list out of the message.
  const std::string message = answer.body["message"];
  const std::string intro = "Property values were not valid: ";
  REQUIRE(message.starts_with(intro));
  CHECK(Json::parse(message.substr(intro.size())).size() == 5);
  CHECK(api.state()["contacts"] == 0);
}

TEST_CASE("a body that is none is refused in the API's words", "[hubspot]") {
  HubSpotApi api;
  CHECK(api.post(kContacts, Json::object()).body["message"] ==
        "Invalid input JSON on line 1, column 2. Some required fields were not set: [properties]");
  CHECK(api.send("POST", kContacts, "{").status == 400);
  CHECK(api.send("POST", kContacts, "[]").status == 400);
  CHECK(api.post(kContacts, {{"properties", "x"}}).status == 400);
  CHECK(api.post(kContacts, {{"properties", {{"email", {1}}}}}).status == 400);
  CHECK(api.post(kContacts, {{"properties", Json::object()}, {"associations", {1}}}).status == 400);
  CHECK(api.send("POST", kContacts, std::string(500, '[')).status == 400);
  CHECK(api.post("/crm/v3/objects/dragons", {{"properties", Json::object()}}).status == 400);
}

TEST_CASE("a ticket needs its stage", "[hubspot]") {
  HubSpotApi api;
  const auto answer =
      api.post("/crm/v3/objects/tickets", {{"properties", {{"subject", "Toothache"}}}});
  CHECK(answer.status == 400);
  CHECK(answer.body["message"] == "Error creating TICKET. Some required properties were not set.");
  CHECK(answer.body["context"]["properties"] == Json{"hs_pipeline_stage"});
  const std::string id = api.create("tickets", {{"subject", "T"}, {"hs_pipeline_stage", "1"}});
  CHECK(api.get("/crm/v3/objects/tickets/" + id).body["properties"]["hs_pipeline"] == "0");
}

TEST_CASE("an object is read by id and by a unique property, with the properties asked for",
          "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("contacts", {{"email", "ada@example.com"}, {"phone", "1"}});
  const auto by_id = api.get(kContacts + "/" + id);
  CHECK(by_id.status == 200);
  CHECK(by_id.body["properties"].size() == 6);
  CHECK(by_id.body["properties"]["lastname"] == nullptr);
  CHECK_FALSE(by_id.body["properties"].contains("phone"));

  const auto by_email = api.get(kContacts + "/ada%40example.com?idProperty=email&properties=phone");
  CHECK(by_email.body["id"] == id);
  CHECK(by_email.body["properties"]["phone"] == "1");
  CHECK_FALSE(by_email.body["properties"].contains("firstname"));
  // Repeated or with commas; unknown ones are left out.
  const auto both = api.get(kContacts + "/" + id + "?properties=phone,city&properties=nonsense");
  CHECK(both.body["properties"].contains("city"));
  CHECK_FALSE(both.body["properties"].contains("nonsense"));
  const auto history = api.get(kContacts + "/" + id + "?propertiesWithHistory=phone");
  CHECK(history.body["propertiesWithHistory"]["phone"][0]["value"] == "1");
  // Type ids and the singular name the same objects.
  CHECK(api.get("/crm/v3/objects/0-1/" + id).status == 200);
  CHECK(api.get("/crm/v3/objects/contact/" + id).status == 200);

  CHECK(api.get(kContacts + "/999").body["message"] == "resource not found");
  CHECK(api.get(kContacts + "/abc").body["message"] ==
        "Object not found.  objectId are usually numeric.");
  CHECK(api.get(kContacts + "/999").body["category"] == "OBJECT_NOT_FOUND");
  CHECK(api.get(kContacts + "/x?idProperty=email").status == 404);
  CHECK(api.get(kContacts + "/x?idProperty=firstname").status == 400);
  CHECK(api.get("/crm/v3/objects/companies/" + id).status == 404);
}

TEST_CASE("an update changes what it names and the time of the change", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("contacts", {{"email", "ada@example.com"}, {"city", "Oslo"}});
  api.advance(90s);
  const auto answer = api.patch(kContacts + "/ada@example.com?idProperty=email",
                                {{"properties", {{"firstname", "Ada"}}}});
  CHECK(answer.status == 200);
  CHECK(answer.body["id"] == id);
  CHECK(answer.body["properties"]["city"] == "Oslo");
  CHECK(answer.body["properties"]["firstname"] == "Ada");
  CHECK(answer.body["createdAt"] == "2023-11-14T22:13:20.000Z");
  CHECK(answer.body["updatedAt"] == "2023-11-14T22:14:50.000Z");
  CHECK(answer.body["properties"]["lastmodifieddate"] == "2023-11-14T22:14:50.000Z");
  CHECK(api.patch(kContacts + "/999", {{"properties", Json::object()}}).status == 404);
  CHECK(api.patch(kContacts + "/" + id, {{"properties", {{"nonsense", "x"}}}}).status == 400);
}

TEST_CASE("an archived object is gone except for those who ask for archived ones", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("companies", {{"name", "Acme"}});
  const std::string path = "/crm/v3/objects/companies/" + id;
  CHECK(api.get(path + "?archived=true").status == 404);
  CHECK(api.remove(path).status == 204);
  CHECK(api.remove(path).status == 204);
  CHECK(api.remove("/crm/v3/objects/companies/999").status == 204);
  CHECK(api.get(path).status == 404);
  const auto archived = api.get(path + "?archived=true");
  CHECK(archived.status == 200);
  CHECK(archived.body["archived"] == true);
  CHECK(archived.body.contains("archivedAt"));
  CHECK(api.get("/crm/v3/objects/companies").body["results"].empty());
  CHECK(api.get("/crm/v3/objects/companies?archived=true").body["results"].size() == 1);
  CHECK(api.patch(path, {{"properties", {{"name", "x"}}}}).status == 404);
}

TEST_CASE("a privacy deletion leaves nothing behind", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("contacts", {{"email", "ada@example.com"}});
  const Json body{{"objectId", "ada@example.com"}, {"idProperty", "email"}};
  CHECK(api.post(kContacts + "/gdpr-delete", body).status == 204);
  CHECK(api.get(kContacts + "/" + id + "?archived=true").status == 404);
  CHECK(api.post(kContacts + "/gdpr-delete", body).status == 404);
  CHECK(api.post(kContacts + "/gdpr-delete", Json::object()).status == 400);
  CHECK(api.state()["contacts"] == 0);
}

TEST_CASE("a list has pages in order of ids, and the last has no next", "[hubspot]") {
  HubSpotApi api;
  for (int i = 0; i < 25; ++i)
    api.create("contacts", {{"email", std::to_string(i) + "@example.com"}});
  api.remove(kContacts + "/103");
  Json seen = Json::array();
  std::string target = kContacts + "?limit=10&properties=email";
  int pages = 0;
  while (!target.empty()) {
    const auto page = api.get(target);
    REQUIRE(page.status == 200);
    ++pages;
    for (const Json& id : ids_of(page.body["results"])) seen.push_back(id);
    if (!page.body.contains("paging")) break;
    const Json next = page.body["paging"]["next"];
    const std::string origin = "http://127.0.0.1:12111";
    const std::string link = next["link"];
    REQUIRE(link.starts_with(origin));
    CHECK(link.find("after=" + next["after"].get<std::string>()) != std::string::npos);
    target = link.substr(origin.size());
  }
  CHECK(pages == 3);
  CHECK(seen.size() == 24);
  CHECK(seen.front() == "101");
  CHECK(seen.back() == "125");
  CHECK(api.get(kContacts).body["results"].size() == 10);
  CHECK(api.get(kContacts + "?limit=24").body.contains("paging") == false);
  for (const char* query : {"?limit=0", "?limit=101", "?limit=x", "?after=x", "?archived=maybe",
                            "?associations=dragons"}) {
    CHECK(api.get(kContacts + query).status == 400);
  }
}
