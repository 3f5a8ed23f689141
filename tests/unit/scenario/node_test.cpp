#include "harness/scenario/node.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill::scenario;

TEST_CASE("node: plain text has the type that the YAML 1.2 core schema gives it",
          "[scenario][node]") {
  for (const char* text : {"", "~", "null", "Null", "NULL"})
    CHECK(type_of_plain(text) == Type::null);
  for (const char* text : {"true", "True", "TRUE", "false"})
    CHECK(type_of_plain(text) == Type::boolean);
  for (const char* text : {"0", "12", "-7", "+7", "012", "0x1F", "0o17"}) {
    CAPTURE(text);
    CHECK(type_of_plain(text) == Type::integer);
  }
  for (const char* text : {"1.5", ".5", "5.", "-1e3", "1.5E-3", ".inf", "-.Inf", ".NaN"}) {
    CAPTURE(text);
    CHECK(type_of_plain(text) == Type::number);
  }
  for (const char* text : {"yes", "on", "no", "1s", "1_000", "0b1", "-0x1", "1:30", ".", "e5", "1e",
                           "NaN", "tRUE", "2026-11-23"}) {
    CAPTURE(text);
    CHECK(type_of_plain(text) == Type::string);
  }
}

TEST_CASE("node: quoted text and text from the environment are strings", "[scenario][node]") {
  Node node;
  node.text = "12";
  CHECK(type_of(node) == Type::integer);
  node.plain = false;
  CHECK(type_of(node) == Type::string);
  node.plain = true;
  node.from_env = true;
  CHECK(type_of(node) == Type::string);
}

TEST_CASE("node: integers are exact over 64 bits and nothing beyond is taken", "[scenario][node]") {
  CHECK(unsigned_of("18446744073709551615") == UINT64_MAX);
  CHECK_FALSE(unsigned_of("18446744073709551616"));
  CHECK(unsigned_of("0xff") == 255U);
  CHECK(unsigned_of("0o17") == 15U);
  CHECK(unsigned_of("-0") == 0U);
  CHECK_FALSE(unsigned_of("-1"));
  CHECK(signed_of("-9223372036854775807") == -INT64_MAX);
  CHECK_FALSE(signed_of("9223372036854775808"));
  CHECK_FALSE(signed_of("1.0"));
}

TEST_CASE("node: numbers are finite", "[scenario][node]") {
  CHECK(number_of("+1.5") == 1.5);
  CHECK(number_of("5.") == 5.0);
  CHECK(number_of("-2e3") == -2000.0);
  CHECK(number_of("7") == 7.0);
  CHECK_FALSE(number_of(".inf"));
  CHECK_FALSE(number_of(".nan"));
  CHECK_FALSE(number_of("1e999"));
  CHECK_FALSE(number_of("abc"));
}
