#include "reports/terminal.hpp"

#include "reports/text.hpp"
#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace firedrill {
namespace {

using Catch::Matchers::Contains;

std::string screen(const RunResult& result, TerminalStyle style = {}) {
  return verdict_screen(result, Redactor{}, style);
}

std::vector<RunResult> all_samples() {
  return {samples::passed(),     samples::failed(),    samples::inconclusive(),
          samples::gate_unmet(), samples::not_ready(), samples::interrupted(),
          samples::not_healed(), RunResult{},          samples::full_of(samples::hostile_text())};
}

}  // namespace

TEST_CASE("terminal: no line is wider than the screen", "[reports][terminal]") {
  for (const RunResult& result : all_samples()) {
    for (const std::size_t width : {48U, 60U, 79U, 80U, 100U, 140U}) {
      for (const Verbosity verbosity : {Verbosity::quiet, Verbosity::normal, Verbosity::verbose}) {
        std::istringstream lines{
            screen(result, {.colour = true, .width = width, .verbosity = verbosity})};
        std::string line;
        while (std::getline(lines, line)) {
          if (line.find("firedrill run") != std::string::npos)
            continue;  // never broken: to be copied
          if (display_width(line) > width) FAIL(width << " columns: " << line);
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("terminal: colours only colour", "[reports][terminal]") {
  for (const RunResult& result : all_samples()) {
    CHECK(plain_text(screen(result, {.colour = true})) == screen(result, {.colour = false}));
  }
}

TEST_CASE("terminal: a screen without Unicode is ASCII", "[reports][terminal]") {
  for (const RunResult& result : all_samples()) {
    const std::string text = screen(result, {.colour = true, .unicode = false});
    CHECK(std::all_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  }
}

TEST_CASE("terminal: the last block has verdict, exit code, result and how to do it again",
          "[reports][terminal]") {
  const std::string text = screen(samples::failed());
  const std::string block = text.substr(text.find("┏"));
  for (const char* part : {"FAILED", "exit code 99", "Look first", "out/openai-outage/result.json",
                           "firedrill run scenarios/medicalcor/openai-outage.yaml --seed 42"}) {
    CHECK_THAT(block, Contains(part));
  }
}

TEST_CASE("terminal: what failed comes first, with its reason and its moments",
          "[reports][terminal]") {
  const std::string text = screen(samples::failed());
  const auto failed = text.find("✗ breaker openai in outage");
  const auto unproved = text.find("? breaker openai in recovery");
  const auto held = text.find("✓ fallback score in outage");
  REQUIRE(held != std::string::npos);
  CHECK(failed < unproved);
  CHECK(unproved < held);
  CHECK_THAT(text, Contains("no\n        breaker stands before openai"));
  CHECK_THAT(text, Contains("│  +5.00 s  fault injected     openai@outage"));
  CHECK_THAT(text, Contains("95 % CI 62.1 ms .. 74.0 ms"));
}

TEST_CASE("terminal: quiet shows the verdict and what did not hold, nothing else",
          "[reports][terminal]") {
  const std::string text = screen(samples::failed(), {.verbosity = Verbosity::quiet});
  CHECK_THAT(text, Contains("✗ breaker openai in outage"));
  CHECK_THAT(text, !Contains("TRAFFIC") && !Contains("✓"));
  CHECK_THAT(screen(samples::passed(), {.verbosity = Verbosity::quiet}), !Contains("EXPECTATIONS"));
}

TEST_CASE("terminal: verbose adds every moment, the mocks and the machine", "[reports][terminal]") {
  const std::string text = screen(samples::passed(), {.verbosity = Verbosity::verbose});
  for (const char* part : {"MOMENTS", "GET /ready answered 200", "MOCKS", "hung: 1", "EPYC 7B13"}) {
    CHECK_THAT(text, Contains(part));
    CHECK_THAT(screen(samples::passed()), !Contains(part));
  }
}

TEST_CASE("terminal: a fault without a hit proves nothing, and says so", "[reports][terminal]") {
  CHECK_THAT(screen(samples::inconclusive()), Contains("0 of 7 requests hit: proves nothing"));
  RunResult optional = samples::inconclusive();
  optional.faults[0].hits_optional = true;
  CHECK_THAT(screen(optional), !Contains("proves nothing"));
}

TEST_CASE("terminal: the log of a system cannot move the cursor", "[reports][terminal]") {
  const std::string text = screen(samples::not_ready());
  CHECK_THAT(text, Contains("listening on 127.0.0.1:3000"));
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("terminal: markers stand where the moments are", "[reports][terminal]") {
  std::istringstream lines{screen(samples::passed())};
  std::string line;
  std::string names;
  std::string markers;
  while (std::getline(lines, line)) {
    if (line.find("warm-up") != std::string::npos && names.empty()) names = line;
    if (line.find("▼") != std::string::npos && markers.empty()) markers = line;
  }
  const auto column = [](const std::string& text, const char* part) {
    return display_width(text.substr(0, text.find(part)));
  };
  CHECK(column(markers, "▼") == column(names, "outage"));
  CHECK(column(markers, "◐") > column(names, "outage"));
  CHECK(column(markers, "◐") < column(names, "recovery"));
  CHECK(column(markers, "▲") == column(names, "recovery"));
}

}  // namespace firedrill
