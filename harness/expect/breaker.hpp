#pragma once

#include "harness/expect/breaker_evidence.hpp"
#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/expectation.hpp"

#include <vector>

namespace firedrill {

/// What the findings of one breaker expectation are drawn from. Borrows everything.
struct BreakerCase {
  const spec::BreakerExpectation& breaker;
  const Window& window;
  const RunResult& result;
  const BreakerEvidence& evidence;
};

/// One finding for each member of the expectation that is set.
[[nodiscard]] std::vector<Finding> judge_breaker(const BreakerCase& breaker);

// One function for each member. The caller has checked that the evidence can be used.

/// @pre breaker.opens
[[nodiscard]] Finding judge_opens(const BreakerCase& breaker);
/// @pre breaker.reset
[[nodiscard]] Finding judge_reset(const BreakerCase& breaker);
/// @pre breaker.while_open and its upstream_calls_max
[[nodiscard]] Finding judge_upstream_calls(const BreakerCase& breaker);
/// @pre breaker.while_open and its slo
[[nodiscard]] Finding judge_open_slo(const BreakerCase& breaker);
/// @pre breaker.trials_max
[[nodiscard]] Finding judge_trials(const BreakerCase& breaker);
/// @pre breaker.hung_trial
[[nodiscard]] Finding judge_hung_trial(const BreakerCase& breaker);
[[nodiscard]] Finding judge_reopens(const BreakerCase& breaker);
/// @pre breaker.closes
[[nodiscard]] Finding judge_closes(const BreakerCase& breaker);
/// Arrivals at the dependency in the 30 s after each closing, over any 100 ms and any 1 s; not how
/// many wait there at a time. @pre breaker.herd_max
[[nodiscard]] Finding judge_herd(const BreakerCase& breaker);
[[nodiscard]] Finding judge_stays_closed(const BreakerCase& breaker);
/// @pre breaker.openings_max
[[nodiscard]] Finding judge_openings(const BreakerCase& breaker);

/// True for a moment in the window, both ends included.
[[nodiscard]] bool in_window(const BreakerCase& breaker, Offset at);

/// The faults of the mock that were active in the window, in order of time.
[[nodiscard]] std::vector<const FaultRecord*> faults_in(const BreakerCase& breaker);
/// When a fault ended: its healing, or the end of the observation.
[[nodiscard]] Offset end_of(const FaultRecord& fault, const BreakerCase& breaker);

/// A breaker that should have opened under a fault, and did not.
struct NeverOpened {
  Verdict verdict = Verdict::inconclusive;  ///< Fail only when it is certain that it should have.
  std::string why;
};
/// @pre the timeline has no opening while `fault` was active
[[nodiscard]] NeverOpened explain_never_opened(const BreakerCase& breaker,
                                               const FaultRecord& fault);

/// The opening while `fault` was active, or nullptr.
[[nodiscard]] const OpenStretch* opening_under(const BreakerCase& breaker,
                                               const FaultRecord& fault);

/// How long calls may still arrive after a failed trial has opened a breaker again.
inline constexpr Duration kSlackAgain = std::chrono::milliseconds{20};

/// The stretches of the window in which the breaker was open, cut to it, with the time taken off in
/// which calls may still have been under way.
struct QuietSpan {
  Offset from{0};
  Offset to{0};
};
[[nodiscard]] std::vector<QuietSpan> quiet_spans(const BreakerCase& breaker);

// What the scenario says opens it: failures in a row, or a share of them. @pre breaker.opens

/// "5 failures in a row", with the number of instances when there are several.
[[nodiscard]] std::string failures_text(const spec::BreakerExpectation& breaker);
/// When the breakers of all instances had certainly seen enough failures since `from` to be open.
[[nodiscard]] std::optional<Offset> certain_due(const BreakerCase& breaker, Offset from, Offset to);
/// "" when it can have seen enough of them in [from, to]; otherwise how many at most.
[[nodiscard]] std::string too_few_failures(const BreakerCase& breaker, Offset from, Offset to);

}  // namespace firedrill
