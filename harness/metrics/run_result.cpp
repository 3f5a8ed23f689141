#include "harness/metrics/run_result.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill {
namespace {

bool any_has(const RunResult& result, Verdict verdict, bool gates_too) {
  return std::any_of(result.judgements.begin(), result.judgements.end(),
                     [&](const Judgement& judgement) {
                       return (gates_too || !judgement.gate) && judgement.verdict() == verdict;
                     });
}

}  // namespace

Verdict Judgement::verdict() const {
  const auto has = [&](Verdict wanted) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.verdict == wanted; });
  };
  if (has(Verdict::fail)) return Verdict::fail;
  if (findings.empty() || has(Verdict::inconclusive)) return Verdict::inconclusive;
  return Verdict::pass;
}

int exit_code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return 0;
    case Outcome::failed:
      return 99;
    case Outcome::interrupted:
      return 105;
    case Outcome::inconclusive:
      return 111;
    case Outcome::not_ready:
      return 113;
    case Outcome::not_healed:
      return 114;
  }
  detail::assert_failed("a named outcome", __FILE__, __LINE__);
}

Outcome conclude(const RunResult& result) {
  if (!result.not_healed.empty()) return Outcome::not_healed;
  if (!result.not_ready_reason.empty()) return Outcome::not_ready;
  if (result.interrupted) return Outcome::interrupted;
  // A gate asks whether the drill may go on: unmet, nothing was rehearsed, and so nothing failed.
  if (any_has(result, Verdict::fail, false)) return Outcome::failed;
  const bool unproved = result.judgements.empty() || !result.problems.empty() ||
                        any_has(result, Verdict::inconclusive, true) ||
                        any_has(result, Verdict::fail, true);
  return unproved ? Outcome::inconclusive : Outcome::passed;
}

const Judgement* worst(const RunResult& result) {
  for (const Verdict wanted : {Verdict::fail, Verdict::inconclusive}) {
    for (const Judgement& judgement : result.judgements) {
      if (judgement.verdict() == wanted) return &judgement;
    }
  }
  return nullptr;
}

}  // namespace firedrill
