#include "harness/text/match.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;

namespace {

std::string_view header(const void* /*context*/, std::string_view name) {
  return name == "x-kind" ? "abc" : "";
}

bool matches(const spec::ResponseMatch& match, int status, const std::string& body) {
  ResponseMatcher::View view;
  view.status = status;
  view.body = &body;
  view.header = header;
  return ResponseMatcher{match}.matches(view);
}

spec::ResponseMatch json_match(const std::string& pointer, spec::ValueMatch value) {
  spec::ResponseMatch match;
  match.json.push_back({pointer, std::move(value)});
  return match;
}

spec::ValueMatch equals(spec::Scalar scalar) {
  spec::ValueMatch match;
  match.equals = std::move(scalar);
  return match;
}

}  // namespace

TEST_CASE("match: a status must be one of those named", "[text][match]") {
  spec::ResponseMatch match;
  match.status = {{200, 200}, {500, 599}};
  CHECK(matches(match, 200, ""));
  CHECK(matches(match, 503, ""));
  CHECK_FALSE(matches(match, 201, ""));
  CHECK(matches({}, 404, "") == true);
}

TEST_CASE("match: values are compared by type, numbers by value", "[text][match]") {
  const std::string body =
      R"({"source":"rules","confidence":0.7,"n":null,"ok":true,"a":[{"b":"x/y"}],"s":"0.7"})";
  CHECK(matches(json_match("/source", equals(std::string{"rules"})), 200, body));
  CHECK_FALSE(matches(json_match("/source", equals(std::string{"ai"})), 200, body));
  CHECK(matches(json_match("/confidence", equals(0.7)), 200, body));
  CHECK_FALSE(matches(json_match("/s", equals(0.7)), 200, body));
  CHECK(matches(json_match("/n", equals(nullptr)), 200, body));
  CHECK(matches(json_match("/ok", equals(true)), 200, body));
  CHECK(matches(json_match("/a/0/b", equals(std::string{"x/y"})), 200, body));
  CHECK_FALSE(matches(json_match("/missing", equals(nullptr)), 200, body));
}

TEST_CASE("match: between is inclusive and for numbers only", "[text][match]") {
  spec::ValueMatch between;
  between.between = {0.8, 0.95};
  CHECK(matches(json_match("/c", between), 200, R"({"c":0.8})"));
  CHECK(matches(json_match("/c", between), 200, R"({"c":0.95})"));
  CHECK_FALSE(matches(json_match("/c", between), 200, R"({"c":0.7999})"));
  CHECK_FALSE(matches(json_match("/c", between), 200, R"({"c":"0.9"})"));
}

TEST_CASE("match: patterns, presence and absence", "[text][match]") {
  spec::ValueMatch pattern;
  pattern.matches = "^r.l";
  CHECK(matches(json_match("/s", pattern), 200, R"({"s":"rules"})"));
  CHECK_FALSE(matches(json_match("/s", pattern), 200, R"({"s":"tulip"})"));
  spec::ValueMatch absent;
  absent.exists = false;
  CHECK(matches(json_match("/s", absent), 200, R"({})"));
  CHECK_FALSE(matches(json_match("/s", absent), 200, R"({"s":null})"));
  spec::ValueMatch present;
  present.exists = true;
  CHECK(matches(json_match("/s", present), 200, R"({"s":null})"));
}

TEST_CASE("match: a body that is not JSON matches no field", "[text][match]") {
  spec::ValueMatch absent;
  absent.exists = false;
  CHECK_FALSE(matches(json_match("/s", absent), 200, "<html>"));
  CHECK_FALSE(matches(json_match("/s", equals(1.0)), 200, R"({"s":1)"));
}

TEST_CASE("match: headers by name, absent ones only when that is asked for", "[text][match]") {
  spec::ResponseMatch match;
  match.headers.push_back({"x-kind", equals(std::string{"abc"})});
  CHECK(matches(match, 200, ""));
  match.headers[0].name = "x-other";
  CHECK_FALSE(matches(match, 200, ""));
  match.headers[0].value = {};
  match.headers[0].value.exists = false;
  CHECK(matches(match, 200, ""));
}

TEST_CASE("match: describes itself for reports", "[text][match]") {
  spec::ResponseMatch match = json_match("/source", equals(std::string{"rules"}));
  match.status = {{200, 200}};
  CHECK(describe(match) == "status 200, /source is \"rules\"");
  CHECK(describe(spec::ResponseMatch{}) == "any answer");
}

TEST_CASE("match: pointers and patterns are checked before a drill", "[text][match]") {
  CHECK(check_pointer(""));
  CHECK(check_pointer("/a~1b/0"));
  CHECK_FALSE(check_pointer("a/b"));
  CHECK_FALSE(check_pointer("/a~2"));
  CHECK_FALSE(check_pointer("/a~"));
  CHECK(check_pattern("^a+$"));
  CHECK_FALSE(check_pattern("a("));
}
