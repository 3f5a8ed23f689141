#include "mocks/clinic/retry.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill::clinic {
namespace {

bool may_pass_next_time(AiOutcome outcome) {
  switch (outcome) {
    case AiOutcome::no_connection:
    case AiOutcome::timed_out:
    case AiOutcome::rate_limited:
    case AiOutcome::server_error:
      return true;
    case AiOutcome::scored:
    case AiOutcome::malformed:  // paid for already, and likely to come again
    case AiOutcome::credentials_rejected:
    case AiOutcome::request_rejected:
      return false;
  }
  return false;
}

/// Doubled for every attempt after the first, at most a million times.
Duration backed_off(const RetryPolicy& policy, std::uint32_t made, Rng& rng) {
  const double longest =
      seconds(policy.backoff) * static_cast<double>(std::uint64_t{1} << std::min(made - 1, 20U));
  return from_seconds(longest * (1 - policy.jitter * rng.uniform()));
}

}  // namespace

std::optional<Duration> wait_before_retry(const RetryPolicy& policy, std::uint32_t made,
                                          const AiReply& reply, Duration left, Rng& rng) {
  FD_ASSERT(made > 0);
  if (made >= policy.attempts_max || reply.outcome == AiOutcome::scored) return std::nullopt;
  if (policy.only_what_may_pass && !may_pass_next_time(reply.outcome)) return std::nullopt;
  Duration wait = backed_off(policy, made, rng);
  if (policy.honours_retry_after && reply.retry_after) {
    // The chance comes on top: those who were told the same time must not all come back at once.
    wait += *reply.retry_after;
  }
  if (wait >= left) return std::nullopt;
  return wait;
}

}  // namespace firedrill::clinic
