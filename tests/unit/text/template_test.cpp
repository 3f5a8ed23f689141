#include "harness/text/template.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;

namespace {

std::string value_of(std::string_view name) {
  return name == "quote" ? "a\"b\n" : "<" + std::string{name} + ">";
}

}  // namespace

TEST_CASE("template: variables are replaced, the rest stays", "[text][template]") {
  const auto parsed = Template::parse("a ${x} b ${y.z}${x}");
  REQUIRE(parsed);
  CHECK(parsed->render(value_of) == "a <x> b <y.z><x>");
  CHECK(parsed->variables() == std::vector<std::string>{"x", "y.z", "x"});
  CHECK_FALSE(parsed->constant());
  CHECK(Template::parse("no $ {variables} $x")->render(value_of) == "no $ {variables} $x");
  CHECK(Template::parse("")->render(value_of).empty());
}

TEST_CASE("template: $${ is a literal, and escape_template makes any text literal",
          "[text][template]") {
  CHECK(Template::parse("$${x}")->render(value_of) == "${x}");
  for (const std::string text : {"${x}", "$${x}", "a$", "${", "$$", "${a${b}"}) {
    CAPTURE(text);
    const auto parsed = Template::parse(escape_template(text));
    REQUIRE(parsed);
    CHECK(parsed->constant());
    CHECK(parsed->render(value_of) == text);
  }
}

TEST_CASE("template: an open or empty variable is refused with its place", "[text][template]") {
  CHECK(Template::parse("ab${x").error().message == "'${' at character 3 is never closed with '}'");
  CHECK(Template::parse("${}").error().message == "'${}' at character 1 names no variable");
}

TEST_CASE("template: values inside JSON are escaped, the JSON around them is not",
          "[text][template]") {
  const auto parsed = Template::parse(R"({"a":"${quote}"})", Escape::json);
  REQUIRE(parsed);
  CHECK(parsed->render(value_of) == R"({"a":"a\"b\u000a"})");
}
