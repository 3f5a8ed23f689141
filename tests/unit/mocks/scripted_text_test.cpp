#include "mocks/scripted_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace firedrill;

namespace {

std::optional<std::string> render(const std::string& text, std::uint64_t number = 0) {
  ProviderContext context;
  context.number = number;
  context.rng = Rng::derive(7, "test", number);
  return ScriptedText::parse(text).value().render(context);
}

}  // namespace

TEST_CASE("scripted answer: nothing scripted renders nothing", "[mocks][script]") {
  ProviderContext context;
  CHECK(ScriptedText::parse(std::nullopt).value().render(context) == std::nullopt);
}

TEST_CASE("scripted answer: variables are filled in", "[mocks][script]") {
  CHECK(render("plain") == "plain");
  CHECK(render("", 3) == "");
  CHECK(render("answer ${request.index}", 12) == "answer 12");
  CHECK(render("${fake.name}") != "${fake.name}");
  CHECK(render("${fake.name}", 4) == render("${fake.name}", 4));
}

TEST_CASE("scripted answer: a JSON document stays valid whatever is put into it",
          "[mocks][script]") {
  const auto text = render(R"({"score": ${request.index}, "note": "${fake.sentence}"})", 5);
  REQUIRE(text);
  CHECK(nlohmann::json::parse(*text)["score"] == 5);
}

TEST_CASE("scripted answer: an unknown variable is refused with what was meant",
          "[mocks][script]") {
  const auto parsed = ScriptedText::parse("hello ${fake.nmae}");
  REQUIRE_FALSE(parsed);
  CHECK_THAT(parsed.error().message, Catch::Contains("unknown variable 'fake.nmae'"));
  CHECK_THAT(parsed.error().message, Catch::Contains("did you mean 'fake.name'?"));
  CHECK_THAT(parsed.error().message, Catch::Contains("request.index"));
  CHECK_FALSE(ScriptedText::parse("open ${fake.name"));
}
