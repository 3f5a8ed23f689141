#include "harness/expect/knee.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

BreakpointRecord found() {
  return {
      .stream = "score",
      .steps = {{0s, {800}, 1600, 1600, true, ""},
                {3s, {808}, 1616, 1616, false, "response.p95 < 200ms not shown, it was 231 ms"}},
      .end = SearchEnd::found,
      .knee = Rate{800},
      .broke_at = Rate{808}};
}

Finding judged(const BreakpointRecord& record, double at_least) {
  RunResult result;
  result.breakpoints.push_back(record);
  return judge_knee({"score", {at_least}}, Window{}, result);
}

}  // namespace

TEST_CASE("knee: at or below what held is a pass", "[expect][knee]") {
  const Finding finding = judged(found(), 800);
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.what == "knee of score");
  CHECK(finding.required == ">= 800/s");
  CHECK(finding.observed ==
        "holds 800/s, breaks at 808/s: response.p95 < 200ms not shown, it was 231 ms");
  CHECK(finding.samples == 3216);
}

TEST_CASE("knee: at or above what broke is a failure, and says why", "[expect][knee]") {
  const Finding finding = judged(found(), 808);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why ==
        "it holds 800/s, breaks at 808/s: response.p95 < 200ms not shown, it was 231 ms");
}

TEST_CASE("knee: between the two nothing was shown", "[expect][knee]") {
  CHECK(judged(found(), 804).verdict == Verdict::inconclusive);
}

TEST_CASE("knee: a generator that gave out proves only what held before", "[expect][knee]") {
  BreakpointRecord record = found();
  record.steps[1].why = "the generator dropped 20 of 1616 requests";
  record.end = SearchEnd::generator_limit;
  record.broke_at.reset();
  CHECK(judged(record, 700).verdict == Verdict::pass);
  const Finding finding = judged(record, 900);
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("then the generator gave out: the generator dropped 20") !=
        std::string::npos);
}

TEST_CASE("knee: no search, no answer", "[expect][knee]") {
  CHECK(judge_knee({"score", {1}}, Window{}, RunResult{}).verdict == Verdict::inconclusive);
}
