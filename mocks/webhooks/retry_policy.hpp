#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/webhook.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace firedrill {

/// How an attempt to deliver ended.
enum class AttemptEnd : std::uint8_t {
  acknowledged,   ///< 2xx
  refused,        ///< 3xx (redirects are not followed) and 4xx.
  failed,         ///< 5xx
  no_connection,  ///< Could not be established.
  timed_out,
  broken,  ///< The connection was lost, or the answer was no HTTP.
};
/// @pre status is 100..599
[[nodiscard]] AttemptEnd end_of(int status);

/// How a provider delivers what it sends by itself. mocks/webhooks/README.md says where the numbers
/// come from.
struct RetryPolicy {
  Duration timeout{};          ///< Of one attempt, from connecting to the last byte.
  std::uint32_t attempts = 1;  ///< All in all.
  Duration first_wait{0};
  double factor = 1;                        ///< From one wait to the next …
  Duration longest_wait = Duration::max();  ///< … up to this.
  double jitter = 0;                        ///< Each wait is shortened by up to this share.
  bool after_refused = false;               ///< An attempt that ended so is repeated.
  bool after_failed = false;
  bool after_timed_out = false;
  bool after_broken = false;
  bool after_no_connection = false;
};

/// The provider's policy for this address (Twilio's stands in the URL's fragment), with what the
/// scenario sets instead.
[[nodiscard]] RetryPolicy retry_policy(spec::MockKind provider, std::string_view url,
                                       const spec::Deliver& deliver);

/// From the end of attempt `attempt` (1 is the first) to the next; unset when there is none.
/// `compress` divides it. Draws from `rng` once where the policy has jitter.
[[nodiscard]] std::optional<Duration> wait_after(const RetryPolicy& policy, std::uint32_t attempt,
                                                 AttemptEnd end, double compress, Rng& rng);

}  // namespace firedrill
