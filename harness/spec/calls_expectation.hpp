#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/match.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

/// How the system calls a dependency, seen at its mock. Each member that is set is one thing to
/// hold for the calls that arrive in the phases; calls for one request are its tries, joined by its
/// correlation id.
struct CallsExpectation {
  struct Backoff {
    Duration first{0};  ///< From the answer to the first try to the second one, at least.
    double factor = 1;  ///< Each further wait is at least so many times as long; >= 1.
  };

  std::string mock;
  std::optional<std::uint32_t> tries_max;  ///< For one request.
  std::optional<Backoff> backoff;
  /// Least spread of the waits before the second try, as a share of their middle: the half of the
  /// waits that lies in the middle spans so much.
  std::optional<double> jitter_min;
  bool honours_retry_after = false;            ///< No try sooner than the dependency asked for.
  std::vector<StatusRange> never_again_after;  ///< Answers after which another try is wrong.
  bool same_key = false;                       ///< Every try of a request has one Idempotency-Key.
  std::optional<Duration> gives_up_within;     ///< A call that nobody answers.
  std::optional<Duration> last_try_within;     ///< From the first try for the same request.
  std::optional<std::uint32_t> in_flight_max;  ///< Calls that wait for their answer at a time.
  std::optional<Rate> at_most;                 ///< Calls a second, over any second.
  std::optional<double> correlated_min;        ///< Share of calls that carry the id of a request.

  [[nodiscard]] bool demands_nothing() const {
    return !tries_max && !backoff && !jitter_min && !honours_retry_after &&
           never_again_after.empty() && !same_key && !gives_up_within && !last_try_within &&
           !in_flight_max && !at_most && !correlated_min;
  }
  /// True when the calls for one request must be told from those for another.
  [[nodiscard]] bool joins() const {
    return tries_max || backoff || jitter_min || honours_retry_after ||
           !never_again_after.empty() || same_key || last_try_within;
  }
};

}  // namespace firedrill::spec
