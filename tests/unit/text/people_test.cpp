#include "harness/text/canary.hpp"
#include "harness/text/person.hpp"
#include "harness/text/slot.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace firedrill;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::July;
using std::chrono::March;
using std::chrono::month;
using std::chrono::November;
using std::chrono::October;
using std::chrono::Saturday;
using std::chrono::Sunday;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

TEST_CASE("person: the same chance makes the same person, another makes another",
          "[text][person]") {
  const Person one = make_person(Rng::derive(7, "booking:person", 3));
  const Person same = make_person(Rng::derive(7, "booking:person", 3));
  const Person other = make_person(Rng::derive(7, "booking:person", 4));
  for (const std::string& field : person_fields()) {
    CAPTURE(field);
    CHECK(person_field(one, field) == person_field(same, field));
    CHECK_FALSE(person_field(one, field).empty());
  }
  CHECK(one.email != other.email);
  CHECK(one.canary != other.canary);
}

TEST_CASE("person: name, address and note carry a canary each", "[text][person]") {
  using spec::CanaryKind;
  const Person person = make_person(Rng{5});
  const auto only = [&](CanaryKind kind) {
    return std::vector<std::string>{canary_value(person, kind)};
  };
  CHECK(is_canary(person.canary));
  CHECK(find_canaries(person.name) == only(CanaryKind::name));
  CHECK(find_canaries(person.last_name) == only(CanaryKind::name));
  CHECK(find_canaries(person.email) == only(CanaryKind::email));
  CHECK(find_canaries(person.note) == only(CanaryKind::free_text));
  CHECK(canary_value(person, CanaryKind::free_text) == person.canary);
  CHECK(person.email.ends_with("@example.com"));
  CHECK(person.name == person.first_name + " " + person.last_name);
}

TEST_CASE("canary: no two of 100,000 alike, and chance finds are told from real ones",
          "[text][canary]") {
  Rng rng{1};
  std::set<std::string> seen;
  for (int i = 0; i < 100'000; ++i) seen.insert(make_canary(rng));
  CHECK(seen.size() == 100'000);
  std::string word = *seen.begin();
  word.back() = word.back() == 'a' ? 'b' : 'a';
  CHECK_FALSE(is_canary(word));
  CHECK_FALSE(is_canary("zqvabcdefghij"));
  CHECK(find_canaries("log of ZQ and zq, nothing").empty());
  const std::string upper = "X" + *seen.rbegin() + "Y" + *seen.begin();
  CHECK(find_canaries(upper) == std::vector<std::string>{*seen.rbegin(), *seen.begin()});
}

TEST_CASE("slot: offsets follow the zone's summer time, to the day", "[text][slot]") {
  CHECK(utc_offset_minutes("Europe/Bucharest", 2026y / March / 28) == 120);
  CHECK(utc_offset_minutes("Europe/Bucharest", 2026y / March / 29) == 180);
  CHECK(utc_offset_minutes("Europe/London", 2026y / October / 24) == 60);
  CHECK(utc_offset_minutes("Europe/London", 2026y / October / 25) == 0);
  CHECK(utc_offset_minutes("America/New_York", 2026y / March / 7) == -300);
  CHECK(utc_offset_minutes("America/New_York", 2026y / March / 8) == -240);
  CHECK(utc_offset_minutes("America/New_York", 2026y / November / 1) == -300);
  CHECK(utc_offset_minutes("America/Phoenix", 2026y / July / 1) == -420);
  CHECK(utc_offset_minutes("Asia/Kolkata", 2026y / July / 1) == 330);
}

TEST_CASE("slot: on a weekday, in office hours, on the quarter hour, within four weeks",
          "[text][slot]") {
  const WallTime today = sys_days{2026y / November / 25} + 13h;
  Rng rng{9};
  for (int i = 0; i < 500; ++i) {
    const std::string slot = make_slot("Asia/Kolkata", today, rng);
    CAPTURE(slot);
    REQUIRE(slot.size() == 25);
    const year_month_day day{year{std::stoi(slot.substr(0, 4))},
                             month{static_cast<unsigned>(std::stoi(slot.substr(5, 2)))},
                             std::chrono::day{static_cast<unsigned>(std::stoi(slot.substr(8, 2)))}};
    const weekday when{sys_days{day}};
    CHECK(when != Saturday);
    CHECK(when != Sunday);
    CHECK(sys_days{day} > floor<days>(today));
    CHECK(sys_days{day} - floor<days>(today) <= days{28});
    const int hour = std::stoi(slot.substr(11, 2));
    CHECK((hour >= 8 && hour < 18));
    CHECK(std::stoi(slot.substr(14, 2)) % 15 == 0);
    CHECK(slot.ends_with("+05:30"));
  }
}
