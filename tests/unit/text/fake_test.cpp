#include "harness/text/fake.hpp"

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include <set>

using namespace firedrill;

TEST_CASE("fake: the same seed gives the same person, another one another", "[text][fake]") {
  for (const std::string& name : fake_names()) {
    CAPTURE(name);
    Rng a{5};
    Rng b{5};
    CHECK(fake_value(name, a) == fake_value(name, b));
    CHECK_FALSE(fake_value(name, a).empty());
  }
}

TEST_CASE("fake: phone numbers are E.164 in the block kept for fiction, mails under example.com",
          "[text][fake]") {
  Rng rng{1};
  std::set<std::string> phones;
  for (int i = 0; i < 2000; ++i) {
    const std::string phone = fake_value("phone_e164", rng);
    REQUIRE(RE2::FullMatch(phone, R"(\+1[2-9]\d\d55501\d\d)"));
    phones.insert(phone);
    const std::string email = fake_value("email", rng);
    REQUIRE(email.ends_with("@example.com"));
  }
  CHECK(phones.size() > 1500);
}
