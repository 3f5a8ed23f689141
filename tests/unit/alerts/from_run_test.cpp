#include "harness/alerts/model/from_run.hpp"

#include "harness/alerts/model/rates.hpp"
#include "harness/alerts/model/trace.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace firedrill::alerts;
using namespace std::chrono_literals;

namespace {

Poll answered(Offset at) { return {at, at, 200, ""}; }
Poll failed(Offset at) { return {at, at, 0, "refused"}; }

const RecordedSeries& only(const Recording& recording, const char* selector) {
  const auto found = selected(recording, **parse_promql(selector));
  REQUIRE(found.size() == 1);
  return *found[0];
}

}  // namespace

TEST_CASE("recording: every scrape is a sample, a failed one ends all series", "[alerts]") {
  ProbeRecord probe;
  probe.polls = {answered(0s), answered(1s), answered(2s), failed(3s), answered(4s)};
  Track errors{"errors_total{job=\"own\",status=\"500\"}", {}, true};
  errors.points = {{0, true, 5, ""}, {2, true, 7, ""}};
  Track late{"queue_depth", {}, true};
  late.points = {{1, true, 3, ""}, {2, false, 0, ""}};
  probe.tracks = {errors, late};
  Recording recording;
  append_scraped(recording, probe, {{"job", "clinic"}}, {});

  const RecordedSeries& up = only(recording, "up{job=\"clinic\"}");
  REQUIRE(up.samples.size() == 5);
  CHECK(up.samples[2].value == 1);
  CHECK(up.samples[3].value == 0);

  const RecordedSeries& counter = only(recording, "errors_total{status=\"500\"}");
  CHECK(counter.kind == SeriesKind::counter);
  CHECK(counter.labels.at("job") == "clinic");
  CHECK(counter.labels.at("exported_job") == "own");
  REQUIRE(counter.samples.size() == 5);
  CHECK(counter.samples[1].value == 5);  // unchanged, and scraped all the same
  CHECK(counter.samples[3].stale);
  CHECK(counter.samples[4].value == 7);

  const RecordedSeries& gauge = only(recording, "queue_depth");
  CHECK(gauge.kind == SeriesKind::gauge);
  REQUIRE(gauge.samples.size() == 2);
  CHECK(gauge.samples[0].at == 1s);
  CHECK(gauge.samples[1].stale);
}

TEST_CASE("recording: what a rule reads with rate() is a counter, whatever its name", "[alerts]") {
  const auto groups = parse_rules(
      "groups:\n- name: g\n  rules:\n  - {alert: A, expr: 'rate(jobs_done[5m]) < 1'}\n", "r.yml");
  REQUIRE(groups);
  ProbeRecord probe;
  probe.polls = {answered(0s)};
  probe.tracks = {Track{"jobs_done", {{0, true, 1, ""}}, true},
                  Track{"last_run_timestamp_seconds", {{0, true, 1, ""}}, true}};
  Recording recording;
  append_scraped(recording, probe, {}, *groups);
  CHECK(only(recording, "jobs_done").kind == SeriesKind::counter);
  CHECK(only(recording, "last_run_timestamp_seconds").kind == SeriesKind::timestamp);
}

TEST_CASE("recording: our own traffic is a witness too", "[alerts]") {
  StreamSeries stream;
  stream.name = "score";
  for (int i = 0; i < 4; ++i) {
    Slice slice;
    slice.start = std::chrono::seconds{i};
    slice.length = 1s;
    slice.planned = 10;
    slice.sent = 10;
    slice.ended[static_cast<std::size_t>(Ending::ok)] = i < 2 ? 10U : 4U;
    slice.ended[static_cast<std::size_t>(Ending::check_failed)] = i < 2 ? 0U : 6U;
    slice.status[i < 2 ? 200 : 503] = 10;
    slice.response.record(i < 2 ? 20ms : 2s, 10);
    stream.slices.push_back(std::move(slice));
  }
  Recording recording;
  append_client_side(recording, {stream});
  const auto grown = [&](const char* selector) {
    return Trace{only(recording, selector)}.increase(0s, 4s);
  };
  CHECK(grown("firedrill_requests_total{stream=\"score\",outcome=\"failed\"}") == Approx(12));
  CHECK(grown("firedrill_requests_total{outcome=\"ok\"}") == Approx(28));
  CHECK(grown("firedrill_responses_total{status=\"503\"}") == Approx(20));
  CHECK(grown("firedrill_response_seconds_bucket{le=\"0.5\"}") == Approx(20));
  CHECK(grown("firedrill_response_seconds_bucket{le=\"+Inf\"}") == Approx(40));
  CHECK(grown("firedrill_response_seconds_sum") == Approx(20 * 0.02 + 20 * 2).epsilon(0.01));
  // Born at 0 before the first answer, so that no increase is lost.
  CHECK(Trace{only(recording, "firedrill_responses_total{status=\"503\"}")}.value(0s) == 0.0);
}
