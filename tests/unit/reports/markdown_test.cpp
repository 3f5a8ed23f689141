#include "reports/markdown.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace firedrill {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::size_t unescaped_bars(const std::string& line) {
  std::size_t bars = 0;
  bool escaped = false;
  for (const char c : line) {
    if (c == '|' && !escaped) ++bars;
    escaped = c == '\\' && !escaped;
  }
  return bars;
}

}  // namespace

TEST_CASE("markdown: the verdict comes first, then what to look at", "[reports][markdown]") {
  const std::string text = to_markdown(samples::failed(), Redactor{});
  CHECK_THAT(text, StartsWith("# FAILED: openai-outage\n\n"));
  CHECK(text.find("**Look first:**") < text.find("## Expectations"));
  CHECK_THAT(text, Contains("12 in flight limit (system)"));
  CHECK_THAT(text,
             Contains("| 2026-11-23T05:22:19.123Z | +5.00 s | fault injected | openai@outage |"));
}

TEST_CASE("markdown: rows of a table all have as many cells, whatever the texts",
          "[reports][markdown]") {
  std::istringstream lines{to_markdown(samples::full_of(samples::hostile_text()), Redactor{})};
  std::string line;
  std::size_t expected = 0;
  std::size_t rows = 0;
  while (std::getline(lines, line)) {
    if (line.empty() || line[0] != '|') {
      expected = 0;
      continue;
    }
    if (expected == 0) expected = unescaped_bars(line);
    CAPTURE(line);
    CHECK(unescaped_bars(line) == expected);
    ++rows;
  }
  CHECK(rows > 20);
}

TEST_CASE("markdown: texts do not become markup", "[reports][markdown]") {
  RunResult result = samples::full_of("<img src=x> `c` **b** [l](u)");
  result.log_tail.clear();  // shown as it is, in an indented block
  const std::string text = to_markdown(result, Redactor{});
  CHECK(text.find(" <img") == std::string::npos);
  CHECK(text.find("[l](u)") == std::string::npos);
  CHECK_THAT(text, Contains("\\<img src=x\\> \\`c\\` \\*\\*b\\*\\* \\[l\\](u)"));
}

TEST_CASE("markdown: no line of a log gets out of its block", "[reports][markdown]") {
  RunResult result = samples::not_ready();
  result.log_tail = {"```", "# heading", "", "<b>", "two\nlines"};
  CHECK_THAT(to_markdown(result, Redactor{}),
             Contains("    ```\n    # heading\n    \n    <b>\n    two\n    lines\n"));
}

TEST_CASE("markdown: a long timeline is cut, and says so", "[reports][markdown]") {
  RunResult result = samples::passed();
  result.moments.assign(kTimelineRows + 5, result.moments[0]);
  CHECK_THAT(to_markdown(result, Redactor{}), Contains("5 more are in result.json."));
}

TEST_CASE("markdown: what was not healed stands before everything else", "[reports][markdown]") {
  const std::string text = to_markdown(samples::not_healed(), Redactor{});
  CHECK(text.find("## Not healed: do this by hand") < text.find("## Expectations"));
  CHECK_THAT(text, Contains("**not healed**"));
}

}  // namespace firedrill
