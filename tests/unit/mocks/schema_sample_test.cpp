#include "mocks/schema_sample.hpp"

#include "mocks/json_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace firedrill;
using Json = nlohmann::json;

namespace {

Json sample(const std::string& schema, std::uint64_t seed = 1) {
  Rng rng{seed};
  return Json::parse(sample_json(schema, rng));
}

}  // namespace

TEST_CASE("schema sample: every property has its type", "[mocks][schema]") {
  const Json value = sample(R"({"type":"object","properties":{
      "s":{"type":"string"},"i":{"type":"integer"},"n":{"type":"number"},"b":{"type":"boolean"},
      "z":{"type":"null"},"a":{"type":"array","items":{"type":"integer"}},
      "o":{"type":"object","properties":{"x":{"type":"string"}}},
      "u":{"type":["string","null"]}}})");
  CHECK(value["s"].is_string());
  CHECK(value["i"].is_number_integer());
  CHECK(value["n"].is_number());
  CHECK(value["b"].is_boolean());
  CHECK(value["z"].is_null());
  CHECK(value["a"].at(0).is_number_integer());
  CHECK(value["o"]["x"].is_string());
  CHECK(value["u"].is_string());
}

TEST_CASE("schema sample: bounds hold for every seed", "[mocks][schema]") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Json value = sample(R"({"properties":{
        "score":{"type":"integer","minimum":1,"maximum":5},
        "even":{"type":"integer","exclusiveMinimum":2,"maximum":9,"multipleOf":2},
        "low":{"type":"integer","maximum":-3},
        "share":{"type":"number","minimum":0.7,"maximum":0.75},
        "text":{"type":"string","minLength":3,"maxLength":5},
        "list":{"type":"array","minItems":2,"maxItems":2}}})",
                              seed);
    CHECK(value["score"] >= 1);
    CHECK(value["score"] <= 5);
    CHECK((value["even"] == 4 || value["even"] == 6 || value["even"] == 8));
    CHECK(value["low"] <= -3);
    CHECK(value["share"] >= 0.7);
    CHECK(value["share"] <= 0.75);
    CHECK(value["text"].get<std::string>().size() >= 3);
    CHECK(value["text"].get<std::string>().size() <= 5);
    CHECK(value["list"].size() == 2);
  }
}

TEST_CASE("schema sample: what the schema spells out is taken", "[mocks][schema]") {
  CHECK(sample(R"({"const":7})") == 7);
  CHECK(sample(R"({"type":"string","enum":["hot","cold"]})") == "hot");
  CHECK(sample(R"({"type":"integer","default":3})") == 3);
}

TEST_CASE("schema sample: references and combinations are followed", "[mocks][schema]") {
  CHECK(sample(R"({"$ref":"#/$defs/a","$defs":{"a":{"const":1}}})") == 1);
  CHECK(sample(R"({"anyOf":[{"const":2},{"type":"null"}]})") == 2);
  const Json all = sample(R"({"allOf":[
      {"properties":{"a":{"const":1}}},{"$ref":"#/$defs/b"}],
      "$defs":{"b":{"properties":{"b":{"const":2}}}}})");
  CHECK(all == Json{{"a", 1}, {"b", 2}});
}

TEST_CASE("schema sample: formats are kept", "[mocks][schema]") {
  CHECK_THAT(sample(R"({"type":"string","format":"date"})").get<std::string>(),
             Catch::Matches(R"(\d{4}-\d\d-\d\d)"));
  CHECK_THAT(sample(R"({"type":"string","format":"email"})").get<std::string>(),
             Catch::Matches(R"(\S+@example\.com)"));
}

TEST_CASE("schema sample: recursion and greed end", "[mocks][schema]") {
  const Json tree = sample(R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object",
      "properties":{"left":{"$ref":"#/$defs/node"},"right":{"$ref":"#/$defs/node"},
      "name":{"type":"string"}},"required":["name"]}}})");
  CHECK(tree["left"]["name"].is_string());
  CHECK(sample(R"({"$ref":"#"})").is_null());
  const Json endless = sample(R"({"properties":{"a":{"$ref":"#"}},"required":["a"]})");
  CHECK(endless.is_object());
  const Json greedy = sample(R"({"type":"array","minItems":1e300,"items":{"type":"array",
      "minItems":1000000,"items":{"type":"string","minLength":1e9}}})");
  CHECK(greedy.size() <= 100);
  CHECK(greedy.dump().size() < 2'000'000);
}

TEST_CASE("schema sample: what is no schema gives an empty object", "[mocks][schema]") {
  for (const char* text : {"", "[]", "true", "{", "\"x\""}) {
    CAPTURE(text);
    CHECK(sample(text) == Json::object());
  }
  for (const char* odd :
       {R"({"type":7})", R"({"type":[]})", R"({"type":[1]})", R"({"properties":[]})",
        R"({"$ref":5})", R"({"$ref":"#nowhere"})", R"({"anyOf":{}})", R"({"allOf":[1,true]})",
        R"({"type":"array","items":true})", R"({"type":"integer","multipleOf":0})",
        R"({"type":"integer","minimum":9,"maximum":1})", R"({"type":"string","maxLength":-1})"}) {
    CAPTURE(odd);
    CHECK_FALSE(sample(odd).is_discarded());
  }
}

TEST_CASE("JSON text: nesting is limited before anything recurses", "[mocks][json]") {
  CHECK(parse_json<Json>(std::string(200, '[') + std::string(200, ']')));
  CHECK_FALSE(parse_json<Json>(std::string(201, '[') + std::string(201, ']')));
  CHECK_FALSE(parse_json<Json>(std::string(1'000'000, '[')));
  CHECK(parse_json<Json>("\"" + std::string(1000, '[') + "\\\"\""));
}

TEST_CASE("JSON text: broken UTF-8 is never echoed", "[mocks][json]") {
  CHECK_FALSE(parse_json<Json>("\"\xff\""));
  CHECK(dump(Json("a\xff")) == "\"a\xEF\xBF\xBD\"");
}
