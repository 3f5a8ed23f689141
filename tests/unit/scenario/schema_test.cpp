#include "harness/scenario/schema.hpp"

#include "harness/base/units.hpp"
#include "harness/spec/names.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

using nlohmann::json;

namespace {

void collect_references(const json& value, std::set<std::string>& out) {
  if (value.is_object() && value.contains("$ref") && value["$ref"].is_string()) {
    out.insert(value["$ref"].get<std::string>());
  }
  for (const json& inner : value) {
    if (inner.is_structured()) collect_references(inner, out);
  }
}

}  // namespace

TEST_CASE("schema: is JSON of draft 2020-12 whose references all resolve", "[scenario][schema]") {
  const json schema = json::parse(firedrill::scenario_schema());
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  std::set<std::string> references;
  collect_references(schema, references);
  CHECK(references.size() > 15);
  for (const std::string& reference : references) {
    CAPTURE(reference);
    REQUIRE(reference.starts_with("#/$defs/"));
    CHECK(schema["$defs"].contains(reference.substr(8)));
  }
}

TEST_CASE("schema: is the same every time", "[scenario][schema]") {
  CHECK(firedrill::scenario_schema() == firedrill::scenario_schema());
}

TEST_CASE("schema: shows the patterns and names that the loader goes by", "[scenario][schema]") {
  const json defs = json::parse(firedrill::scenario_schema())["$defs"];
  CHECK(defs["duration"]["anyOf"][1]["pattern"] == firedrill::kDurationPattern);
  CHECK(defs["rate"]["anyOf"][1]["pattern"] == firedrill::kRatePattern);
  const json mocks = defs["scenario"]["properties"]["mocks"];
  CHECK(mocks["additionalProperties"] == json{{"$ref", "#/$defs/declared_mock"}});
  for (const std::string& name : firedrill::spec::mock_names())
    CHECK(mocks["properties"].contains(name));
}

TEST_CASE("schema: a file that includes others may leave keys out, but not invent any",
          "[scenario][schema]") {
  const json schema = json::parse(firedrill::scenario_schema());
  CHECK(schema["if"] == json{{"required", {"include"}}});
  const json& whole = schema["$defs"]["scenario"];
  const json& fragment = schema["$defs"]["scenario_fragment"];
  CHECK(whole["required"] == json{"firedrill", "name", "system", "traffic", "timeline"});
  CHECK_FALSE(fragment.contains("required"));
  CHECK(fragment["additionalProperties"] == false);
  CHECK(fragment["properties"].size() == whole["properties"].size());
}
