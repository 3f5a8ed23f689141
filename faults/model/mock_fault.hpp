#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/fault.hpp"

namespace firedrill {

/// A delay drawn from its distribution; never negative.
[[nodiscard]] Duration draw(const spec::Delay& delay, Rng& rng);

/// Decides what a faulty mock does with each request. Pure: time and randomness are passed in.
///
/// "Breaker open" is inferred as people outside can: the caller falls silent. A request that arrives
/// longer than `silence` after the last one, when the last answers were failures, is a trial. The
/// mock's host takes `silence` from the arrival rate it saw before the fault (14 mean gaps make a
/// false alarm less likely than 1 in 10^6 with Poisson arrivals).
///
/// Deterministic in (seed, order of arrival). One instance per injected fault; not thread-safe.
class MockFault {
 public:
  /// What to do with one request. No action: answer as if healthy.
  struct Decision {
    std::optional<spec::MockAction> action;
    std::uint32_t step = 0;
    Duration delay{0};      ///< Drawn from the action's latency.
    bool over_rate = false; ///< The action's rate limit is exceeded: answer the provider's 429.
    /// True when the request is changed: counts as a hit.
    [[nodiscard]] bool hits() const;
  };

  MockFault(spec::MockFault spec, Rng rng, Duration silence);

  /// @pre `now` never goes back.
  Decision decide(TimePoint now);

  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  [[nodiscard]] const std::vector<std::uint64_t>& hits_by_step() const { return hits_by_step_; }

 private:
  void advance_step(TimePoint now);
  bool script_lets_pass();

  spec::MockFault spec_;
  Rng rng_;
  Duration silence_;
  std::optional<TimePoint> last_arrival_;
  std::size_t step_ = 0;
  std::uint64_t step_requests_ = 0;  // seen in this step
  std::uint64_t step_trials_ = 0;
  bool failed_in_step_ = false;
  std::uint64_t scripted_ = 0;
  double rate_tokens_ = 0;
  std::optional<TimePoint> rate_refilled_;
  std::uint64_t seen_ = 0;
  std::uint64_t hits_ = 0;
  std::vector<std::uint64_t> hits_by_step_;
};

}  // namespace firedrill
