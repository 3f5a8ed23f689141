#include "reports/events.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

/// The one object of a line; fails when it is not exactly one line.
nlohmann::json parsed(const std::string& line) {
  REQUIRE(line.find('\n') == line.size() - 1);
  return nlohmann::json::parse(line);
}

}  // namespace

TEST_CASE("events: the first line says what runs", "[reports][events]") {
  const RunResult result = samples::passed();
  const auto json = parsed(run_line(
      {.scenario = "openai-outage", .title = "t", .file = "f.yaml", .seed = 42, .version = "0.1.0"},
      result.origin, Redactor{}));
  CHECK(json["event"] == "run");
  CHECK(json["schema"] == "firedrill/events/1");
  CHECK(json["seed"] == 42);
  CHECK(json["at"] == "2026-11-23T05:22:14.123Z");
}

TEST_CASE("events: a moment is one line, on both clocks", "[reports][events]") {
  const RunResult result = samples::passed();
  Moment moment = result.moments[7];
  moment.text += "\nand a second line";
  const auto json = parsed(event_line(moment, result.origin, Redactor{}));
  CHECK(json["event"] == "moment");
  CHECK(json["kind"] == "breaker_open");
  CHECK(json["at_s"] == Approx(5.029));
  CHECK(json["at"] == "2026-11-23T05:22:19.152Z");
  CHECK(json["subject"] == "openai");
}

TEST_CASE("events: a second of traffic keeps planned = sent + dropped", "[reports][events]") {
  const RunResult result = samples::failed();
  const Slice& slice = result.streams[0].slices.back();
  const auto json = parsed(event_line("score", "recovery", slice, result.origin, Redactor{}));
  std::uint64_t dropped = 0;
  for (const auto& count : json["dropped"]) dropped += count.get<std::uint64_t>();
  CHECK(dropped == 12);
  CHECK(json["planned"].get<std::uint64_t>() == json["sent"].get<std::uint64_t>() + dropped);
  CHECK(json["failed"] == 12);
  CHECK(json["p95_ms"].is_number());
  const auto empty = parsed(event_line("score", "recovery", Slice{}, result.origin, Redactor{}));
  CHECK(empty["p95_ms"].is_null());
}

TEST_CASE("events: a fault tells its hits so far", "[reports][events]") {
  const RunResult result = samples::passed();
  const auto json =
      parsed(event_line(result.faults[0], std::chrono::seconds{6}, result.origin, Redactor{}));
  CHECK(json["event"] == "fault");
  CHECK(json["hits"] == 7);
  CHECK(json["hits_by_step"] == std::vector<int>{6, 1, 0});
}

TEST_CASE("events: the last line is the verdict", "[reports][events]") {
  const auto json = parsed(verdict_line(samples::failed(), Redactor{}));
  CHECK(json["event"] == "verdict");
  CHECK(json["outcome"] == "failed");
  CHECK(json["exit_code"] == 99);
  CHECK(json["at_s"] == Approx(13.002));
}

}  // namespace firedrill
