#include "harness/scenario/grammar_evidence.hpp"
#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

std::string expecting(const std::string& what) {
  return plain_with("  - slo: score.failed.rate < 1%\n", "  - " + what + "\n");
}

/// With a probe of resources.
std::string measuring(const std::string& what) {
  std::string text = expecting(what);
  text.replace(text.find("timeline:\n"), 0, "probes: { process: { resources: system } }\n");
  return text;
}

template <typename What>
What built(const std::string& text) {
  const Loaded loaded = load(text);
  REQUIRE(lines_of(loaded) == Lines{});
  return std::get<What>(loaded.scenario->expectations.at(0).what);
}

bool says(const std::string& text, const std::string& words) {
  for (const std::string& line : lines_of(load(text))) {
    if (line.find(words) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("resources: bounds with their units", "[scenario][evidence]") {
  using scenario::parse_cpu;
  using scenario::parse_growth;
  using scenario::parse_memory;
  CHECK(parse_growth("60KB/min").value() == Approx(1000));
  CHECK(parse_growth("<= 1MiB / s").value() == Approx(1024 * 1024));
  CHECK(parse_growth("3600B/h").value() == Approx(1));
  for (const char* const text : {"1MiB", "1/s", "1MiB/d", "MiB/s", "< 1MiB/s", ""}) {
    CAPTURE(text);
    CHECK_FALSE(parse_growth(text));
  }
  CHECK(parse_memory("<=200MiB").value() == Approx(200.0 * 1024 * 1024));
  CHECK_FALSE(parse_memory("200"));
  CHECK(parse_cpu("<= 80%").value() == Approx(0.8));
  CHECK(parse_cpu("150 %").value() == Approx(1.5));
  for (const char* const text : {"80", "x%", "-1%", "%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_cpu(text));
  }
}

TEST_CASE("resources: what is demanded, and of which probe", "[scenario][evidence]") {
  const auto resources = built<spec::ResourcesExpectation>(
      measuring("resources: { memory_slope: 1MiB/min, warm_up: 2s, confidence: 99%, samples: 30, "
                "descriptors: 100 }"));
  CHECK(resources.probe == "process");
  CHECK(resources.memory_slope.value() == Approx(1024.0 * 1024 / 60));
  CHECK(resources.warm_up == 2s);
  CHECK(resources.confidence == Approx(0.99));
  CHECK(resources.samples_min == 30);
  REQUIRE(resources.at_most.size() == 1);
  CHECK(resources.at_most[0].resource == spec::Resource::descriptors);
  CHECK(resources.at_most[0].at_most == 100);
  CHECK(says(expecting("resources: { memory: 1GiB }"), "no probe sees what the system uses up"));
  CHECK(says(expecting("resources: { probe: ready, memory: 1GiB }"),
             "does not see what the system uses up"));
  CHECK(lines_of(load(expecting("resources: { probe: metrics, memory: 1GiB }"))) == Lines{});
  CHECK(says(measuring("resources: { memory_slope: 1MiB/min, confidence: 50% }"),
             "a confidence above 50 %"));
}

TEST_CASE("privacy: kinds, places, third parties", "[scenario][evidence]") {
  const std::string people = "\"${person.note}\"";
  const auto with_people = [&](std::string text) {
    const std::size_t at = text.find("request: {");
    REQUIRE(at != std::string::npos);
    text.replace(at, 10, "request: { headers: { x-note: " + people + " },");
    return text;
  };
  const auto privacy = built<spec::PrivacyExpectation>(
      with_people(expecting("{ privacy: [ssn, phone], never_in: [logs, other_answers], "
                            "apart: streams }")));
  CHECK(privacy.kinds == std::vector{spec::CanaryKind::ssn, spec::CanaryKind::phone});
  CHECK(privacy.never_in == std::vector{spec::LeakPlace::logs, spec::LeakPlace::other_answers});
  CHECK(privacy.apart == spec::PrivacyExpectation::Apart::streams);
  const auto all = built<spec::PrivacyExpectation>(
      with_people(expecting("{ privacy: canaries, never_in: [metrics] }")));
  CHECK(all.kinds.empty());
  CHECK(says(expecting("{ privacy: canaries, never_in: [logs] }"),
             "no request carries data of made-up people"));
  std::string attached =
      with_people(expecting("{ privacy: canaries, never_in: [third_party_calls] }"));
  attached.replace(attached.find("openai: {}"), 10, "openai: { attach: 'http://127.0.0.1:8477' }");
  CHECK(says(attached, "mock 'openai' is attached: what it receives cannot be searched"));
}

TEST_CASE("happens: where it is seen, and how often it must come", "[scenario][evidence]") {
  using Source = spec::HappensExpectation::Source;
  const auto line = built<spec::HappensExpectation>(
      expecting("happens: { log: { matches: sent, json: { /level: info } }, every: 2s }"));
  CHECK(line.source == Source::log);
  CHECK(line.line.matches == "sent");
  CHECK(line.line.json.size() == 1);
  CHECK(line.every == 2s);
  const auto counter = built<spec::HappensExpectation>(
      expecting("happens: { metric: 'jobs_total{job=\"a\"}', by: 3s, times: '>= 3' }"));
  CHECK(counter.source == Source::metric);
  CHECK(counter.selector == "jobs_total{job=\"a\"}");
  CHECK(counter.by == 3s);
  REQUIRE(counter.times);
  CHECK(counter.times->value == 3);
  CHECK(says(expecting("happens: { delivery: score, every: 1s }"), "delivers no webhooks"));
  CHECK(says(expecting("happens: { call: nobody, every: 1s }"), "nobody"));
}
