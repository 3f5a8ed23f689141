#include "harness/load/canary_ear.hpp"

#include "harness/base/strings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::CanaryKind;
using spec::LeakPlace;

namespace {

constexpr std::uint64_t kSeed = 7;

Person person(std::uint64_t number) { return person_of(kSeed, {"intake", number}); }

SendResult answer(int status, const std::string& body) {
  SendResult result;
  result.status = status;
  result.body = &body;
  return result;
}

std::uint64_t sent(const TrafficCanaries& heard, CanaryKind kind) {
  return heard.sent[static_cast<std::size_t>(kind)].total();
}

const CanaryNotes* source(const TrafficCanaries& heard, LeakPlace place) {
  const auto found = std::find_if(heard.sources.begin(), heard.sources.end(),
                                  [&](const CanaryNotes& notes) { return notes.place == place; });
  return found == heard.sources.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("canary ear: what requests carry, wherever it stands in them", "[load][canary]") {
  CanaryEar ear{kSeed};
  OutgoingRequest request;
  request.person = PersonId{"intake", 4};
  request.path = "/patients?mail=" + percent_encode(person(4).email);
  request.headers = {"x-note: " + person(4).note};
  request.body = "{\"ssn\":\"" + person(4).ssn + "\"}";
  ear.sent(request, 100ms);
  OutgoingRequest nothing;
  nothing.person = PersonId{"desk", 90};
  nothing.path = "/health";
  ear.sent(nothing, 200ms);
  OutgoingRequest pieces;
  pieces.pieces.push_back({.text = person(5).phone_e164});
  pieces.cookies = "name=" + person(5).name;
  pieces.person = PersonId{"intake", 5};
  ear.sent(pieces, 300ms);
  const TrafficCanaries heard = ear.take();
  for (std::size_t kind = 0; kind < spec::kCanaryKinds; ++kind) {
    CAPTURE(kind);
    CHECK(heard.sent[kind].total() == 1);
  }
  CHECK(sent(heard, CanaryKind::ssn) == 1);
  CHECK(heard.people == std::map<std::string, std::uint64_t>{{"intake", 6}});
}

TEST_CASE("canary ear: one's own data in an answer is fine, somebody else's is not",
          "[load][canary]") {
  CanaryEar ear{kSeed};
  const PersonId asker{"intake", 4};
  const std::string own = person(4).name + person(4).ssn;
  const std::string both = own + " " + person(5).email;
  ear.answered("intake.get", asker, answer(200, own), 100ms);
  ear.answered("intake.get", asker, answer(200, both), 200ms);
  const TrafficCanaries heard = ear.take();
  const CanaryNotes* const others = source(heard, LeakPlace::other_answers);
  REQUIRE(others != nullptr);
  CHECK(others->texts == 2);
  REQUIRE(others->notes.size() == 1);
  CHECK(others->notes[0].find.kind == CanaryKind::email);
  CHECK(others->notes[0].at == 200ms);
  CHECK(others->notes[0].asker == asker);
  CHECK(source(heard, LeakPlace::error_bodies) == nullptr);
}

TEST_CASE("canary ear: whoever is no person has no own data", "[load][canary]") {
  CanaryEar ear{kSeed};
  const std::string body = base64(person(4).note);
  ear.answered("partner", std::nullopt, answer(200, body), 100ms);
  const TrafficCanaries heard = ear.take();
  const CanaryNotes* const others = source(heard, LeakPlace::other_answers);
  REQUIRE(others != nullptr);
  CHECK(others->notes.size() == 1);
}

TEST_CASE("canary ear: an error must not repeat even one's own data, in its headers neither",
          "[load][canary]") {
  CanaryEar ear{kSeed};
  const PersonId asker{"intake", 4};
  const std::string body = "invalid: " + person(4).ssn;
  SendResult result = answer(422, body);
  const std::vector<std::string> headers{"x-echo: " + person(4).email};
  result.header_lines = &headers;
  result.body_lost = 9;
  ear.answered("intake", asker, result, 100ms);
  const TrafficCanaries heard = ear.take();
  const CanaryNotes* const errors = source(heard, LeakPlace::error_bodies);
  REQUIRE(errors != nullptr);
  CHECK(errors->notes.size() == 2);
  CHECK(errors->bytes_not_read == 9);
  CHECK(source(heard, LeakPlace::other_answers)->notes.empty());
}

TEST_CASE("canary ear: what several workers heard adds up", "[load][canary]") {
  TrafficCanaries all;
  for (const std::uint64_t number : {3U, 9U}) {
    CanaryEar ear{kSeed};
    OutgoingRequest request;
    request.person = PersonId{"intake", number};
    request.body = person(number).email;
    ear.sent(request, 100ms);
    const std::string body = person(20).email;
    ear.answered("intake", request.person, answer(200, body), 100ms);
    all.merge(ear.take());
  }
  CHECK(sent(all, CanaryKind::email) == 2);
  CHECK(all.people.at("intake") == 10);
  REQUIRE(all.sources.size() == 1);
  CHECK(all.sources[0].notes.size() == 2);
}
