#include "harness/base/units.hpp"

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("durations: every unit, compounds and blanks are understood", "[base][units]") {
  CHECK(*parse_duration("250ms") == 250ms);
  CHECK(*parse_duration("1.5 s") == 1500ms);
  CHECK(*parse_duration("1h30m") == 90min);
  CHECK(*parse_duration(" 2m ") == 2min);
  CHECK(*parse_duration("100us") == 100us);
  CHECK(*parse_duration("100µs") == 100us);
  CHECK(*parse_duration("7ns") == 7ns);
  CHECK(*parse_duration("31d") == kDurationMax);
  CHECK(*parse_duration("0s") == 0ns);
}

TEST_CASE("durations: what has no unit, a wrong one or no end is refused with what was seen",
          "[base][units]") {
  for (const char* text : {"", " ", "5", "0", "ms", "-5s", "5 parsecs", "5ms5", "1.s", ".5s",
                           "1e3s", "5s,", "5 s s"}) {
    CAPTURE(text);
    const auto parsed = parse_duration(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message ==
          "a duration with its unit wanted, such as 250ms, 1.5s, 2m or 1h30m, not '" +
              std::string{text} + "'");
  }
  CHECK(parse_duration("32d").error().message == "'32d' is longer than 31d, the longest accepted");
}

TEST_CASE("rates: per second, minute and hour", "[base][units]") {
  CHECK(parse_rate("40/s")->per_second == 40);
  CHECK(parse_rate("2400 / min")->per_second == 40);
  CHECK(parse_rate("90/h")->per_second == Approx(0.025));
  for (const char* text : {"40", "/s", "40/", "40/m", "40 per s", "-1/s", "40/s/s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rate(text));
  }
  CHECK(parse_rate("10000001/s").error().message ==
        "'10000001/s' is above 10000000/s, the highest accepted");
}

TEST_CASE("ratios and sizes: units are mandatory", "[base][units]") {
  CHECK(parse_ratio("99.9 %")->value == Approx(0.999));
  CHECK(parse_ratio("0%")->value == 0);
  CHECK_FALSE(parse_ratio("0.5"));
  CHECK(parse_ratio("101%").error().message == "'101%' is above 100%");
  CHECK(*parse_bytes("10KB") == 10'000);
  CHECK(*parse_bytes("10 KiB") == 10'240);
  CHECK(*parse_bytes("1.5MiB") == 1'572'864);
  CHECK(*parse_bytes("0B") == 0);
  CHECK_FALSE(parse_bytes("10"));
  CHECK_FALSE(parse_bytes("10kb"));
}

TEST_CASE("units: the patterns of the schema accept exactly the forms that the parsers accept",
          "[base][units]") {
  const std::vector<std::string> samples{
      "250ms", "1.5 s",    "1h30m", "0s",     "5",    "s",    "-5s",    "5 parsecs", "1.s",
      "40/s",  "40 / min", "40/m",  "/s",     "40/",  "90/h", "5%",     "5 %",       "%",
      "5.5%",  "-5%",      "10KB",  "10 KiB", "10kb", "10B",  "1.5MiB", ""};
  const RE2 duration{re2::StringPiece{kDurationPattern.data(), kDurationPattern.size()}};
  const RE2 rate{re2::StringPiece{kRatePattern.data(), kRatePattern.size()}};
  const RE2 ratio{re2::StringPiece{kRatioPattern.data(), kRatioPattern.size()}};
  const RE2 bytes{re2::StringPiece{kBytesPattern.data(), kBytesPattern.size()}};
  for (const std::string& sample : samples) {
    CAPTURE(sample);
    CHECK(RE2::PartialMatch(sample, duration) == parse_duration(sample).has_value());
    CHECK(RE2::PartialMatch(sample, rate) == parse_rate(sample).has_value());
    CHECK(RE2::PartialMatch(sample, ratio) == parse_ratio(sample).has_value());
    CHECK(RE2::PartialMatch(sample, bytes) == parse_bytes(sample).has_value());
  }
}

TEST_CASE("time: durations read with three digits and the unit that fits", "[base][time]") {
  CHECK(to_text(Duration{0}) == "0 ns");
  CHECK(to_text(850ns) == "850 ns");
  CHECK(to_text(1250us) == "1.25 ms");
  CHECK(to_text(12s) == "12.0 s");
  CHECK(to_text(999999us) == "1000 ms");
  CHECK(to_text(150s) == "2 m 30 s");
  CHECK(to_text(3h) == "3 h 0 m");
  CHECK(to_text(-5ms) == "-5.00 ms");
}

TEST_CASE("time: wall time is written as RFC 3339 in UTC with milliseconds", "[base][time]") {
  CHECK(to_rfc3339(WallTime{1763875334123ms}) == "2025-11-23T05:22:14.123Z");
  CHECK(to_rfc3339(WallTime{0ns}) == "1970-01-01T00:00:00.000Z");
}
