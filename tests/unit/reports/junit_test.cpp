#include "reports/junit.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include <cstring>
#include <set>

namespace firedrill {
namespace {

using Catch::Matchers::Contains;

pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  const auto status = document.load_buffer(xml.data(), xml.size());
  INFO(status.description());
  REQUIRE(status);
  return document;
}

pugi::xml_document junit_of(const RunResult& result) {
  return parsed(to_junit(result, Redactor{}));
}

pugi::xml_node case_named(const pugi::xml_document& document, const char* name) {
  return document.child("testsuites")
      .child("testsuite")
      .find_child_by_attribute("testcase", "name", name);
}

std::size_t count(const pugi::xml_node& suite, const char* element) {
  std::size_t total = 0;
  for (const auto& test : suite.children("testcase")) total += test.child(element) ? 1U : 0U;
  return total;
}

}  // namespace

TEST_CASE("junit: a failed expectation is a failure that points at its line", "[reports][junit]") {
  const auto document = junit_of(samples::failed());
  const auto test = case_named(document, "breaker openai in outage");
  CHECK(std::string{test.attribute("classname").value()} == "firedrill.openai-outage.breaker");
  CHECK(std::string{test.attribute("file").value()} == "scenarios/medicalcor/openai-outage.yaml");
  CHECK(test.attribute("line").as_int() == 54);
  const auto failure = test.child("failure");
  CHECK_THAT(failure.attribute("message").value(),
             Contains("observed never opened, 800 failures in a row"));
  for (const char* part :
       {"required  after 5 failures, within 1 s", "window    outage", "samples   800", "why       ",
        "moments", "fault injected: openai@outage", "--seed 42"}) {
    CHECK_THAT(failure.text().get(), Contains(part));
  }
}

TEST_CASE("junit: what proved nothing is an error, not a failure", "[reports][junit]") {
  const auto document = junit_of(samples::failed());
  const auto test = case_named(document, "breaker openai in recovery");
  CHECK_FALSE(test.child("failure"));
  CHECK(std::string{test.child("error").attribute("type").value()} == "inconclusive");
  const auto gate = junit_of(samples::gate_unmet());
  const auto gate_case = case_named(gate, "steady: score.response.p95 < 500ms");
  CHECK_FALSE(gate_case.child("failure"));
  CHECK(std::string{gate_case.child("error").attribute("type").value()} == "gate_unmet");
}

TEST_CASE("junit: the drill's own problems make a case of their own fail", "[reports][junit]") {
  const auto type_of = [](const RunResult& result) -> std::string {
    const auto document = junit_of(result);
    return case_named(document, "drill is conclusive").child("error").attribute("type").value();
  };
  CHECK(type_of(samples::passed()).empty());
  CHECK(type_of(samples::failed()).empty());
  CHECK(type_of(samples::inconclusive()) == "inconclusive");
  CHECK(type_of(samples::not_ready()) == "not_ready");
  CHECK(type_of(samples::interrupted()) == "interrupted");
  CHECK(type_of(samples::not_healed()) == "not_healed");
  CHECK(type_of(RunResult{}) == "inconclusive");  // judged nothing
}

TEST_CASE("junit: a system that never became ready shows the end of its log", "[reports][junit]") {
  const auto document = junit_of(samples::not_ready());
  const auto error = case_named(document, "drill is conclusive").child("error");
  CHECK_THAT(error.text().get(), Contains("ECONNREFUSED 127.0.0.1:5432"));
}

TEST_CASE("junit: the counts are those of the cases", "[reports][junit]") {
  const auto document = junit_of(samples::failed());
  const auto root = document.child("testsuites");
  const auto suite = root.child("testsuite");
  CHECK(suite.attribute("tests").as_uint() == 6);
  CHECK(suite.attribute("failures").as_uint() == count(suite, "failure"));
  CHECK(suite.attribute("errors").as_uint() == count(suite, "error"));
  CHECK(root.attribute("failures").as_uint() == 1);
  CHECK(root.attribute("errors").as_uint() == 1);
  CHECK(suite.attribute("time").as_double() == Approx(13.822));
}

TEST_CASE("junit: classname and name are unique in the whole file", "[reports][junit]") {
  RunResult twice = samples::failed();
  twice.judgements.push_back(twice.judgements.front());
  twice.judgements.push_back(twice.judgements.front());
  const std::vector<RunResult> results{twice, twice, samples::passed()};
  const auto document = parsed(to_junit(results, Redactor{}));
  std::set<std::string> names;
  std::size_t cases = 0;
  for (const auto& suite : document.child("testsuites").children("testsuite")) {
    for (const auto& test : suite.children("testcase")) {
      names.insert(std::string{test.attribute("classname").value()} + "/" +
                   test.attribute("name").value());
      ++cases;
    }
  }
  CHECK(cases == 8 + 8 + 6);
  CHECK(names.size() == cases);
}

TEST_CASE("junit: hostile texts leave legal XML", "[reports][junit]") {
  const std::string xml = to_junit(samples::full_of(samples::hostile_text()), Redactor{});
  const auto document = parsed(xml);
  for (const char c : xml) {
    const bool legal = static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t';
    if (!legal) FAIL("control character " << static_cast<int>(c));
  }
  CHECK(xml.find("&#") ==
        std::string::npos);  // a reference to a control character is illegal as well
  const std::string name =
      document.child("testsuites").child("testsuite").attribute("name").value();
  CHECK_THAT(name, Contains("a|b <b>&amp; \"q\""));
}

}  // namespace firedrill
