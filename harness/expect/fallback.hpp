#pragma once

#include "harness/expect/breaker_evidence.hpp"
#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/expectation.hpp"

#include <string_view>

namespace firedrill {

/// Judges the share of answers that show the fallback. `name` is the expectation's: the answers
/// were counted under it (StreamSeries::watches). `evidence` is of the breaker that `from:
/// breaker.open` means, and is not read otherwise (nullptr).
[[nodiscard]] Finding judge_fallback(const spec::FallbackExpectation& fallback,
                                     std::string_view name, const Window& window,
                                     const RunResult& result, const BreakerEvidence* evidence);

}  // namespace firedrill
