#include "harness/text/template.hpp"
#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

std::string rendered(const std::string& text) {
  const auto parsed = Template::parse(text);
  REQUIRE(parsed.has_value());
  return parsed->render([](std::string_view name) { return "<" + std::string{name} + ">"; });
}

/// What the header x-a renders to.
std::string header(const std::string& value, const Environment& environment) {
  const Loaded loaded = load(
      plain_with("request: { get: / }", "request: { get: /, headers: { x-a: \"" + value + "\" } }"),
      with_env(environment));
  REQUIRE(lines_of(loaded) == Lines{});
  return rendered(loaded.scenario->traffic[0].request.headers[0].value);
}

}  // namespace

TEST_CASE("env: values and defaults are put in", "[scenario][env]") {
  CHECK(header("a ${env.X} b", {{"X", "value"}}) == "a value b");
  CHECK(header("${env.X:-other}", {{"X", "value"}}) == "value");
  CHECK(header("${env.X:-other}", {}) == "other");
  CHECK(header("[${env.X:-}]", {}) == "[]");
  CHECK(header("${env.X:-a:-b}", {}) == "a:-b");
}

TEST_CASE("env: a value stays what it is, whatever it looks like", "[scenario][env]") {
  CHECK(header("${env.X} ${fake.name}", {{"X", "${fake.name}"}}) == "${fake.name} <fake.name>");
  CHECK(header("${env.X}${env.Y}", {{"X", "$"}, {"Y", "{fake.name}"}}) == "${fake.name}");
  CHECK(header("$${env.X} ${env.X}", {{"X", "1"}}) == "${env.X} 1");
  CHECK(header("${env.X}{y}", {{"X", "$"}}) == "${y}");
}

TEST_CASE("env: a value that cannot be told from a variable is refused", "[scenario][env]") {
  CHECK(
      problems(plain_with("get: /", "post: /, body: \"${env.X}${fake.name}\""),
               with_env({{"X", "a$"}})) ==
      Lines{"s.yaml:6:50: a '$' cannot stand directly before '${': the two would read as a literal "
            "'${'"});
}

TEST_CASE("env: a variable that is not set is named, once, and nothing follows from it",
          "[scenario][env]") {
  CHECK(problems(plain_with("rate: 40/s", "rate: \"${env.RATE}\"")) ==
        Lines{"s.yaml:6:18: the environment variable RATE is not set; set it, or give a default: "
              "${env.RATE:-…}"});
  CHECK(problems(plain_with("rate: 40/s", "rate: \"${env.MY-RATE}\"")) ==
        Lines{"s.yaml:6:18: 'MY-RATE' is no name of an environment variable; write ${env.NAME} or "
              "${env.NAME:-default}"});
}

TEST_CASE("env: numbers, units and names are checked after they are put in", "[scenario][env]") {
  const std::string text =
      plain_with("openai: {}", "openai: { port: \"${env.PORT}\", latency: \"${env.LATE}\" }");
  const Loaded loaded = load(text, with_env({{"PORT", "8080"}, {"LATE", "5ms"}}));
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->mocks[0].second.port == 8080);
  CHECK(loaded.scenario->mocks[0].second.latency.a == 5ms);
  const auto wrong = problems(text, with_env({{"PORT", "99"}, {"LATE", "5"}}));
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].starts_with("s.yaml:4:50: a duration with its unit wanted"));
}

TEST_CASE("env: values are secrets, in messages too; defaults are not", "[scenario][env]") {
  const Loaded loaded =
      load(plain_with("get: /", "get: \"/${env.TOKEN}/${env.PLACE:-everywhere}\""),
           with_env({{"TOKEN", "hunter22"}}));
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->secrets.apply("a hunter22 everywhere") == "a [redacted] everywhere");
  CHECK(problems(plain_with("rate: 40/s", "rate: \"${env.TOKEN}\""),
                 with_env({{"TOKEN", "hunter22"}})) ==
        Lines{"s.yaml:6:18: a rate with its unit wanted, such as 40/s, 2400/min or 90/h, not "
              "'[redacted]'"});
}

