#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/series.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/expectation.hpp"

namespace firedrill {

/// Judges one bound over requests that were summed up already. `wall` is the time they stem from.
/// Fills everything but the window.
[[nodiscard]] Finding judge_slo_over(const spec::SloExpression& slo, const Slice& total,
                                     Duration wall);

/// Judges one bound over the phases of a window.
[[nodiscard]] Finding judge_slo(const spec::SloExpression& slo, const Window& window,
                                const RunResult& result);

}  // namespace firedrill
