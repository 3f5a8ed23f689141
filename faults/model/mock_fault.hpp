#pragma once

#include "faults/model/token_bucket.hpp"
#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/fault.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// A delay drawn from its distribution; never negative.
[[nodiscard]] Duration draw(const spec::Delay& delay, Rng& rng);
/// A number drawn from its distribution; a normal one may be negative.
[[nodiscard]] double draw_number(const spec::Spread& spread, Rng& rng);

/// Decides what a faulty mock does with each request. Pure: time and randomness are passed in.
///
/// "Breaker open" is inferred as people outside can: the caller falls silent. A request that
/// arrives longer than `silence` after the last one, when requests before it were hit, is a trial.
/// The mock's host takes `silence` from the arrival rate it saw before the fault (14 mean gaps make
/// a false alarm less likely than 1 in 10^6 with Poisson arrivals).
///
/// Steps, by how they end:
///  - until breaker.open: ends when the first trial arrives after a hit in this very step; that
///  trial
///    is the first request of the next step. One request ends one such step at most.
///  - for N trials: N trials belong to the step, and it ends right after the Nth: whatever comes
///    then, trial or not, belongs to the next step. Requests that are no trials (still under way
///    when the breaker opened, or sent by a system that ignores its breaker) get the step's action
///    as long as the step lasts, but do not count towards N.
///  - for N requests: ends after N requests, hit or not.
/// A trial counts as one whether or not the count script or the share let it pass.
///
/// The count script runs over the requests that meet an action, whatever their step; the share is
/// drawn for those that the script does not let pass.
///
/// Deterministic in (seed, order of arrival). One instance per injected fault; not thread-safe.
class MockFault {
 public:
  /// What to do with one request. No action: answer as if healthy.
  struct Decision {
    std::optional<spec::MockAction> action;
    std::uint32_t step = 0;
    Duration delay{0};       ///< Drawn from the action's latency.
    bool over_rate = false;  ///< The action's rate limit is exceeded: answer the provider's 429.
    /// True when the request is changed: counts as a hit. An action that only slows down is no hit
    /// when it drew no delay, nor one that only limits the rate when the rate is kept.
    [[nodiscard]] bool hits() const;
    /// The same for an answer that is no stream.
    [[nodiscard]] bool hits_unstreamed() const;
  };

  MockFault(spec::MockFault spec, Rng rng, Duration silence);

  /// @pre `now` never goes back.
  Decision decide(TimePoint now);

  /// Takes a hit back: the answer turned out to be none that the decision could change.
  /// @pre `decision` is that of the last decide(), and hits()
  void missed(const Decision& decision);

  /// How strong it is from now on, 0 to 1. What does nothing but delay is weaker by delaying less,
  /// anything else by hitting fewer requests, at random.
  void set_strength(double strength);

  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  [[nodiscard]] const std::vector<std::uint64_t>& hits_by_step() const { return hits_by_step_; }

 private:
  void pass_over_ended_steps(bool trial);
  [[nodiscard]] double share_of(const spec::MockAction& action) const;
  [[nodiscard]] bool step_is_over(bool trial) const;
  [[nodiscard]] bool script_lets_pass();

  spec::MockFault spec_;
  Rng rng_;
  Duration silence_;
  double strength_ = 1;
  std::optional<TimePoint> last_arrival_;
  std::size_t step_ = 0;
  std::uint64_t step_requests_ = 0;
  std::uint64_t step_trials_ = 0;
  std::uint64_t hits_in_step_ = 0;  // since the step began
  std::uint64_t scripted_ = 0;
  TokenBucket rate_;  // of the step
  std::uint64_t seen_ = 0;
  std::uint64_t hits_ = 0;
  std::vector<std::uint64_t> hits_by_step_;
};

}  // namespace firedrill
