#include "harness/observe/json_leaves.hpp"
#include "harness/observe/log_watcher.hpp"
#include "harness/observe/prometheus_text.hpp"
#include "harness/text/metric_selector.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("prometheus text: comments, labels, escapes, time stamps and exemplars",
          "[observe][prometheus]") {
  const Scrape scrape = read_prometheus_text(
      "# HELP http_requests_total Requests.\n"
      "# TYPE http_requests_total counter\r\n"
      "http_requests_total{method=\"GET\",path=\"/a\\\"b\\\\c\\nd\"} 12 1395066363000\n"
      "up 1\n\n"
      "latency_bucket{le=\"+Inf\", path=\"/\",} 7 # {trace_id=\"x\"} 0.5\n"
      "nan NaN\nlow -Inf\nhigh +Inf\nsmall 1.5e-3\n"
      "not a sample\nbroken{x=\"1\" 5\nalso{x=1} 5\n",
      100);
  REQUIRE(scrape.samples.size() == 7);
  CHECK(scrape.not_read == 3);
  CHECK(scrape.samples[0].series.text() ==
        "http_requests_total{method=\"GET\",path=\"/a\\\"b\\\\c\\nd\"}");
  CHECK(*scrape.samples[0].series.label("path") == "/a\"b\\c\nd");
  CHECK(scrape.samples[0].value == 12);
  CHECK(scrape.samples[2].series.text() == "latency_bucket{le=\"+Inf\",path=\"/\"}");
  CHECK(std::isnan(scrape.samples[3].value));
  CHECK(scrape.samples[4].value < 0);
  CHECK(scrape.samples[6].value == Approx(0.0015));
}

TEST_CASE("prometheus text: no more samples than the bound", "[observe][prometheus]") {
  const Scrape scrape = read_prometheus_text("a 1\nb 2\nc 3\n", 2);
  CHECK(scrape.samples.size() == 2);
  CHECK(scrape.not_kept == 1);
}

TEST_CASE("metric selector: labels as PromQL tests them", "[observe][selector]") {
  const auto series = parse_series("http_requests_total{path=\"/x\",status=\"503\"}");
  REQUIRE(series);
  const auto fits = [&](const char* text) {
    const auto selector = MetricSelector::parse(text);
    REQUIRE(selector);
    return selector->fits(*series);
  };
  CHECK(fits("http_requests_total"));
  CHECK(fits("http_requests_total{}"));
  CHECK(fits("http_requests_total{status=\"503\"}"));
  CHECK(fits("http_requests_total{status=~\"5..\"}"));
  CHECK(fits("http_requests_total{status!~\"4..\", path!=\"/y\"}"));
  CHECK(fits("http_requests_total{absent=\"\"}"));
  CHECK_FALSE(fits("http_requests_total{absent!=\"\"}"));
  CHECK_FALSE(fits("http_requests_total{status=~\"5\"}"));  // anchored at both ends
  CHECK_FALSE(fits("http_requests"));
  CHECK_FALSE(fits("http_requests_total{status=\"500\"}"));
}

TEST_CASE("metric selector: what is no selector is refused with a reason", "[observe][selector]") {
  for (const char* text : {"", "5xx", "a b", "a{", "a{x}", "a{x=5}", "a{x=\"1\"", "a{x=\"1\"} 5",
                           "a{x=~\"(\"}", "{x=\"1\"}"}) {
    CAPTURE(text);
    const auto selector = MetricSelector::parse(text);
    REQUIRE_FALSE(selector);
    CHECK(selector.error().message.find("names no series") != std::string::npos);
  }
}

TEST_CASE("JSON leaves: bounded in number and depth", "[observe][json]") {
  CHECK_FALSE(read_json_leaves("{", 10));
  CHECK_FALSE(read_json_leaves(std::string(100'000, '['), 10));
  const auto few = read_json_leaves(R"({"a":1,"b":2,"c":3})", 2);
  REQUIRE(few);
  CHECK(few->leaves.size() == 2);
  CHECK(few->not_kept == 1);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{\"a\":";
  deep += "1" + std::string(100, '}');
  const auto nested = read_json_leaves(deep, 10);
  REQUIRE(nested);
  CHECK(nested->leaves.empty());
  CHECK(nested->not_kept == 1);
}

TEST_CASE("log watcher: by pattern, by JSON, by both", "[observe][log]") {
  LogWatcher watcher;
  watcher.attach();
  watcher.watch("pattern", {.matches = "call (failed|refused)", .json = {}, .lines = {}});
  spec::ValueMatch error;
  error.equals = spec::Scalar{std::string{"error"}};
  watcher.watch("json", {.matches = std::nullopt, .json = {{"/level", error}}, .lines = {}});
  watcher.watch("both", {.matches = "failed", .json = {{"/level", error}}, .lines = {}});
  watcher.line(1s, "openai call failed");
  watcher.line(2s, R"({"level":"error","msg":"call failed"})");
  watcher.line(3s, R"({"level":"error","msg":"stopped"})");
  watcher.line(4s, "something else");
  const LogRecord& record = watcher.record();
  CHECK(record.read);
  CHECK(record.lines == 4);
  REQUIRE(record.watches.size() == 3);
  CHECK(record.watches[0].hits.size() == 2);
  CHECK(record.watches[1].hits.size() == 2);
  REQUIRE(record.watches[2].hits.size() == 1);
  CHECK(record.watches[2].hits[0].at == 2s);
}

TEST_CASE("log watcher: texts are kept of a few lines a second, times of all", "[observe][log]") {
  LogWatcher watcher;
  watcher.attach();
  watcher.watch("x", {.matches = "x", .json = {}, .lines = {}});
  for (int i = 0; i < 100; ++i) watcher.line(i * 20ms, std::string(std::size_t{1000}, 'x'));
  const auto& hits = watcher.record().watches[0].hits;
  REQUIRE(hits.size() == 100);
  std::size_t texts = 0;
  for (const LogHit& hit : hits) texts += hit.text.empty() ? 0 : 1;
  CHECK(texts == 10);
  CHECK(hits[0].text.size() == kLogTextMax);
}
