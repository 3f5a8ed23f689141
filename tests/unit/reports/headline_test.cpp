#include "reports/headline.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

namespace firedrill {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

FirstLook look(const RunResult& result) {
  const Redactor none;
  return first_look(result, Clean{none});
}

}  // namespace

TEST_CASE("headline: the samples end as their outcome says", "[reports][headline]") {
  for (const RunResult& result :
       {samples::passed(), samples::failed(), samples::inconclusive(), samples::gate_unmet(),
        samples::not_ready(), samples::interrupted(), samples::not_healed()}) {
    CAPTURE(name_of(result.outcome));
    CHECK(conclude(result) == result.outcome);
  }
}

TEST_CASE("headline: a failure is named with what was seen, demanded and why, and its place",
          "[reports][headline]") {
  const FirstLook first = look(samples::failed());
  CHECK_THAT(first.sentence,
             StartsWith("breaker openai in outage: opens after 5 failures: observed never opened"));
  CHECK_THAT(first.sentence, Contains("required after 5 failures, within 1 s"));
  CHECK_THAT(first.sentence, Contains("no breaker stands before openai"));
  CHECK(first.place == "scenarios/medicalcor/openai-outage.yaml:54:5");
}

TEST_CASE("headline: each outcome says what to look at", "[reports][headline]") {
  CHECK(look(samples::passed()).sentence ==
        "Nothing to look at: every expectation held, under 1 fault with 7 hits.");
  CHECK(look(samples::inconclusive()).sentence ==
        "fault openai@outage hit none of 7 requests, so nothing was rehearsed (and 1 more).");
  CHECK_THAT(look(samples::not_ready()).sentence, StartsWith("node server.js exited with code 1"));
  CHECK_THAT(
      look(samples::interrupted()).sentence,
      StartsWith(
          "Interrupted at +6.40 s in phase outage; every fault that was injected is healed."));
  CHECK_THAT(look(samples::not_healed()).sentence,
             StartsWith("fault openai@outage: the mock did not confirm"));
  CHECK_THAT(look(RunResult{}).sentence, StartsWith("Nothing was judged"));
}

TEST_CASE("headline: an interrupted drill does not claim to be healed when it is not",
          "[reports][headline]") {
  RunResult result = samples::interrupted();
  result.faults[0].healed_at.reset();
  CHECK_THAT(look(result).sentence, !Contains("healed"));
}

TEST_CASE("headline: an unmet gate is neither failed nor held", "[reports][headline]") {
  const Tally tally = tally_of(samples::gate_unmet());
  CHECK(tally.gates_unmet == 1);
  CHECK(tally.failed == 0);
  CHECK(tally.total() == 1);
  CHECK(tally_text(samples::gate_unmet()) == "1 gate not met");
}

TEST_CASE("headline: the tally counts every expectation once", "[reports][headline]") {
  CHECK(tally_text(samples::passed()) == "all 5 expectations held");
  CHECK(tally_text(samples::failed()) == "1 of 5 expectations failed, 1 proved nothing, 3 held");
  CHECK(tally_text(samples::inconclusive()) == "2 of 5 expectations proved nothing, 3 held");
  CHECK(tally_text(samples::not_ready()) == "no expectation was judged");
}

TEST_CASE("headline: failed comes before inconclusive before passed, else in scenario order",
          "[reports][headline]") {
  const RunResult result = samples::failed();
  std::vector<int> lines;
  for (const Judgement* judgement : worst_first(result)) lines.push_back(judgement->line);
  CHECK(lines == std::vector<int>{54, 60, 52, 53, 57});
}

TEST_CASE("headline: what failed is named before a gate that was not met", "[reports][headline]") {
  RunResult result = samples::failed();
  Judgement gate = samples::gate_unmet().judgements[0];
  gate.name = "gate";
  result.judgements.insert(result.judgements.begin(), gate);
  CHECK(conclude(result) == Outcome::failed);
  CHECK(worst_first(result)[0]->name == "breaker openai in outage");
  CHECK(worst_first(result)[1]->name == "gate");
  CHECK_THAT(look(result).sentence, StartsWith("breaker openai in outage"));
}

TEST_CASE("headline: a moment names its subject once", "[reports][headline]") {
  const Redactor none;
  const auto text = [&](const char* subject, const char* words) {
    return moment_text(
        {.at = {}, .kind = MomentKind::breaker_open, .subject = subject, .text = words},
        Clean{none});
  };
  CHECK(text("openai", "") == "breaker open: openai");
  CHECK(text("openai", "silent") == "breaker open: openai: silent");
  CHECK(text("openai", "openai fell silent") == "breaker open: openai fell silent");
  CHECK(text("", "silent") == "breaker open: silent");
  CHECK(text("", "") == "breaker open");
}

TEST_CASE("headline: the command to run again survives a shell", "[reports][headline]") {
  const Redactor none;
  RunResult result = samples::passed();
  CHECK(reproduce_command(result, Clean{none}) ==
        "firedrill run scenarios/medicalcor/openai-outage.yaml --seed 42");
  result.file = "my drills/it's.yaml";
  CHECK(reproduce_command(result, Clean{none}) ==
        "firedrill run 'my drills/it'\\''s.yaml' --seed 42");
}

}  // namespace firedrill
