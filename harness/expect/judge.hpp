#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <string>
#include <vector>

namespace firedrill {

// Judging: a scenario and what was measured go in, verdicts come out. Pure; thread-safe.
//
// Three rules stand above all others: what was not shown is inconclusive and never a pass; a
// failure of our own generator is never held against the system; a failure that is certain stays
// one.

/// One judgement for each expectation, in scenario order.
[[nodiscard]] std::vector<Judgement> judge(const spec::Scenario& scenario, const RunResult& result);

/// One expectation by itself, over what was measured so far: for gates, before the first injection.
/// @pre `expectation` is one of the scenario's
[[nodiscard]] Judgement judge_one(const spec::Scenario& scenario,
                                  const spec::Expectation& expectation, const RunResult& result);

/// When breakers opened, let trials through and closed, seen from outside, for every mock that a
/// breaker expectation or a `from: breaker.open` names. In order of time.
[[nodiscard]] std::vector<Moment> observed_moments(const spec::Scenario& scenario,
                                                   const RunResult& result);

/// Why the drill itself proves less than it should, whatever its expectations say: a fault that hit
/// nothing, a phase that never happened, books that do not balance. One sentence each.
[[nodiscard]] std::vector<std::string> drill_problems(const spec::Scenario& scenario,
                                                      const RunResult& result);

}  // namespace firedrill
