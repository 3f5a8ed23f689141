#include "harness/text/glob.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;

TEST_CASE("glob: a star stands for any characters or none", "[text][glob]") {
  CHECK(glob_matches("gpt-4*", "gpt-4"));
  CHECK(glob_matches("gpt-4*", "gpt-4o-mini"));
  CHECK_FALSE(glob_matches("gpt-4*", "gpt-3.5"));
  CHECK(glob_matches("*-mini", "gpt-4o-mini"));
  CHECK_FALSE(glob_matches("*-mini", "gpt-4o-mini-2024"));
  CHECK(glob_matches("*a*b*", "xxaxxbxx"));
  CHECK_FALSE(glob_matches("*a*b*", "xxbxxaxx"));
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("", ""));
  CHECK_FALSE(glob_matches("", "a"));
  CHECK(glob_matches("a**b", "ab"));
  CHECK(glob_matches("*aab", "aaaab"));
  CHECK_FALSE(glob_matches("gpt.4", "gpt-4"));
}

TEST_CASE("glob: a hostile pair ends soon", "[text][glob]") {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  CHECK_FALSE(glob_matches(pattern + "b", std::string(5000, 'a')));
}

TEST_CASE("glob: one covers another when it takes whatever the other takes", "[text][glob]") {
  CHECK(glob_covers("*", "gpt-4*"));
  CHECK(glob_covers("gpt-*", "gpt-4*"));
  CHECK(glob_covers("gpt-4*", "gpt-4o"));
  CHECK(glob_covers("gpt-4o", "gpt-4o"));
  CHECK_FALSE(glob_covers("gpt-4o", "gpt-4*"));
  CHECK_FALSE(glob_covers("gpt-4*", "gpt-*"));
  CHECK_FALSE(glob_covers("*-mini", "gpt-4*"));
}
