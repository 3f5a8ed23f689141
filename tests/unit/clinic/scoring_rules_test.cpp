#include "mocks/clinic/scoring_rules.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

LeadScore scored(std::string message, std::string phone = "+15550100123") {
  return score_by_rules(
      {.phone = std::move(phone), .name = "Zoe Canary", .message = std::move(message)});
}

}  // namespace

TEST_CASE("scoring rules: what a message mentions decides the score", "[clinic][rules]") {
  CHECK(scored("When are you open?").score == 2);
  CHECK(scored("What is the price of a cleaning?").score == 3);
  CHECK(scored("I would like an implant").score == 4);
  CHECK(scored("Implant, and what does it cost?").score == 5);
  CHECK(scored("URGENT: All-on-4, price please, today!").score == 5);  // never above 5
}

TEST_CASE("scoring rules: every spelling of a keyword counts, part of a word does not",
          "[clinic][rules]") {
  for (const char* spelling : {"all-on-4", "All on 4", "ALL-ON-FOUR", "(all-on-4)", "all  on\n4"}) {
    CAPTURE(spelling);
    CHECK(scored(spelling).score == 4);
  }
  CHECK(scored("priceless bookings, painters, implantology\xc3\xa9").score == 2);
  CHECK(scored("").score == 2);
}

TEST_CASE("scoring rules: a keyword that comes twice counts once", "[clinic][rules]") {
  CHECK(scored("price price price cost quote").score == 3);
}

TEST_CASE("scoring rules: who cannot be called back is never a hot lead", "[clinic][rules]") {
  const LeadScore score = scored("urgent implant price", "12");
  CHECK(score.score == 2);
  CHECK(score.reason == "rules: major treatment, urgency, intent to buy, phone number not usable");
}

TEST_CASE("scoring rules: confidence is 0.7 and the reason quotes nothing of the lead",
          "[clinic][rules]") {
  const LeadScore score = scored("canary needs an implant");
  CHECK(score.confidence == 0.7);
  CHECK(score.reason == "rules: major treatment");
  CHECK(scored("hello canary").reason == "rules: general enquiry");
}

TEST_CASE("scoring rules: phone numbers are plausible with 8 to 15 digits", "[clinic][rules]") {
  for (const char* phone : {"+15550100123", "0040 721 555 010", "(555) 010-0123", "12345678",
                            "+123456789012345", "555.010.0123"}) {
    CAPTURE(phone);
    CHECK(is_plausible_phone(phone));
  }
  for (const char* phone : {"", "+", "1234567", "+1234567890123456", "555-CALL-NOW",
                            "++15550100123", "+1555\n0100123"}) {
    CAPTURE(phone);
    CHECK_FALSE(is_plausible_phone(phone));
  }
}

}  // namespace firedrill::clinic
