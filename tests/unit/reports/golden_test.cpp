#include "tests/support/golden.hpp"

#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal.hpp"
#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

// What people and machines get to see, whole. A change of these files is a change for users.

namespace firedrill {
namespace {

std::string screen(const RunResult& result, TerminalStyle style = {}) {
  return verdict_screen(result, Redactor{}, style);
}

void check_all(const std::string& name, const RunResult& result) {
  check_golden("reports/" + name + ".screen.txt", screen(result));
  check_golden("reports/" + name + ".junit.xml", to_junit(result, Redactor{}));
  check_golden("reports/" + name + ".summary.md", to_markdown(result, Redactor{}));
}

}  // namespace

TEST_CASE("reports: a passed drill looks as approved", "[reports][golden]") {
  check_all("passed", samples::passed());
  check_golden("reports/passed.result.json", to_json(samples::passed(), Redactor{}));
}

TEST_CASE("reports: a failed drill looks as approved", "[reports][golden]") {
  const RunResult result = samples::failed();
  check_all("failed", result);
  check_golden("reports/failed.result.json", to_json(result, Redactor{}));
  check_golden("reports/failed.narrow.screen.txt", screen(result, {.width = 60}));
  check_golden("reports/failed.quiet.screen.txt", screen(result, {.verbosity = Verbosity::quiet}));
  check_golden("reports/failed.ascii.screen.txt",
               screen(result, {.unicode = false, .verbosity = Verbosity::verbose}));
  check_golden("reports/failed.colour.screen.txt", screen(result, {.colour = true}));
}

TEST_CASE("reports: an inconclusive drill looks as approved", "[reports][golden]") {
  check_all("inconclusive", samples::inconclusive());
  check_all("gate_unmet", samples::gate_unmet());
}

TEST_CASE("reports: a drill that never began looks as approved", "[reports][golden]") {
  check_all("not_ready", samples::not_ready());
  check_golden("reports/not_ready.result.json", to_json(samples::not_ready(), Redactor{}));
}

TEST_CASE("reports: an interrupted drill looks as approved", "[reports][golden]") {
  check_all("interrupted", samples::interrupted());
}

TEST_CASE("reports: a drill that was not healed looks as approved", "[reports][golden]") {
  check_all("not_healed", samples::not_healed());
}

TEST_CASE("reports: hostile texts look as approved", "[reports][golden]") {
  check_all("hostile", samples::full_of(samples::hostile_text()));
}

}  // namespace firedrill
