#include "reports/json.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

nlohmann::json parsed(const RunResult& result, const Redactor& redactor = {}) {
  return nlohmann::json::parse(to_json(result, redactor));
}

}  // namespace

TEST_CASE("json: the verdict comes with its exit code", "[reports][json]") {
  const auto json = parsed(samples::failed());
  CHECK(json["schema"] == "firedrill/result/1");
  CHECK(json["verdict"]["outcome"] == "failed");
  CHECK(json["verdict"]["exit_code"] == 99);
  CHECK(json["verdict"]["failed"] == 1);
  CHECK(json["seed"] == 42);
  CHECK(json["times"]["started_at"] == "2026-11-23T05:22:13.303Z");
  CHECK(json["times"]["zero_at"] == "2026-11-23T05:22:14.123Z");
}

TEST_CASE("json: the same result renders the same bytes", "[reports][json]") {
  CHECK(to_json(samples::failed(), Redactor{}) == to_json(samples::failed(), Redactor{}));
}

TEST_CASE("json: a quantile with too few samples is null, never a guess", "[reports][json]") {
  const auto json = parsed(samples::passed());
  const auto& steady = json["traffic"][0]["phases"][1]["response"];
  CHECK(steady["count"] == 800);
  CHECK(steady["p95_ms"].is_number());
  CHECK(steady["p99_ms"].is_null());  // needs 1000
  const auto& whole = json["traffic"][0]["whole"]["response"];
  CHECK(whole["count"] == 2600);
  CHECK(whole["p99_ms"].is_number());
  CHECK(whole["p99_9_ms"].is_null());
}

TEST_CASE("json: drops are blamed", "[reports][json]") {
  const auto dropped = parsed(samples::inconclusive())["traffic"][0]["whole"]["dropped"];
  CHECK(dropped["total"] == 36);
  CHECK(dropped["by_generator"] == 36);
  CHECK(dropped["by_system"] == 0);
  CHECK(dropped["reasons"]["late"] == 36);
}

TEST_CASE("json: a ledger is summed up by status, delivery and fault", "[reports][json]") {
  const auto mock = parsed(samples::passed())["mocks"][0];
  CHECK(mock["requests"] == 1787);
  CHECK(mock["status"]["503"] == 6);
  CHECK(mock["delivery"]["hung"] == 1);
  CHECK(mock["without_status"] == 1);
  CHECK(mock["by_fault"] ==
        nlohmann::json::parse(R"([{"fault": "openai@outage", "requests": 7}])"));
  CHECK(mock["without_fault"] == 1780);
}

TEST_CASE("json: a phase that never began has no times", "[reports][json]") {
  const auto phase = parsed(samples::interrupted())["phases"][3];
  CHECK(phase["reached"] == false);
  CHECK(phase["start_s"].is_null());
  CHECK(phase["started_at"].is_null());
  CHECK(phase["planned_s"] == 4.0);
}

TEST_CASE("json: a secret that looks like a number or a key leaves the structure whole",
          "[reports][json]") {
  Redactor redactor;
  redactor.add("2600");     // also the number of requests
  redactor.add("planned");  // also a key
  const auto json = parsed(samples::passed(), redactor);
  CHECK(json["traffic"][0]["whole"]["planned"] == 2600);
}

TEST_CASE("json: malformed UTF-8 and control characters do no harm", "[reports][json]") {
  const auto json = parsed(samples::full_of(samples::hostile_text()));
  const auto title = json["title"].get<std::string>();
  CHECK(title.find('\x1b') == std::string::npos);
  CHECK(title.find("\"q\"") != std::string::npos);
}

}  // namespace firedrill
