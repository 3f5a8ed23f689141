#include "harness/metrics/run_result.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

Judgement judged(Verdict verdict, bool gate = false) {
  Judgement judgement;
  judgement.gate = gate;
  judgement.findings.push_back({});
  judgement.findings.back().verdict = verdict;
  return judgement;
}

RunResult result_with(std::vector<Judgement> judgements) {
  RunResult result;
  result.judgements = std::move(judgements);
  return result;
}

}  // namespace

TEST_CASE("judgement: fails before it is inconclusive, and never passes without a finding",
          "[metrics][verdict]") {
  Judgement judgement;
  CHECK(judgement.verdict() == Verdict::inconclusive);
  judgement = judged(Verdict::pass);
  CHECK(judgement.verdict() == Verdict::pass);
  judgement.findings.push_back(judged(Verdict::inconclusive).findings.front());
  CHECK(judgement.verdict() == Verdict::inconclusive);
  judgement.findings.push_back(judged(Verdict::fail).findings.front());
  CHECK(judgement.verdict() == Verdict::fail);
}

TEST_CASE("conclude: a drill passes only when everything passed", "[metrics][verdict]") {
  CHECK(conclude(result_with({judged(Verdict::pass), judged(Verdict::pass)})) == Outcome::passed);
  CHECK(conclude(result_with({judged(Verdict::pass), judged(Verdict::inconclusive)})) ==
        Outcome::inconclusive);
  CHECK(conclude(result_with({judged(Verdict::inconclusive), judged(Verdict::fail)})) ==
        Outcome::failed);
}

TEST_CASE("conclude: a drill without a judgement, or with a problem of its own, proved nothing",
          "[metrics][verdict]") {
  CHECK(conclude(result_with({})) == Outcome::inconclusive);
  RunResult result = result_with({judged(Verdict::pass)});
  result.problems.push_back("fault a hit nothing");
  CHECK(conclude(result) == Outcome::inconclusive);
  result.judgements.push_back(judged(Verdict::fail));
  CHECK(conclude(result) == Outcome::failed);
}

TEST_CASE("conclude: an unmet gate is inconclusive, not failed", "[metrics][verdict]") {
  CHECK(conclude(result_with({judged(Verdict::pass), judged(Verdict::fail, true)})) ==
        Outcome::inconclusive);
  CHECK(conclude(result_with({judged(Verdict::fail, true), judged(Verdict::fail)})) ==
        Outcome::failed);
  CHECK(conclude(result_with({judged(Verdict::pass, true)})) == Outcome::passed);
}

TEST_CASE("conclude: what is worse for the machine comes before what is worse for the system",
          "[metrics][verdict]") {
  RunResult result = result_with({judged(Verdict::fail)});
  result.interrupted = true;
  CHECK(conclude(result) == Outcome::interrupted);
  result.not_ready_reason = "the system never answered";
  CHECK(conclude(result) == Outcome::not_ready);
  result.not_healed.push_back("port 5432 is still closed");
  CHECK(conclude(result) == Outcome::not_healed);
}

TEST_CASE("exit_code_of: has the documented numbers", "[metrics][verdict]") {
  CHECK(exit_code_of(Outcome::passed) == 0);
  CHECK(exit_code_of(Outcome::failed) == 99);
  CHECK(exit_code_of(Outcome::interrupted) == 105);
  CHECK(exit_code_of(Outcome::inconclusive) == 111);
  CHECK(exit_code_of(Outcome::not_ready) == 113);
  CHECK(exit_code_of(Outcome::not_healed) == 114);
}

TEST_CASE("worst: is the first failure, else the first inconclusive one", "[metrics][verdict]") {
  CHECK(worst(result_with({})) == nullptr);
  CHECK(worst(result_with({judged(Verdict::pass)})) == nullptr);
  const RunResult mixed = result_with({judged(Verdict::pass), judged(Verdict::inconclusive),
                                       judged(Verdict::fail), judged(Verdict::fail)});
  CHECK(worst(mixed) == &mixed.judgements[2]);
  const RunResult open = result_with({judged(Verdict::pass), judged(Verdict::inconclusive)});
  CHECK(worst(open) == &open.judgements[1]);
}