TEST_CASE("env: values that are no text or too much of it are refused", "[scenario][env]") {
  CHECK(problems(plain_with("get: /", "get: \"/${env.X}\""), with_env({{"X", "\xff"}})) ==
        Lines{"s.yaml:6:40: the environment variable X is not valid UTF-8"});
  std::string many = "title: \"";
  for (int i = 0; i < 50; ++i) many += "${env.X}";
  CHECK(
      problems(plain_with("name: plain", "name: plain\n" + many + "\""),
               with_env({{"X", std::string(100'000, 'x')}})) ==
      Lines{
          "s.yaml:3:8: more than 4 MiB of text once the environment is put in, the most accepted"});
}

TEST_CASE("secret: marked texts are masked wherever they may stand", "[scenario][secret]") {
  const Loaded loaded = load(R"(firedrill: 1
name: secrets
system: { clinic: {}, env: { KEY: { secret: env-secret } } }
mocks: { openai: { api_key: { secret: "key-${env.X}" } } }
traffic: { s: { rate: 1/s, request: { get: /, headers: { x-a: { secret: "header-secret" }, authorization: Bearer abcdefgh } } } }
timeline: [{ all: 1s }]
expect: [{ slo: failed.rate < 1% }]
)",
                             with_env({{"X", "from-env"}}));
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Scenario& scenario = *loaded.scenario;
  CHECK(scenario.system.env[0].value == "env-secret");
  CHECK(scenario.mocks[0].second.api_key == "key-from-env");
  CHECK(scenario.secrets.apply("env-secret key-from-env from-env header-secret abcdefgh") ==
        "[redacted] [redacted] [redacted] [redacted] [redacted]");
}

TEST_CASE("secret: cannot be made of anything but the environment", "[scenario][secret]") {
  CHECK(problems(plain_with("get: /", "get: /, headers: { x-a: { secret: \"${fake.name}\" } }")) ==
        Lines{"s.yaml:6:69: ${fake.name} is not known here: only ${env.NAME} is (write $${ for a "
              "literal "
              "${)"});
}

TEST_CASE("variables: each place knows its own", "[scenario][variables]") {
  CHECK(
      problems(plain_with("get: /", "get: \"/${fake.phon_e164}\"")) ==
      Lines{"s.yaml:6:40: unknown variable ${fake.phon_e164} (did you mean 'fake.phone_e164'?); "
            "known "
            "here: "
            "env.NAME, fake.NAME, request.index, request.id, fake.slot.ZONE, group.fake.slot.ZONE, "
            "person.NAME, user.index, group.index, group.rival, group.fake.NAME, mocks.NAME.url, "
            "system.url"});
  CHECK(problems(plain_with("openai: {}", "openai: { answer: \"${request.id}\" }")) ==
        Lines{"s.yaml:4:28: unknown variable ${request.id} (did you mean 'request.index'?); known "
              "here: env.NAME, fake.NAME, "
              "request.index, request.model, request.message"});
  CHECK(problems(plain_with("clinic: {}", "clinic: {}, env: { A: \"${mocks.opnai.url}\" }")) ==
        Lines{"s.yaml:3:33: unknown variable ${mocks.opnai.url} (did you mean "
              "'mocks.openai.url'?); known "
              "here: env.NAME, mocks.NAME.url, mocks.NAME.port, system.port"});
  CHECK(problems(plain_with("name: plain", "name: plain\ntitle: \"${fake.name}\"")) ==
        Lines{"s.yaml:3:8: ${fake.name} is not known here: only ${env.NAME} is (write $${ for a "
              "literal "
              "${)"});
  CHECK(problems(plain_with("get: /", "get: \"/${fake.name\"")) ==
        Lines{"s.yaml:6:40: '${' at character 2 is never closed with '}'"});
  CHECK(
      problems(plain_with("get: /", "post: /, json: { a: [\"${}\"], \"${env.B}\": 1 }")) ==
      Lines{"s.yaml:6:56: '${}' at character 1 names no variable",
            "s.yaml:6:64: unknown variable ${env.B}; known here: "
            "env.NAME, fake.NAME, request.index, request.id, fake.slot.ZONE, group.fake.slot.ZONE, "
            "person.NAME, user.index, group.index, group.rival, group.fake.NAME, mocks.NAME.url, "
            "system.url"});
}
