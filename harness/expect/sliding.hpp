#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/expectation.hpp"

namespace firedrill {

/// Judges an objective over all phases of a window together; inconclusive with fewer requests than
/// the expectation wants.
[[nodiscard]] Finding judge_whole(const spec::SloExpectation& slo, const Window& window,
                                  const RunResult& result);

/// Judges an objective over each stretch of `slo.window` inside a phase, a tenth of it apart.
/// Broken when so many stretches in a row, end to end, break it for certain, as `slo.windows` says;
/// kept when no such row is possible. Stretches with fewer than `slo.requests_min` requests are
/// passed over. @pre slo.window
[[nodiscard]] Finding judge_sliding(const spec::SloExpectation& slo, const Window& window,
                                    const RunResult& result);

}  // namespace firedrill
