#include "mocks/clinic/patient_request.hpp"
#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

HealthView view_of(const AppBench& bench, bool ok) {
  HealthView view{.clock = bench.clock,
                  .now = bench.clock.now(),
                  .defects = {},
                  .stopping = false,
                  .has_ai = true,
                  .breaker = {},
                  .last = std::nullopt,
                  .database = std::nullopt};
  view.database = DatabaseView{ok, ok ? "" : "no connection", {10, 10, 0, 7, 3, 0}};
  return view;
}

}  // namespace

TEST_CASE("clinic: a patient has a name and a phone, and errors quote neither",
          "[clinic][patients]") {
  const auto patient = parse_patient(R"({"name":"Ana","phone":"+40721"})");
  REQUIRE(patient.has_value());
  CHECK(patient->name == "Ana");
  CHECK(patient->phone == "+40721");
  for (const char* body :
       {"", "[]", "{", R"({"name":"canary"})", R"({"name":"canary","phone":7})",
        R"({"name":"","phone":"canary"})", R"({"name":"a\u0000b","phone":"1"})"}) {
    CAPTURE(body);
    const auto refused = parse_patient(body);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("canary") == std::string::npos);
  }
  CHECK(patient_json(7) == R"({"patient_id":7})");
  CHECK(patients_json({2, 1}) == R"({"patient_ids":[2,1]})");
}

TEST_CASE("clinic: without a database patients are refused, and readiness does not mention it",
          "[clinic][patients]") {
  AppBench bench;
  HttpRequest request = AppBench::score_request(R"({"name":"Ana","phone":"1"})");
  request.path = "/api/patients";
  CHECK(bench.send(request).status == 503);
  CHECK(bench.get("/api/patients/recent").status == 503);
  CHECK(bench.get("/ready").status == 200);
  CHECK_FALSE(json::parse(bench.get("/ready").body).at("checks").contains("database"));
}

TEST_CASE("clinic: readiness turns with the database, and shows the pool", "[clinic][patients]") {
  const AppBench bench;
  CHECK(ready_status(view_of(bench, true)) == 200);
  CHECK(ready_status(view_of(bench, false)) == 503);
  const json shown = json::parse(ready_json(view_of(bench, false)));
  CHECK(shown.at("status") == "not ready");
  const json& database = shown.at("checks").at("database");
  CHECK(database.at("status") == "unavailable");
  CHECK(database.at("why") == "no connection");
  CHECK(database.at("pool").at("in_use") == 10);
  CHECK(database.at("pool").at("waiting") == 7);
  CHECK(json::parse(ready_json(view_of(bench, true))).at("status") == "ready");
}

TEST_CASE("clinic: the pool is in the metrics from the start, and as it is", "[clinic][patients]") {
  AppBench bench;
  CHECK(bench.metrics_say("db_pool_timeouts_total 0"));
  CHECK(bench.metrics_say("db_pool_waiting 0"));
  bench.metrics.pool_is({10, 4, 2, 1, 3, 2});
  CHECK(bench.metrics_say("db_pool_connections{state=\"in_use\"} 4"));
  CHECK(bench.metrics_say("db_pool_connections{state=\"idle\"} 2"));
  CHECK(bench.metrics_say("db_pool_size 10"));
  CHECK(bench.metrics_say("db_pool_timeouts_total 5"));
}
}  // namespace firedrill::clinic
