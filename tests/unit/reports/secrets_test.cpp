#include "reports/clean.hpp"
#include "reports/events.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/progress.hpp"
#include "reports/terminal.hpp"
#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

#include <array>

// Nothing secret leaves. The canary stands in every text of a result; "CANARY" is found whatever
// the output did to the characters around it.

namespace firedrill {
namespace {

constexpr const char* kSecret = "s3cr3t <CANARY> & \"quoted\" | 'pipe' * \\ µ/=+";
constexpr const char* kTrace = "CANARY";

std::vector<RunResult> canaries(const std::string& text) {
  std::vector<RunResult> results;
  for (const Outcome outcome : {Outcome::passed, Outcome::failed, Outcome::inconclusive,
                                Outcome::interrupted, Outcome::not_ready, Outcome::not_healed}) {
    results.push_back(samples::full_of(text));
    results.back().outcome = outcome;
  }
  results.push_back(results[2]);
  results.back().problems.clear();  // so that the headline tells of a judgement
  return results;
}

std::vector<std::string> live_outputs(const RunResult& result, const std::string& text,
                                      const Redactor& redactor) {
  ProgressSnapshot now;
  now.phase = text;
  now.streams.resize(1);
  now.streams[0].name = text;
  now.moments = {result.moments[0]};
  Progress redraw{Progress::Mode::redraw, {.colour = true, .width = 140}, redactor};
  Progress plain{Progress::Mode::plain, {.width = 140}, redactor};
  return {redraw.update(now),
          plain.update(now),
          run_line({.scenario = text, .title = text, .file = text, .seed = 1, .version = text},
                   result.origin, redactor),
          event_line(result.moments[0], result.origin, redactor),
          event_line(text, text, result.streams[0].slices[0], result.origin, redactor),
          event_line(result.faults[0], Offset{0}, result.origin, redactor)};
}

std::vector<std::string> outputs(const RunResult& result, const Redactor& redactor) {
  std::vector<std::string> texts{to_json(result, redactor), to_junit(result, redactor),
                                 to_markdown(result, redactor), verdict_line(result, redactor)};
  for (const Verbosity verbosity : {Verbosity::quiet, Verbosity::normal, Verbosity::verbose}) {
    for (const std::size_t width : {48U, 100U, 140U}) {
      texts.push_back(verdict_screen(result, redactor,
                                     {.colour = true, .width = width, .verbosity = verbosity}));
    }
  }
  return texts;
}

std::size_t leaks(const std::vector<std::string>& texts) {
  std::size_t count = 0;
  for (const std::string& text : texts) {
    if (text.find(kTrace) == std::string::npos) continue;
    ++count;
    const auto at = text.find(kTrace);
    UNSCOPED_INFO("... " << text.substr(at > 60 ? at - 60 : 0, 160));
  }
  return count;
}

}  // namespace

TEST_CASE("secrets: a canary in every text of a result is in no output", "[reports][secrets]") {
  Redactor redactor;
  redactor.add(kSecret);
  const std::string text = std::string{"before "} + kSecret + " after";
  for (const RunResult& result : canaries(text)) {
    CAPTURE(name_of(result.outcome));
    CHECK(leaks(outputs(result, redactor)) == 0);
    CHECK(leaks(live_outputs(result, text, redactor)) == 0);
  }
}

TEST_CASE("secrets: without the redactor every output would show the canary",
          "[reports][secrets]") {
  const Redactor none;
  const std::string text = "CANARY";
  for (const RunResult& result : canaries(text)) {
    CAPTURE(name_of(result.outcome));
    const auto all = outputs(result, none);
    CHECK(leaks(all) ==
          all.size() -
              (result.outcome == Outcome::passed ? 1 : 0));  // its verdict line has no name
    const auto live = live_outputs(result, text, none);
    CHECK(leaks(live) == live.size());
  }
}

TEST_CASE("secrets: an encoded canary is found as well", "[reports][secrets]") {
  Redactor redactor;
  redactor.add("p@ss CANARY/word");
  for (const char* encoded : {"p%40ss%20CANARY%2Fword", "cEBzcyBDQU5BUlkvd29yZA"}) {
    CHECK(Clean{redactor}(encoded) == "[redacted]");
  }
}

TEST_CASE("secrets: neither colour changes nor line breaks hide a canary", "[reports][secrets]") {
  Redactor redactor;
  redactor.add("CANARY-1234");
  redactor.add("-----BEGIN KEY-----\nCANARY\nLINES\n-----END KEY-----");
  CHECK(Clean{redactor}("x CANARY\x1b[0m-1234 y") == "x [redacted] y");
  RunResult result = samples::not_ready();
  result.log_tail = {"key is", "-----BEGIN KEY-----", "CANARY",
                     "LINES",  "-----END KEY-----",   "bye"};
  CHECK(leaks(outputs(result, redactor)) == 0);
  CHECK(Clean{redactor}.lines(result.log_tail) ==
        std::vector<std::string>{"key is", "[redacted]", "bye"});
}

TEST_CASE("secrets: a mask is not broken by wrapping a narrow screen", "[reports][secrets]") {
  Redactor redactor;
  redactor.add("CANARY with several words");
  RunResult result = samples::failed();
  result.judgements[2].findings[0].why = "the answer was CANARY with several words, which is long";
  const std::string screen = verdict_screen(result, redactor, {.width = 48});
  CHECK(screen.find("[redacted]") != std::string::npos);
  CHECK(screen.find("several") == std::string::npos);
}

}  // namespace firedrill
