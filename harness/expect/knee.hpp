#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/expectation.hpp"

namespace firedrill {

/// Judges whether the search for a stream's breaking point showed that it stands a rate.
[[nodiscard]] Finding judge_knee(const spec::KneeExpectation& knee, const Window& window,
                                 const RunResult& result);

}  // namespace firedrill
