#include "harness/expect/decide.hpp"

#include "harness/base/assert.hpp"

namespace firedrill {

bool holds(double value, spec::Comparison comparison, double threshold) {
  switch (comparison) {
    case spec::Comparison::less:
      return value < threshold;
    case spec::Comparison::less_equal:
      return value <= threshold;
    case spec::Comparison::greater:
      return value > threshold;
    case spec::Comparison::greater_equal:
      return value >= threshold;
    case spec::Comparison::equal:
      return value == threshold;
    case spec::Comparison::not_equal:
      return value != threshold;
  }
  detail::assert_failed("a comparison", __FILE__, __LINE__);
}

Verdict decide(double low, double high, spec::Comparison comparison, double threshold) {
  FD_ASSERT(low <= high);
  const bool inside = low <= threshold && threshold <= high;
  const bool point = low == high;
  // For (in)equality the ends of the interval do not tell what holds between them.
  if (comparison == spec::Comparison::equal || comparison == spec::Comparison::not_equal) {
    if (inside && !point) return Verdict::inconclusive;
    return inside == (comparison == spec::Comparison::equal) ? Verdict::pass : Verdict::fail;
  }
  const bool low_holds = holds(low, comparison, threshold);
  const bool high_holds = holds(high, comparison, threshold);
  if (low_holds && high_holds) return Verdict::pass;
  return low_holds || high_holds ? Verdict::inconclusive : Verdict::fail;
}

bool is_exact_share(double threshold) { return threshold <= 0 || threshold >= 1; }

ShareDecision decide_share(std::uint64_t hits, std::uint64_t total, spec::Comparison comparison,
                           double threshold) {
  FD_ASSERT(hits <= total);
  ShareDecision decision;
  decision.exact = is_exact_share(threshold);
  decision.interval = wilson(hits, total);
  if (total == 0) return decision;
  if (decision.exact) {
    const double share = static_cast<double>(hits) / static_cast<double>(total);
    decision.verdict = holds(share, comparison, threshold) ? Verdict::pass : Verdict::fail;
  } else {
    decision.verdict = decide(decision.interval.low, decision.interval.high, comparison, threshold);
  }
  return decision;
}

}  // namespace firedrill
