#include "harness/text/event_stream.hpp"
#include "harness/text/extract.hpp"
#include "harness/text/table.hpp"
#include "harness/text/template.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;

namespace {

using Texts = std::vector<std::string>;

Texts events_of(std::string_view bytes, std::size_t piece) {
  EventStreamParser parser;
  Texts events;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    parser.feed(bytes.substr(i, piece), [&](std::string_view data) {
      events.emplace_back(data);
      return true;
    });
  }
  return events;
}

std::string_view header(const void* /*context*/, std::string_view name) {
  return name == "x-csrf" ? "abc" : "";
}

std::optional<Extractor::Values> taken(const std::vector<spec::Extract>& wanted,
                                       const std::string& body) {
  const Extractor extractor{wanted};
  ResponseMatcher::View view;
  view.status = 200;
  view.body = &body;
  view.header = header;
  return extractor.values(view);
}

using From = spec::Extract::From;

}  // namespace

TEST_CASE("events: the same whatever pieces they come in, and whatever ends the lines",
          "[text][events]") {
  const Texts wanted{"one", "two\nlines", "", "[DONE]"};
  const std::string lf =
      ": a comment\ndata: one\nid: 7\n\ndata:two\ndata: lines\n\nevent: x\n\ndata\n\n"
      "data: [DONE]\n\ndata: unfinished";
  std::string crlf;
  for (const char c : lf) crlf += c == '\n' ? "\r\n" : std::string{c};
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    CAPTURE(piece);
    CHECK(events_of(lf, piece) == wanted);
    CHECK(events_of(crlf, piece) == wanted);
  }
}

TEST_CASE("events: feeding ends when it is told to", "[text][events]") {
  EventStreamParser parser;
  int seen = 0;
  CHECK_FALSE(parser.feed("data: a\n\ndata: b\n\n", [&](std::string_view) { return ++seen < 1; }));
  CHECK(seen == 1);
}

TEST_CASE("extract: JSON, header and pattern", "[text][extract]") {
  const auto values = taken({{"token", From::json, "/a/0/t"},
                             {"count", From::json, "/n"},
                             {"csrf", From::header, "x-csrf"},
                             {"ref", From::pattern, R"(ref=(\d+))"}},
                            R"({"a":[{"t":"s3"}],"n":4,"x":"ref=17&"})");
  REQUIRE(values);
  CHECK(*values ==
        Extractor::Values{{"token", "s3"}, {"count", "4"}, {"csrf", "abc"}, {"ref", "17"}});
}

TEST_CASE("extract: one that is missing is nothing at all", "[text][extract]") {
  CHECK_FALSE(taken({{"a", From::json, "/a"}, {"b", From::json, "/b"}}, R"({"a":1})"));
  CHECK_FALSE(taken({{"a", From::json, "/a"}}, R"({"a":null})"));
  CHECK_FALSE(taken({{"a", From::json, "/a"}}, "<html>"));
  CHECK_FALSE(taken({{"a", From::header, "x-other"}}, "{}"));
  CHECK_FALSE(taken({{"a", From::pattern, "id=(.)"}}, "none"));
}

TEST_CASE("csv: quotes, line breaks, a byte order mark", "[text][table]") {
  const auto table =
      parse_csv("\xEF\xBB\xBFname,note\r\n\"Ana, A.\",\"two\nlines\"\r\n\nDan,\"\"\"x\"\"\"");
  REQUIRE(table);
  CHECK(table->columns == Texts{"name", "note"});
  CHECK(table->rows == std::vector<Texts>{{"Ana, A.", "two\nlines"}, {"Dan", "\"x\""}});
  CHECK(table->column("note") == 1);
  CHECK(table->column("other") == 2);
}

TEST_CASE("csv: every mistake names its line", "[text][table]") {
  const auto error = [](std::string_view text) {
    const auto table = parse_csv(text);
    REQUIRE_FALSE(table);
    return table.error().message;
  };
  CHECK(error("a,b\n1,2\n3\n") == "line 3 has 1 values, the first line names 2 columns");
  CHECK(error("a,b\n\"1,2\n") == "line 2: a quoted value is never closed");
  CHECK(error("a\n\"1\"x\n") == "line 2: text after a closing quote");
  CHECK(error("a,a\n1,2\n") == "the column 'a' is named twice");
  CHECK(error("") == "there is no line with the names of the columns");
  CHECK(error("a,b\n") == "there is no row below the names of the columns");
}

TEST_CASE("json table: texts as they are, the rest as JSON", "[text][table]") {
  const auto table = parse_json_table(R"([{"id":7,"name":"Ana"},{"name":"Dan","id":8,"more":1}])");
  REQUIRE(table);
  CHECK(table->columns == Texts{"id", "name"});
  CHECK(table->rows == std::vector<Texts>{{"7", "Ana"}, {"8", "Dan"}});
  CHECK(parse_json_table(R"([{"id":7},{}])").error().message == "row 2 lacks 'id'");
  CHECK(parse_json_table("[]").error().message == "an array of one or more objects is wanted");
  CHECK(parse_json_table("[").error().message == "this is not JSON");
}

TEST_CASE("template: values are escaped for the place they stand in", "[text][template]") {
  const auto rendered = [](Escape escape) {
    return Template::parse("<${v}>", escape)->render([](std::string_view) {
      return std::string{"a b&c/d\r\nx: y%"};
    });
  };
  CHECK(rendered(Escape::url) == "%3Ca%20b%26c%2Fd%0D%0Ax%3A%20y%25%3E");
  CHECK(rendered(Escape::path) == "<a%20b&c/d%0D%0Ax:%20y%25>");
  CHECK(rendered(Escape::header) == "<a b&c/d  x: y%>");
}
