#include "mocks/clinic/circuit_breaker.hpp"

#include "harness/base/assert.hpp"

#include <limits>
#include <utility>

namespace firedrill::clinic {

CircuitBreaker::Permit::Permit(CircuitBreaker& breaker, std::uint64_t generation, bool trial)
    : breaker_{&breaker}, generation_{generation}, trial_{trial} {}

CircuitBreaker::Permit::Permit(Permit&& other) noexcept
    : breaker_{std::exchange(other.breaker_, nullptr)},
      generation_{other.generation_},
      trial_{other.trial_} {}

CircuitBreaker::Permit::~Permit() {
  if (breaker_ != nullptr) breaker_->told_nothing(generation_);
}

void CircuitBreaker::Permit::succeeded(TimePoint /*now*/) {
  CircuitBreaker* const breaker = std::exchange(breaker_, nullptr);
  if (breaker != nullptr) breaker->told_success(generation_);
}

void CircuitBreaker::Permit::failed(TimePoint now) {
  CircuitBreaker* const breaker = std::exchange(breaker_, nullptr);
  if (breaker != nullptr) breaker->told_failure(generation_, now);
}

CircuitBreaker::CircuitBreaker(Options options, Listener listener)
    : options_{options}, listener_{std::move(listener)}, open_for_{options.open_for} {
  FD_ASSERT(options_.failures_to_open > 0);
  FD_ASSERT(options_.open_for >= Duration::zero());
  FD_ASSERT(options_.trials_max > 0);
}

std::optional<CircuitBreaker::Permit> CircuitBreaker::try_acquire(TimePoint now) {
  if (state_ == State::closed) return Permit{*this, generation_, false};
  if (state_ == State::open) {
    if (now - opened_at_ < open_for_) {
      if (options_.refusals_postpone) opened_at_ = now;
      return std::nullopt;
    }
    move_to(State::half_open);
  }
  if (trials_ >= options_.trials_max) return std::nullopt;
  ++trials_;
  return Permit{*this, generation_, true};
}

CircuitBreaker::Snapshot CircuitBreaker::snapshot() const {
  Snapshot view{.state = state_, .failures = failures_, .opened_at = {}, .next_attempt_at = {}};
  if (state_ != State::closed) view.opened_at = opened_at_;
  if (state_ == State::open) view.next_attempt_at = opened_at_ + open_for_;
  return view;
}

void CircuitBreaker::told_success(std::uint64_t generation) {
  if (generation != generation_) return;
  // A permit of this generation cannot belong to an open breaker: opening starts a new one.
  if (options_.in_a_row) failures_ = 0;
  if (state_ == State::half_open) {
    open_for_ = options_.open_for;
    move_to(State::closed);
  }
}

void CircuitBreaker::told_failure(std::uint64_t generation, TimePoint now) {
  if (generation != generation_) return;
  if (failures_ < std::numeric_limits<std::uint32_t>::max()) ++failures_;
  if (state_ == State::half_open && options_.longer_each_time > 1) {
    open_for_ *= options_.longer_each_time;
  }
  if (state_ == State::half_open || failures_ >= options_.failures_to_open) open(now);
}

void CircuitBreaker::told_nothing(std::uint64_t generation) {
  if (generation == generation_ && state_ == State::half_open) --trials_;
}

void CircuitBreaker::open(TimePoint now) {
  opened_at_ = now;
  move_to(State::open);
}

void CircuitBreaker::move_to(State to) {
  const State from = std::exchange(state_, to);
  ++generation_;
  trials_ = 0;
  if (listener_) listener_(from, to);
}

std::string_view name_of(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::closed:
      return "closed";
    case CircuitBreaker::State::half_open:
      return "half_open";
    case CircuitBreaker::State::open:
      return "open";
  }
  return "?";
}

}  // namespace firedrill::clinic
