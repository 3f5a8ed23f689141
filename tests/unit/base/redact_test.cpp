#include "harness/base/redact.hpp"

#include "harness/base/strings.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;

TEST_CASE("redactor: a secret is masked in plain, JSON, URL and base64 form", "[base][redact]") {
  Redactor redactor;
  redactor.add("s3cr\"t/päss");
  CHECK(redactor.apply("key=s3cr\"t/päss!") == "key=[redacted]!");
  CHECK(redactor.apply(R"({"key":"s3cr\"t/päss"})") == R"({"key":"[redacted]"})");
  CHECK(redactor.apply("?k=" + percent_encode("s3cr\"t/päss")) == "?k=[redacted]");
  const std::string encoded = base64("s3cr\"t/päss");
  CHECK(redactor.apply("Basic " + encoded).find(encoded.substr(0, 8)) == std::string::npos);
}

TEST_CASE("redactor: of a secret inside another one nothing remains", "[base][redact]") {
  Redactor redactor;
  redactor.add("abcd");
  redactor.add("abcdefgh");
  CHECK(redactor.apply("x abcdefgh y abcd z") == "x [redacted] y [redacted] z");
}

TEST_CASE("redactor: secrets too short to search for leave text alone", "[base][redact]") {
  Redactor redactor;
  redactor.add("on");
  redactor.add("");
  CHECK(redactor.empty());
  CHECK(redactor.apply("connection") == "connection");
}

TEST_CASE("credential headers: known by name, whatever the case", "[base][redact]") {
  CHECK(is_credential_header("Authorization"));
  CHECK(is_credential_header("X-API-KEY"));
  CHECK(is_credential_header("Set-Cookie"));
  CHECK_FALSE(is_credential_header("content-type"));
}

TEST_CASE("redactor: a secret inside JSON inside JSON is masked too", "[base][redact]") {
  Redactor redactor;
  redactor.add("a\"b\\cdef");
  CHECK(redactor.apply(R"({"log":"{\"key\":\"a\\\"b\\\\cdef\"}"})") ==
        R"({"log":"{\"key\":\"[redacted]\"}"})");
}

TEST_CASE("redactor: each long line of a secret of several lines is masked on its own",
          "[base][redact]") {
  Redactor redactor;
  redactor.add("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nx\n");
  CHECK(redactor.apply("MIIEvQIBADANBgkq") == "[redacted]");
  CHECK(redactor.apply("x") == "x");
}
