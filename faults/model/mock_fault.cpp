#include "faults/model/mock_fault.hpp"

#include "faults/model/strength.hpp"
#include "harness/base/assert.hpp"
#include "harness/spec/draw.hpp"

#include <utility>

namespace firedrill {
namespace {

bool changes_stream(const spec::MockAction& action) {
  return action.stall || action.end_early || action.stream_error;
}

bool changes_answer(const spec::MockAction& action) {
  return action.respond || action.hang || action.reset || action.truncate || action.malformed ||
         action.drip;
}

bool only_delays(const spec::MockAction& action) {
  return action.latency && !action.rate_limit && !changes_answer(action) && !changes_stream(action);
}

}  // namespace

double draw_number(const spec::Spread& spread, Rng& rng) { return spec::draw(spread, rng); }

Duration draw(const spec::Delay& delay, Rng& rng) { return spec::draw(delay, rng); }

bool MockFault::Decision::hits() const {
  return hits_unstreamed() || (action && changes_stream(*action));
}

bool MockFault::Decision::hits_unstreamed() const {
  return action && (over_rate || delay > Duration{0} || changes_answer(*action));
}

MockFault::MockFault(spec::MockFault spec, Rng rng, Duration silence)
    : spec_{std::move(spec)}, rng_{rng}, silence_{silence}, hits_by_step_(spec_.steps.size()) {
  FD_ASSERT(!spec_.steps.empty());
}

bool MockFault::step_is_over(bool trial) const {
  const spec::FaultStep& step = spec_.steps[step_];
  switch (step.ends) {
    case spec::FaultStep::Ends::never:
      return false;
    case spec::FaultStep::Ends::at_breaker_open:
      return trial && hits_in_step_ > 0;
    case spec::FaultStep::Ends::after_requests:
      return step_requests_ >= step.count;
    case spec::FaultStep::Ends::after_trials:
      return step_trials_ >= step.count;
  }
  detail::assert_failed("an end of a step", __FILE__, __LINE__);
}

void MockFault::pass_over_ended_steps(bool trial) {
  while (step_ + 1 < spec_.steps.size() && step_is_over(trial)) {
    ++step_;
    step_requests_ = 0;
    step_trials_ = 0;
    hits_in_step_ = 0;
    rate_ = {};
  }
}

bool MockFault::script_lets_pass() {
  const std::uint64_t cycle = std::uint64_t{spec_.fail_count} + spec_.pass_count;
  if (cycle == 0) return false;
  return scripted_++ % cycle >= spec_.fail_count;
}

void MockFault::set_strength(double strength) {
  FD_ASSERT(strength >= 0 && strength <= 1);
  strength_ = strength;
}

/// Of the requests that the script does not let pass.
double MockFault::share_of(const spec::MockAction& action) const {
  const double share = spec_.share ? spec_.share->value : 1;
  return only_delays(action) ? share : share * strength_;
}

MockFault::Decision MockFault::decide(TimePoint now) {
  const bool trial = last_arrival_ && now - *last_arrival_ > silence_ && hits_ > 0;
  last_arrival_ = now;
  ++seen_;
  pass_over_ended_steps(trial);
  ++step_requests_;
  if (trial) ++step_trials_;

  Decision decision;
  decision.step = static_cast<std::uint32_t>(step_);
  const std::optional<spec::MockAction>& action = spec_.steps[step_].action;
  if (!action || script_lets_pass()) return decision;
  const double share = share_of(*action);
  if (share < 1 && !rng_.chance(share)) return decision;

  decision.action = action;
  if (action->latency) {
    const Duration whole = spec::draw(*action->latency, rng_);
    decision.delay = only_delays(*action) ? weakened(whole, strength_) : whole;
  }
  if (action->rate_limit) decision.over_rate = !rate_.take(*action->rate_limit, now);
  if (decision.hits()) {
    ++hits_;
    ++hits_by_step_[step_];
    ++hits_in_step_;
  }
  return decision;
}

void MockFault::missed(const Decision& decision) {
  FD_ASSERT(decision.hits() && decision.step == step_ && hits_in_step_ > 0);
  --hits_;
  --hits_by_step_[step_];
  --hits_in_step_;
}

}  // namespace firedrill
