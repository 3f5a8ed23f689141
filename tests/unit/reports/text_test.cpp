#include "reports/text.hpp"

#include "harness/base/strings.hpp"

#include <catch2/catch.hpp>

namespace firedrill {

using namespace std::chrono_literals;

TEST_CASE("text: plain text has no escapes, no control characters, no malformed UTF-8",
          "[reports][text]") {
  CHECK(plain_text("\x1b[1;31mred\x1b[0m") == "red");
  CHECK(plain_text("\x1b]0;title\x07rest") == "rest");
  CHECK(plain_text("\x1b]8;;http://x\x1b\\link") == "link");
  CHECK(plain_text("a\x01"
                   "b\x7f"
                   "c") ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD"
        "c");
  CHECK(plain_text("a\r\nb\tc") == "a\nb\tc");
  CHECK(plain_text("\xc3\x28\xff") == "\xEF\xBF\xBD(\xEF\xBF\xBD");
  CHECK(plain_text("\xed\xa0\x80").find("\xed\xa0\x80") == std::string::npos);  // a surrogate
  CHECK(plain_text("\xef\xbf\xbe") == "\xEF\xBF\xBD");                          // U+FFFE
  const std::string turned{'\xe2', '\x80', '\xae'};  // U+202E turns the line around
  CHECK(plain_text(turned) == "\xEF\xBF\xBD");
  CHECK(plain_text("grün 日本 µ ✓") == "grün 日本 µ ✓");
}

TEST_CASE("text: plain text of any two bytes after an escape is valid UTF-8", "[reports][text]") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{'\x1b', static_cast<char>(first), static_cast<char>(second), 'x'};
      const std::string plain = plain_text(text);
      if (find_invalid_utf8(plain) != std::string::npos ||
          plain.find('\x1b') != std::string::npos) {
        FAIL("bytes " << first << ' ' << second);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("text: width counts columns, not bytes", "[reports][text]") {
  CHECK(display_width("12 µs ✓") == 7);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\xcc\x81") == 1);  // e and a combining accent
  CHECK(display_width("\x1b[1;31m✗\x1b[0m x") == 3);
  CHECK(display_width("") == 0);
}

TEST_CASE("text: fit cuts at a column and says so", "[reports][text]") {
  CHECK(fit("steady", 6) == "steady");
  CHECK(fit("steady", 5) == "stea…");
  CHECK(fit("日本語", 4) == "日…");  // a wide character does not fit half
  CHECK(fit("x", 0).empty());
}

TEST_CASE("text: wrap breaks at blanks, and words that are too long", "[reports][text]") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("one two three", 6) == std::vector<std::string>{"one", "two", "three"});
  CHECK(wrap("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(wrap("a\n\n b", 10) == std::vector<std::string>{"a b"});
  CHECK(wrap("", 10) == std::vector<std::string>{""});
}

TEST_CASE("text: ASCII takes as many columns as the text that it stands for", "[reports][text]") {
  for (const std::string text :
       {"µs · … – → ✓ ✗ ━ ─ ┃ │ ┏ ┓ ┗ ┛ █ ▼ ▲ ○ ◐ ●", "日本", "é", "e\xcc\x81"}) {
    const std::string ascii = to_ascii(text);
    CAPTURE(text);
    CHECK(display_width(ascii) == display_width(text));
    CHECK(ascii.find_first_not_of("us-.>+x=|#v^o~*? e") == std::string::npos);
  }
  CHECK(to_ascii("≤ 5 ± 1") == "<= 5 +- 1");
  CHECK(to_ascii("\x1b[1mb\x1b[0m") == "\x1b[1mb\x1b[0m");
}

TEST_CASE("text: a share is never rounded to all or nothing", "[reports][text]") {
  CHECK(percent(0) == "0 %");
  CHECK(percent(0.00001) == "< 0.01 %");
  CHECK(percent(0.0012) == "0.12 %");
  CHECK(percent(0.123) == "12.3 %");
  CHECK(percent(0.9998) == "99.98 %");
  CHECK(percent(0.99999) == "> 99.99 %");
  CHECK(percent(1) == "100 %");
}

TEST_CASE("text: numbers read at a glance", "[reports][text]") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(1'000) == "1,000");
  CHECK(with_thousands(1'234'567) == "1,234,567");
  CHECK(counted(1, "hit", "hits") == "1 hit");
  CHECK(counted(0, "hit", "hits") == "0 hits");
  CHECK(per_second(0.5) == "0.5/s");
  CHECK(per_second(199.6) == "200/s");
  CHECK(per_second(2400) == "2,400/s");
  CHECK(at_text(5004ms) == "+5.00 s");
  CHECK(at_text(-300ms) == "-0.30 s");
  CHECK(length_text(4s) == "4 s");
  CHECK(length_text(1400ms) == "1.40 s");
  CHECK(length_text(150s) == "2 m 30 s");
  CHECK(in_words("breaker_half_open") == "breaker half open");
}

}  // namespace firedrill
