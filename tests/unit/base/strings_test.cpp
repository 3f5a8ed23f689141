#include "harness/base/strings.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;

TEST_CASE("near_miss: finds a typo, a swap and a forgotten letter, and nothing far away",
          "[base][strings]") {
  const std::vector<std::string> names{"openai", "hubspot", "respond", "latency", "no-fallback"};
  CHECK(near_miss("opnai", names) == "openai");
  CHECK(near_miss("openia", names) == "openai");
  CHECK(near_miss("OpenAI", names) == "openai");
  CHECK(near_miss("no_fallback", names) == "no-fallback");
  CHECK(near_miss("latencies", names) == "latency");
  CHECK(near_miss("zebra", names).empty());
  CHECK(near_miss("", names).empty());
  CHECK(near_miss(std::string(100'000, 'x'), names).empty());
  CHECK(did_you_mean("opnai", names) == " (did you mean 'openai'?)");
  CHECK(did_you_mean("zebra", names).empty());
}

TEST_CASE("join_or: reads as a person would write it", "[base][strings]") {
  CHECK(join_or(std::vector<std::string>{}).empty());
  CHECK(join_or(std::vector<std::string>{"a"}) == "a");
  CHECK(join_or(std::vector<std::string>{"a", "b", "c"}) == "a, b or c");
}

TEST_CASE("base64: the vectors of RFC 4648", "[base][strings]") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("percent_encode: keeps unreserved characters only", "[base][strings]") {
  CHECK(percent_encode("aZ09-_.~") == "aZ09-_.~");
  CHECK(percent_encode("a b/ä") == "a%20b%2F%C3%A4");
}

TEST_CASE("find_invalid_utf8: names the first bad byte", "[base][strings]") {
  constexpr auto none = std::string_view::npos;
  CHECK(find_invalid_utf8("plain") == none);
  CHECK(find_invalid_utf8("äö€😀") == none);
  CHECK(find_invalid_utf8("ab\xff") == 2);
  CHECK(find_invalid_utf8("ab\xc3") == 2);            // cut short
  CHECK(find_invalid_utf8("\xc0\xaf") == 0);          // overlong '/'
  CHECK(find_invalid_utf8("\xe0\x80\xaf") == 0);      // overlong
  CHECK(find_invalid_utf8("\xed\xa0\x80") == 0);      // surrogate
  CHECK(find_invalid_utf8("\xf4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(find_invalid_utf8("x\x80") == 1);             // continuation without a lead
}
