// What a scenario makes a model say, and how fast.
#include "harness/scenario/forms.hpp"
#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Kind = spec::Delay::Kind;

namespace {

std::string rules(const std::string& list) {
  return plain_with("openai: {}", "openai: { answers: [" + list + "] }");
}

}  // namespace

TEST_CASE("answers: a rule gets its conditions and what is said", "[scenario][answers]") {
  const auto loaded =
      load(rules(R"({ when: { model: "gpt-4*", message: { matches: implant }, headers: { x-n: 5 } },
                 json: { score: 0.83, who: "${request.message}" } },
               { when: { message: hello }, tool: { name: book, json: { m: 1 } } })"));
  REQUIRE(lines_of(loaded).empty());
  const auto& answers = loaded.scenario->mocks.at(0).second.answers;
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].model == "gpt-4*");
  CHECK(answers[0].message->matches == "implant");
  CHECK(answers[0].headers.at(0).name == "x-n");
  CHECK(answers[0].headers.at(0).value.equals == spec::Scalar{std::string{"5"}});
  CHECK(answers[0].answer == R"({"score":0.83,"who":"${request.message}"})");
  CHECK_FALSE(answers[0].tool);
  CHECK(answers[1].message->equals == spec::Scalar{std::string{"hello"}});
  CHECK(answers[1].tool == "book");
  CHECK(answers[1].answer == R"({"m":1})");
}

TEST_CASE("answers: a rule that an earlier one leaves nothing is named", "[scenario][answers]") {
  const auto unreachable = [](const std::string& earlier, const std::string& later) {
    const auto lines = lines_of(load(
        rules("{ when: { " + earlier + " }, text: a },\n{ when: { " + later + " }, text: b }")));
    if (lines.empty()) return false;
    CHECK(lines.size() == 1);
    CHECK_THAT(lines[0], Catch::Contains("never reached") && Catch::Contains("line 4"));
    return true;
  };
  CHECK(unreachable("model: \"gpt-*\"", "model: gpt-4o"));
  CHECK(unreachable("model: \"*\"", "message: hello"));
  CHECK(unreachable("message: hello", "message: hello, model: gpt-4o"));
  CHECK(unreachable("headers: { x-a: 1 }", "headers: { x-b: 2, x-a: 1 }"));
  CHECK_FALSE(unreachable("model: gpt-4o", "model: \"gpt-*\""));
  CHECK_FALSE(unreachable("model: \"*\", message: hello", "message: { matches: hello }"));
  CHECK_FALSE(unreachable("message: { matches: hello }", "message: hi"));
  CHECK_FALSE(unreachable("headers: { x-a: 1 }", "headers: { x-a: 2 }"));
}

TEST_CASE("answers: a rule that calls a tool leaves the other requests over",
          "[scenario][answers]") {
  const auto lines =
      lines_of(load(rules("{ when: { model: gpt-4o }, tool: { name: book, json: {} } },"
                          "{ when: { model: gpt-4o }, text: no tool }")));
  CHECK(lines.empty());
}

TEST_CASE("answers: the speed of a model is read", "[scenario][answers]") {
  const auto loaded = load(plain_with(
      "openai: {}", "openai: { first_token: lognormal 300ms 80ms, tokens_per_second: 60 }"));
  REQUIRE(lines_of(loaded).empty());
  const spec::Mock& mock = loaded.scenario->mocks.at(0).second;
  CHECK(mock.first_token == spec::Delay{Kind::lognormal, 300ms, 80ms});
  CHECK(mock.tokens_per_second == spec::Spread{Kind::fixed, 60, 0});

  using scenario::parse_spread;
  CHECK(*parse_spread(" normal 60  15.5 ") == spec::Spread{Kind::normal, 60, 15.5});
  CHECK(*parse_spread("uniform 40 80") == spec::Spread{Kind::uniform, 40, 80});
  for (const char* wrong : {"", "0", "-5", "1e3", "60/s", "normal 60", "uniform 1 2 3", "gauss 1 2",
                            "1000001", "lognormal 0 1", ".5"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_spread(wrong));
  }
  CHECK(parse_spread("uniform 80 40").error().message ==
        "in 'uniform 80 40' the first number must be the smaller one");
}
