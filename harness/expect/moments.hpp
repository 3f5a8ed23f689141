#pragma once

#include "harness/expect/breaker_evidence.hpp"
#include "harness/expect/window.hpp"
#include "harness/metrics/moment.hpp"

#include <vector>

namespace firedrill {

/// What one breaker did, in order of time; empty when that cannot be told.
[[nodiscard]] std::vector<Moment> moments_of(const BreakerEvidence& evidence);

/// The moments that explain a finding: the starts of the window's phases, the faults that touch it,
/// and what the breaker did from the first of these on (`evidence` may be nullptr).
[[nodiscard]] std::vector<Moment> explaining_moments(const Window& window, const RunResult& result,
                                                     const BreakerEvidence* evidence);

}  // namespace firedrill
