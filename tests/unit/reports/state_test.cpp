#include "reports/json.hpp"
#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("state: result.json has readings in counts, and never their rows", "[reports][state]") {
  RunResult result = samples::passed();
  StateRecord record;
  record.name = "events";
  record.source = "GET /api/events";
  record.fields = {"id"};
  record.before = StateRows{};
  record.after.rows = {{"a-patient"}, {"another"}};
  record.after.not_kept = 1;
  record.at = 5s;
  record.reads = 4;
  record.settled = true;
  StateRecord never;
  never.name = "dlq";
  result.state = {record, never};
  const std::string text = to_json(result, Redactor{});
  CHECK(text.find("a-patient") == std::string::npos);
  const auto json = nlohmann::json::parse(text);
  const auto& events = json["state"][0];
  CHECK(events["source"] == "GET /api/events");
  CHECK(events["before"] == nlohmann::json{{"rows", 0}, {"not_kept", 0}, {"failure", nullptr}});
  CHECK(events["after"] == nlohmann::json{{"rows", 2}, {"not_kept", 1}, {"failure", nullptr}});
  CHECK(events["at_s"] == 5.0);
  CHECK(events["settled"] == true);
  CHECK(json["state"][1]["after"].is_null());
  CHECK(json["state"][1]["before"].is_null());
  CHECK_FALSE(nlohmann::json::parse(to_json(samples::passed(), Redactor{})).contains("state"));
}
