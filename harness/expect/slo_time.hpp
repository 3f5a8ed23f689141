#pragma once

#include "harness/metrics/series.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/expectation.hpp"

namespace firedrill {

/// Judges a quantile, mean, minimum or maximum of a time and fills observed, interval, samples,
/// verdict and why.
///
/// Requests that were never sent because the system held every slot have no time. For response
/// times they count as slower than everything, so that a system that hangs cannot look fast.
void judge_time(Finding& finding, const spec::SloExpression& slo, const Slice& total);

}  // namespace firedrill
