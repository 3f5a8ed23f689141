#include "tests/unit/mocks/hubspot_api.hpp"

using namespace firedrill;
using Json = HubSpotApi::Json;

namespace {

const std::string kBatch = "/crm/v3/objects/contacts/batch/";

Json inputs(const Json& list) { return {{"inputs", list}}; }
// Lists of one are arrays too, which the library's own braces are not sure of.
Json inputs(std::initializer_list<Json> list) {
  Json all = Json::array();
  for (const Json& one : list) all.push_back(one);
  return inputs(all);
}

Json contact(const std::string& email) { return {{"properties", {{"email", email}}}}; }

}  // namespace

TEST_CASE("a batch creates all of its objects", "[hubspot]") {
  HubSpotApi api;
  const auto answer = api.post(kBatch + "create", inputs({contact("a@x.io"), contact("b@x.io")}));
  CHECK(answer.status == 201);
  CHECK(answer.body["status"] == "COMPLETE");
  CHECK(answer.body["results"].size() == 2);
  CHECK(answer.body.contains("startedAt"));
  CHECK(answer.body.contains("completedAt"));
  CHECK_FALSE(answer.body.contains("numErrors"));
  CHECK(api.state()["contacts"] == 2);
}

TEST_CASE("without trace ids one wrong input refuses the whole batch", "[hubspot]") {
  HubSpotApi api;
  api.create("contacts", {{"email", "a@x.io"}});
  auto answer = api.post(kBatch + "create", inputs({contact("b@x.io"), contact("a@x.io")}));
  CHECK(answer.status == 409);
  CHECK(answer.body["message"] == "Contact already exists. Existing ID: 101");
  answer = api.post(kBatch + "create", inputs({contact("b@x.io"), contact("nonsense")}));
  CHECK(answer.status == 400);
  answer = api.post(kBatch + "create", inputs({contact("b@x.io"), contact("B@x.io")}));
  CHECK(answer.status == 400);
  CHECK(api.state()["contacts"] == 1);
}

TEST_CASE("with trace ids the good inputs go through and the others are named", "[hubspot]") {
  HubSpotApi api;
  api.create("contacts", {{"email", "a@x.io"}});
  Json good = contact("b@x.io");
  good["objectWriteTraceId"] = "one";
  Json taken = contact("a@x.io");
  taken["objectWriteTraceId"] = "two";
  const auto answer = api.post(kBatch + "create", inputs({good, taken}));
  CHECK(answer.status == 207);
  CHECK(answer.body["results"].size() == 1);
  CHECK(answer.body["results"][0]["objectWriteTraceId"] == "one");
  CHECK(answer.body["numErrors"] == 1);
  CHECK(answer.body["errors"][0]["category"] == "CONFLICT");
  CHECK(answer.body["errors"][0]["context"]["objectWriteTraceId"] == Json{"two"});
  CHECK(api.state()["contacts"] == 2);
}

TEST_CASE("a batch reads what there is and names what is not", "[hubspot]") {
  HubSpotApi api;
  const std::string id = api.create("contacts", {{"email", "a@x.io"}, {"city", "Oslo"}});
  auto answer = api.post(kBatch + "read", {{"inputs", {{{"id", id}}, {{"id", id}}}},
                                           {"properties", {"city"}},
                                           {"propertiesWithHistory", Json::array()}});
  CHECK(answer.status == 200);
  CHECK(answer.body["results"].size() == 1);
  CHECK(answer.body["results"][0]["properties"]["city"] == "Oslo");
  answer = api.post(kBatch + "read", {{"inputs", {{{"id", "a@x.io"}}, {{"id", "b@x.io"}}}},
                                      {"idProperty", "email"}});
  CHECK(answer.status == 207);
  CHECK(answer.body["results"].size() == 1);
  CHECK(answer.body["numErrors"] == 1);
  CHECK(answer.body["errors"][0] ==
        Json{{"status", "error"},
             {"category", "OBJECT_NOT_FOUND"},
             {"message",
              "Could not get some CONTACT objects, they may be deleted or not exist. Check that "
              "ids are valid."},
             {"context", {{"ids", {"b@x.io"}}}}});
  CHECK(api.post(kBatch + "read", {{"inputs", {{{"id", "x"}}}}, {"idProperty", "city"}}).status ==
        400);
  CHECK(api.post(kBatch + "read", inputs({{{"name", "x"}}})).status == 400);
}

