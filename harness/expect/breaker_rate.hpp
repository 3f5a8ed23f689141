#pragma once

#include "harness/expect/breaker_calls.hpp"
#include "harness/spec/breaker_expectation.hpp"

#include <cstdint>
#include <optional>

namespace firedrill {

// A breaker that opens on a share of failures, not on failures in a row. The order in which answers
// reached it is known to CallEnds::kOrderUnknown only, and libraries that look back on a time do so
// in buckets, which makes the time up to a tenth shorter; each function takes the reading that its
// name says.

/// When the share had certainly been reached since `from`, whatever the order of the answers; unset
/// when that is not certain before `to`.
[[nodiscard]] std::optional<Offset> certain_rate(const CallEnds& ends,
                                                 const spec::BreakerExpectation::FailureRate& rate,
                                                 Offset from, Offset to);

struct PossibleRate {
  bool reached = false;     ///< The breaker can have seen enough failures.
  double share = 0;         ///< The highest that it can have seen, …
  std::uint64_t calls = 0;  ///< … among so many calls.
};
[[nodiscard]] PossibleRate possible_rate(const CallEnds& ends,
                                         const spec::BreakerExpectation::FailureRate& rate,
                                         Offset from, Offset to);

}  // namespace firedrill
