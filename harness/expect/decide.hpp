#pragma once

#include "harness/metrics/interval.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/expectation.hpp"

#include <cstdint>

namespace firedrill {

/// True when `value` is as demanded.
[[nodiscard]] bool holds(double value, spec::Comparison comparison, double threshold);

/// What an interval that encloses the true value proves: pass when every point of [low, high]
/// holds, fail when none does, else inconclusive. `high` may be infinite. @pre low <= high
[[nodiscard]] Verdict decide(double low, double high, spec::Comparison comparison,
                             double threshold);

/// True for bounds at 0 % and 100 %: no interval can prove them, so they are about what was counted
/// in the window and not about the population behind it.
[[nodiscard]] bool is_exact_share(double threshold);

struct ShareDecision {
  Verdict verdict = Verdict::inconclusive;
  bool exact = false;      ///< Judged on the count itself; then there is no interval.
  ShareInterval interval;  ///< Wilson, 95 %.
};

/// Judges `hits` of `total` against a bound on the share. Inconclusive for total == 0.
/// @pre hits <= total
[[nodiscard]] ShareDecision decide_share(std::uint64_t hits, std::uint64_t total,
                                         spec::Comparison comparison, double threshold);

}  // namespace firedrill