TEST_CASE("a batch updates what there is; ids must differ", "[hubspot]") {
  HubSpotApi api;
  const std::string a = api.create("contacts", {{"email", "a@x.io"}});
  const std::string b = api.create("contacts", {{"email", "b@x.io"}});
  const auto change = [](const std::string& id, const Json& properties) {
    return Json{{"id", id}, {"properties", properties}};
  };
  auto answer = api.post(kBatch + "update",
                         inputs({change(a, {{"city", "Oslo"}}), change(b, {{"city", "Bergen"}})}));
  CHECK(answer.status == 200);
  CHECK(answer.body["results"][1]["properties"]["city"] == "Bergen");
  answer = api.post(kBatch + "update",
                    inputs({change("999", {{"city", "Rome"}}), change(a, {{"city", "Rome"}})}));
  CHECK(answer.status == 207);
  CHECK(answer.body["results"].size() == 1);
  CHECK(answer.body["errors"][0]["context"]["ids"] == Json{"999"});
  answer =
      api.post(kBatch + "update", inputs({change(a, {{"city", "x"}}), change(a, {{"city", "y"}})}));
  CHECK(answer.status == 400);
  CHECK(answer.body["message"] ==
        "Duplicate IDs found in batch input: [" + a + "]. IDs must be unique");
  // A wrong value refuses all of it.
  answer = api.post(kBatch + "update",
                    inputs({change(b, {{"city", "Nice"}}), change(a, {{"nonsense", "x"}})}));
  CHECK(answer.status == 400);
  CHECK(api.get("/crm/v3/objects/contacts/" + b + "?properties=city").body["properties"]["city"] ==
        "Bergen");
  CHECK(api.post(kBatch + "update", inputs({{{"properties", Json::object()}}})).status == 400);
}

TEST_CASE("an upsert makes or changes, and says which", "[hubspot]") {
  HubSpotApi api;
  const std::string a = api.create("contacts", {{"email", "a@x.io"}});
  const auto upsert = [](const std::string& email, const std::string& city) {
    return Json{{"id", email}, {"idProperty", "email"}, {"properties", {{"city", city}}}};
  };
  const auto answer =
      api.post(kBatch + "upsert", inputs({upsert("a@x.io", "Oslo"), upsert("b@x.io", "Bergen")}));
  CHECK(answer.status == 200);
  REQUIRE(answer.body["results"].size() == 2);
  CHECK(answer.body["results"][0]["id"] == a);
  CHECK(answer.body["results"][0]["new"] == false);
  CHECK(answer.body["results"][0]["properties"]["city"] == "Oslo");
  CHECK(answer.body["results"][1]["new"] == true);
  CHECK(answer.body["results"][1]["properties"]["email"] == "b@x.io");
  CHECK(api.state()["contacts"] == 2);

  CHECK(
      api.post(kBatch + "upsert", inputs({upsert("c@x.io", "x"), upsert("c@x.io", "y")})).status ==
      400);
  Json nameless = upsert("c@x.io", "x");
  nameless.erase("idProperty");
  CHECK(api.post(kBatch + "upsert", inputs({nameless})).status == 400);
  Json vague = upsert("c@x.io", "x");
  vague["idProperty"] = "city";
  CHECK(api.post(kBatch + "upsert", inputs({vague})).status == 400);
  CHECK(api.state()["contacts"] == 2);
}

TEST_CASE("a batch archives what there is and does not mind the rest", "[hubspot]") {
  HubSpotApi api;
  const std::string a = api.create("contacts", {{"email", "a@x.io"}});
  CHECK(api.post(kBatch + "archive", inputs({{{"id", a}}, {{"id", "999"}}})).status == 204);
  CHECK(api.get("/crm/v3/objects/contacts/" + a).status == 404);
  CHECK(api.post(kBatch + "archive", inputs({{{"name", a}}})).status == 400);
}

TEST_CASE("a batch has one input at least and a hundred at most", "[hubspot]") {
  HubSpotApi api;
  Json many = Json::array();
  for (int i = 0; i < 100; ++i) many.push_back(contact(std::to_string(i) + "@x.io"));
  CHECK(api.post(kBatch + "create", inputs(many)).status == 201);
  many.push_back(contact("101@x.io"));
  CHECK(api.post(kBatch + "create", inputs(many)).status == 400);
  CHECK(api.post(kBatch + "create", inputs(Json::array())).status == 400);
  CHECK(api.post(kBatch + "create", Json::object()).status == 400);
  CHECK(api.post(kBatch + "create", {{"inputs", 1}}).status == 400);
  CHECK(api.post(kBatch + "create", inputs({1})).status == 400);
  CHECK(api.state()["contacts"] == 100);
}
