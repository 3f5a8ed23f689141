#include "harness/run/conclusion.hpp"

#include "harness/expect/judge.hpp"
#include "harness/run/alert_evaluation.hpp"
#include "harness/run/drill_clock.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace firedrill {
namespace {

void judge_measured(const spec::Scenario& scenario, RunResult& result, const std::string& run_id) {
  std::ranges::move(observed_moments(scenario, result), std::back_inserter(result.moments));
  std::stable_sort(result.moments.begin(), result.moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at < b.at; });
  result.alerts = evaluate_alerts(scenario, result, run_id);
  result.judgements = judge(scenario, result);
  result.problems = drill_problems(scenario, result);
  std::string jump = clock_jump(result.origin);
  if (!jump.empty()) result.problems.push_back(std::move(jump));
}

}  // namespace

void conclude_drill(const spec::Scenario& scenario, RunResult& result, const std::string& run_id) {
  const bool measured = result.not_ready_reason.empty() && !result.streams.empty();
  if (measured) judge_measured(scenario, result, run_id);
  result.outcome = conclude(result);
}

}  // namespace firedrill
