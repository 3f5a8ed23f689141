#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/ai.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace firedrill::clinic {

/// When a call that failed is made again, and how long after.
struct RetryPolicy {
  std::uint32_t attempts_max = 1;  ///< Calls for one lead, the first one included.
  /// Before the second attempt, doubled before each further one.
  Duration backoff = std::chrono::milliseconds{100};
  double jitter = 0.5;  ///< Share of each wait that is left to chance, 0..1.
  bool honours_retry_after = true;
  bool only_what_may_pass = true;  ///< Not what would be refused again: 4xx but for 408 and 429.
};

/// How long to wait after attempt number `made` ended as `reply`; unset when it was the last. No
/// attempt begins when `left`, the time until the caller needs an answer, would be over by then.
/// Pure. @pre made > 0
[[nodiscard]] std::optional<Duration> wait_before_retry(const RetryPolicy& policy,
                                                        std::uint32_t made, const AiReply& reply,
                                                        Duration left, Rng& rng);

/// Waits; tests hand in one that moves their clock.
using Pause = std::function<boost::asio::awaitable<void>(Duration)>;

}  // namespace firedrill::clinic
