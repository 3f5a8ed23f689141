#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

const std::string kFolder = std::string{FD_SOURCE_DIR} + "/tests/unit/scenario/corpus/valid/";

/// kPlain with `stream` instead of what the stream `score` says, as if it lay in the corpus.
Loaded with_stream(const std::string& stream, const std::string& top = "") {
  std::string text =
      plain_with("score: { rate: 40/s, request: { get: / } }", "score: {" + stream + "}");
  text += top;
  return load_scenario_text(text, kFolder + "s.yaml", no_env());
}

/// The one problem, without its place.
std::string problem_of(const Loaded& loaded) {
  CAPTURE(lines_of(loaded));
  REQUIRE(loaded.problems.size() == 1);
  CHECK(loaded.problems[0].place.line > 0);
  CHECK(loaded.problems[0].place.column > 0);
  return loaded.problems[0].message;
}

bool starts(const std::string& text, const std::string& with) {
  CAPTURE(text);
  return text.starts_with(with);
}

constexpr const char* kPatients = "feeders: { patients: { csv: parts/patients.csv } }\n";

}  // namespace

TEST_CASE("flow: a value used before it is taken is found, with the step that takes it",
          "[scenario][flow]") {
  CHECK(problem_of(with_stream(
            R"(rate: 40/s, flow: [{ name: a, request: { get: "/${order}" } },
               { name: b, request: { get: / }, extract: { order: { json: /id } } }])")) ==
        "${order} is taken out of the answer of 'b', which comes only after this request");
}

TEST_CASE("flow: an unknown value is found, with the near miss", "[scenario][flow]") {
  CHECK(starts(
      problem_of(with_stream(
          R"(rate: 40/s, flow: [{ name: a, request: { get: / }, extract: { order: { json: /id } } },
                      { name: b, request: { get: "/${oder}" } }])")),
      "unknown variable ${oder} (did you mean 'order'?)"));
}

TEST_CASE("flow: values do not leave their stream", "[scenario][flow]") {
  const Loaded loaded = load(plain_with(
      "score: { rate: 40/s, request: { get: / } }",
      R"(score: { rate: 40/s, flow: [{ name: a, request: { get: / }, extract: { order: { json: /id } } }] }
  other: { rate: 1/s, request: { get: "/${order}" } })"));
  CHECK(starts(problem_of(loaded), "unknown variable ${order}"));
}

TEST_CASE("flow: what a log-in takes is known in all steps", "[scenario][flow]") {
  const Loaded loaded = with_stream(
      R"(rate: 40/s, log_in: { request: { post: /in }, extract: { token: { json: /t } } },
         flow: [{ name: a, request: { get: /, headers: { authorization: "Bearer ${token}" } } }])");
  CHECK(lines_of(loaded) == std::vector<std::string>{});
  REQUIRE(loaded.scenario);
  const spec::Stream& stream = loaded.scenario->traffic[0];
  CHECK(stream.series_of(*stream.log_in) == "score.log_in");
  CHECK(stream.series_of(stream.flow[0]) == "score.a");
}

TEST_CASE("feeders: unknown ones and missing columns are found", "[scenario][feeder]") {
  CHECK(
      problem_of(
          with_stream(R"(rate: 40/s, request: { get: "/${feed.patients.mail}" })", kPatients)) ==
      "the feeder 'patients' has no column 'mail' (did you mean 'email'?); it has: name, email or "
      "password");
  CHECK(starts(problem_of(with_stream(R"(rate: 40/s, request: { get: "/${feed.patient.email}" })",
                                      kPatients)),
               "unknown variable ${feed.patient.email}"));
}

TEST_CASE("feeders: the streams know which they use, and which are their people's",
          "[scenario][feeder]") {
  const Loaded loaded = with_stream(
      R"(rate: 40/s, log_in: { request: { post: "/in/${feed.patients.email}" } },
         request: { get: "/${feed.rooms.id}" })",
      "feeders: { patients: { csv: parts/patients.csv }, rooms: { json: parts/rooms.json } }\n");
  CHECK(lines_of(loaded) == std::vector<std::string>{});
  REQUIRE(loaded.scenario);
  using Names = std::vector<std::string>;
  CHECK(loaded.scenario->traffic[0].feeders == Names{"patients", "rooms"});
  CHECK(loaded.scenario->traffic[0].feeders_of_users == Names{"patients"});
}

TEST_CASE("feeders: a file that is not there, or not a table, is found", "[scenario][feeder]") {
  const std::string uses = "rate: 40/s, request: { get: / }";
  CHECK(problem_of(with_stream(uses, "feeders: { a: { csv: parts/nothing.csv } }\n"))
            .ends_with("parts/nothing.csv' cannot be read: no such file"));
  CHECK(problem_of(with_stream(uses, "feeders: { a: { json: parts/patients.csv } }\n")) ==
        "'parts/patients.csv': this is not JSON");
  CHECK(problem_of(
            with_stream(uses, "feeders: { a: { csv: parts/patients.csv, used_up: stop } }\n")) ==
        "only the rows of a feeder with 'order: unique' are ever used up");
}

TEST_CASE("flow: what does not go together is found", "[scenario][flow]") {
  CHECK(
      problem_of(with_stream(
          R"(rate: 40/s, flow: [{ name: a, request: { get: / } }, { name: a, request: { get: / } }])")) ==
      "the name 'a' is taken in this stream");
  CHECK(starts(problem_of(with_stream(
                   "rate: 40/s, flow: [{ name: a, together: true, request: { get: / } }]")),
               "there is no group to wait for"));
  CHECK(problem_of(with_stream("rate: 40/s, redirects: 2, request: { put: / }")) ==
        "redirects are followed for get, head and post only");
  CHECK(starts(
      problem_of(with_stream(
          R"(rate: 40/s, flow: [{ name: a, request: { get: / }, extract: { x: { pattern: "id=\\d" } } }])")),
      "the pattern has no group"));
  CHECK(problem_of(with_stream("users: 0, request: { get: / }")) == "0 users never send anything");
}

TEST_CASE("flow: an expectation can name a step, and must exist", "[scenario][flow]") {
  const std::string flow = "rate: 40/s, flow: [{ name: book, request: { get: / } }]";
  const Loaded good = with_stream(flow, "  - slo: score.book.failed.rate < 1%\n");
  CHECK(lines_of(good) == std::vector<std::string>{});
  CHECK(starts(problem_of(with_stream(flow, "  - slo: score.bok.failed.rate < 1%\n")),
               "no stream 'score.bok' (did you mean 'score.book'?)"));
  CHECK(starts(problem_of(with_stream(
                   flow, "  - { fallback: score, when: { status: 200 }, share: \">= 99%\" }\n")),
               "'score' has several requests"));
}

TEST_CASE("flow: users, groups and bodies arrive", "[scenario][flow]") {
  const Loaded loaded = with_stream(
      R"(users: { from: 1, to: 20, over: 2s }, think: 1s, iterations: 7,
         request: { post: /up, generate: 10MB })");
  CHECK(lines_of(loaded) == std::vector<std::string>{});
  REQUIRE(loaded.scenario);
  const spec::Stream& stream = loaded.scenario->traffic[0];
  REQUIRE(stream.users);
  CHECK(stream.users->most() == 20);
  CHECK(stream.users->over == 2s);
  CHECK(stream.users->iterations_each == 7);
  CHECK(stream.users->think == spec::Delay{spec::Delay::Kind::fixed, 1s, 0s});
  CHECK(stream.request.generated == 10'000'000U);
  CHECK_FALSE(stream.is_plain());
}
