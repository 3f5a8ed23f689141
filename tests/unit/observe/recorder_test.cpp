#include "harness/observe/probe_recorder.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

spec::Probe probe(spec::Probe::Kind kind, std::uint32_t series_max = 100) {
  spec::Probe out;
  out.name = "p";
  out.kind = kind;
  out.series_max = series_max;
  return out;
}

}  // namespace

TEST_CASE("probe recorder: values are kept as they change", "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::metrics), "http://x/metrics", {}};
  recorder.answered(0ms, 1ms, 200, "a 1\nb{x=\"1\"} 5\n");
  recorder.answered(100ms, 101ms, 200, "a 1\nb{x=\"1\"} 6\n");
  recorder.answered(200ms, 201ms, 200, "a 2\n");
  const ProbeRecord& record = recorder.record();
  CHECK(record.answered == 3);
  REQUIRE(record.polls.size() == 3);
  const Track* const a = record.track("a");
  const Track* const b = record.track("b{x=\"1\"}");
  REQUIRE(a != nullptr);
  REQUIRE(b != nullptr);
  CHECK(a->points.size() == 2);  // unchanged in the second poll
  CHECK(a->at(1)->number == 1);
  CHECK(a->at(2)->number == 2);
  REQUIRE(b->at(1) != nullptr);
  CHECK(b->at(1)->number == 6);
  CHECK(b->at(2) == nullptr);  // gone, and known to be gone
}

TEST_CASE("probe recorder: an error page makes no series disappear", "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::metrics), "http://x/metrics", {}};
  recorder.answered(0ms, 1ms, 200, "a 1\n");
  recorder.answered(100ms, 101ms, 503, "unavailable");
  recorder.answered(200ms, 201ms, 200, "<html>");
  const ProbeRecord& record = recorder.record();
  CHECK(record.answered == 3);
  CHECK(record.polls[1].failure == "answered 503 instead of metrics");
  CHECK(record.polls[2].failure == "no line of the answer is a sample");
  CHECK(record.track("a")->at(2)->number == 1);
}

TEST_CASE("probe recorder: a poll without an answer is counted and kept", "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::health), "http://x/ready", {}};
  recorder.failed(0ms, 1s, "timed out");
  CHECK(recorder.record().failed == 1);
  CHECK(recorder.record().answered == 0);
  REQUIRE(recorder.record().polls.size() == 1);
  CHECK_FALSE(recorder.record().polls[0].answered());
}

TEST_CASE("probe recorder: JSON becomes its scalars by pointer", "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::health), "http://x/ready", {}};
  recorder.answered(0ms, 1ms, 503, R"({"checks":{"a/b":{"status":"down"}},"n":[1,true,null]})");
  const ProbeRecord& record = recorder.record();
  REQUIRE(record.track("/checks/a~1b/status") != nullptr);
  CHECK(record.track("/checks/a~1b/status")->points[0].text == "\"down\"");
  CHECK(record.track("/n/0")->points[0].number == 1);
  CHECK(record.track("/n/2")->points[0].text == "null");
  CHECK(record.polls[0].status == 503);
  recorder.answered(10ms, 11ms, 200, "not json");
  CHECK(recorder.record().polls[1].failure == "the answer is no JSON");
}

TEST_CASE("probe recorder: series are bounded, those that are named come first",
          "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::metrics, 2), "http://x/metrics", {"wanted"}};
  recorder.answered(0ms, 1ms, 200, "a 1\nb 1\nc 1\nwanted 1\n");
  CHECK(recorder.record().tracks.size() == 3);
  CHECK(recorder.record().tracks_not_kept == 1);
  CHECK(recorder.record().track("wanted") != nullptr);
  CHECK(recorder.record().track("c") == nullptr);
}

TEST_CASE("probe recorder: points are bounded, half of them reserved for what is named",
          "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::metrics),
                         "http://x/metrics",
                         {"wanted"},
                         ProbeRecorder::Bounds{.polls = 20, .points = 8}};
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    recorder.answered(i * 1ms, i * 1ms, 200, "other " + n + "\nwanted " + n + "\n");
  }
  const ProbeRecord& record = recorder.record();
  CHECK(record.track("other")->points.size() == 2);
  CHECK_FALSE(record.track("other")->whole);
  CHECK(record.track("wanted")->points.size() == 6);
  CHECK(record.points_not_kept == 12);
}

TEST_CASE("probe recorder: polls are bounded and counted", "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::health),
                         "http://x/ready",
                         {},
                         ProbeRecorder::Bounds{.polls = 2, .points = 8}};
  for (int i = 0; i < 5; ++i) recorder.failed(i * 1ms, i * 1ms, "refused");
  CHECK(recorder.record().polls.size() == 2);
  CHECK(recorder.record().polls_not_kept == 3);
  CHECK(recorder.record().failed == 5);
}

TEST_CASE("probe recorder: a value that found no room is counted once, however often it is seen",
          "[observe][recorder]") {
  ProbeRecorder recorder{probe(spec::Probe::Kind::metrics, 2), "http://x/metrics", {}};
  for (int i = 0; i < 5; ++i) recorder.answered(i * 1ms, i * 1ms, 200, "a 1\nb 1\nc 1\nd 1\n");
  CHECK(recorder.record().tracks.size() == 2);
  CHECK(recorder.record().tracks_not_kept == 2);
  recorder.answered(6ms, 6ms, 200, "a 1\n");  // b is gone: that the table is full does not hide it
  CHECK_FALSE(recorder.record().track("b")->points.back().present);
}
