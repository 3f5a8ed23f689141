#include "harness/base/units.hpp"
#include "harness/expect/breaker.hpp"
#include "harness/expect/breaker_rate.hpp"
#include "harness/expect/wording.hpp"

namespace firedrill {
namespace {

using FailureRate = spec::BreakerExpectation::FailureRate;

std::uint64_t failures_to_open(const spec::BreakerExpectation& breaker) {
  return std::uint64_t{breaker.opens->after_failures} * breaker.instances;
}

/// The windows of all instances together.
FailureRate rate_of_all(const spec::BreakerExpectation& breaker) {
  FailureRate rate = *breaker.opens->rate;
  rate.over_calls *= breaker.instances;
  rate.calls_min *= breaker.instances;
  return rate;
}

std::string rate_text(const FailureRate& rate) {
  std::string text = (rate.above ? "more than " : "") + to_text(Ratio{rate.share}) +
                     " failures among the calls of " + to_text(rate.over_time);
  if (rate.over_calls > 0) {
    text = (rate.above ? "more than " : "") + to_text(Ratio{rate.share}) +
           " failures among the last " + counted(rate.over_calls, "call");
  }
  if (rate.calls_min > 1) text += ", " + std::to_string(rate.calls_min) + " at least";
  return text;
}

}  // namespace

std::string failures_text(const spec::BreakerExpectation& breaker) {
  std::string text = breaker.opens->rate
                         ? rate_text(*breaker.opens->rate)
                         : counted(breaker.opens->after_failures, "failure") + " in a row";
  if (breaker.instances > 1) text += " at each of " + counted(breaker.instances, "instance");
  return text;
}

std::optional<Offset> certain_due(const BreakerCase& breaker, Offset from, Offset to) {
  const CallEnds& ends = breaker.evidence.ends;
  if (!breaker.breaker.opens->rate) {
    return ends.certain_run(failures_to_open(breaker.breaker), from, to);
  }
  return certain_rate(ends, rate_of_all(breaker.breaker), from, to);
}

std::string too_few_failures(const BreakerCase& breaker, Offset from, Offset to) {
  const CallEnds& ends = breaker.evidence.ends;
  if (breaker.breaker.opens->rate) {
    const PossibleRate most = possible_rate(ends, rate_of_all(breaker.breaker), from, to);
    if (most.reached) return "";
    return to_text(Ratio{most.share}) + " failures among " + counted(most.calls, "call");
  }
  const bool several = breaker.breaker.instances > 1;
  const std::uint64_t seen =
      several ? ends.failures_between(from, to) : ends.longest_possible_run(from, to);
  if (seen >= failures_to_open(breaker.breaker)) return "";
  return counted(seen, "failure") + (several ? " at all instances together" : " in a row");
}

}  // namespace firedrill
