#include "harness/run/privacy_watch.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::CanaryKind;
using spec::LeakPlace;

namespace {

constexpr std::uint64_t kSeed = 7;

Person person(std::uint64_t number) { return person_of(kSeed, {"intake", number}); }

CanaryNotes log_of(const std::string& line) {
  CanaryNotes notes;
  notes.read(1s, line);
  return notes;
}

TrafficCanaries traffic_of(std::uint64_t people) {
  TrafficCanaries traffic;
  traffic.people["intake"] = people;
  for (TickCounts& kind : traffic.sent) kind.add(0ms);
  return traffic;
}

}  // namespace

TEST_CASE("privacy watch: whose it is, without what it is", "[run][privacy]") {
  const Person leaked = person(12);
  const PrivacyRecord record =
      privacy_record(kSeed, traffic_of(20), {log_of("got " + leaked.ssn + " of " + leaked.email)});
  CHECK(record.watched);
  CHECK(record.people == 20);
  CHECK(record.search_misses.empty());
  REQUIRE(record.sources.size() == 1);
  const auto& hits = record.sources[0].hits;
  REQUIRE(hits.size() == 2);
  for (const CanaryHit& hit : hits) {
    CHECK(hit.person == "intake #12");
    CHECK(hit.stream == "intake");
    CHECK(hit.at == 1s);
    const std::string all = hit.excerpt + hit.person + hit.form + hit.asker;
    CHECK(search_canaries(all).finds.empty());
  }
  CHECK(hits[0].kind == CanaryKind::ssn);
  CHECK(hits[1].kind == CanaryKind::email);
}

TEST_CASE("privacy watch: a number of nobody is none, a word of nobody is somebody's",
          "[run][privacy]") {
  const Person stranger = person(5000);
  const PrivacyRecord record =
      privacy_record(kSeed, traffic_of(20), {log_of(stranger.ssn + " " + stranger.email)});
  REQUIRE(record.sources[0].hits.size() == 1);
  CHECK(record.sources[0].hits[0].person == "somebody of another drill");
  CHECK(record.sources[0].numbers_in_doubt == 0);
}

TEST_CASE("privacy watch: too many people to look through leave numbers in doubt",
          "[run][privacy]") {
  const PrivacyRecord record = privacy_record(kSeed, traffic_of(20), {log_of(person(12).ssn)}, 10);
  CHECK(record.sources[0].hits.empty());
  CHECK(record.sources[0].numbers_in_doubt == 1);
  const PrivacyRecord found = privacy_record(kSeed, traffic_of(20), {log_of(person(5).ssn)}, 10);
  CHECK(found.sources[0].hits.size() == 1);
}

TEST_CASE("privacy watch: an answer tells who asked, and for which stream", "[run][privacy]") {
  TrafficCanaries traffic = traffic_of(20);
  CanaryNotes answers;
  answers.place = LeakPlace::other_answers;
  answers.name = "partner.export";
  answers.take(2s, 10, search_canaries(person(3).name), PersonId{"partner", 4});
  traffic.sources.push_back(answers);
  const PrivacyRecord record = privacy_record(kSeed, traffic, {});
  REQUIRE(record.sources.size() == 1);
  const CanaryHit& hit = record.sources[0].hits.at(0);
  CHECK(hit.asker == "partner #4");
  CHECK(hit.asker_stream == "partner");
  CHECK(hit.person == "intake #3");
}

TEST_CASE("privacy watch: only an expectation on privacy makes anybody look", "[run][privacy]") {
  spec::Scenario scenario;
  scenario.expectations.emplace_back();
  CHECK_FALSE(watches_privacy(scenario));
  scenario.expectations.back().what = spec::PrivacyExpectation{};
  CHECK(watches_privacy(scenario));
}
