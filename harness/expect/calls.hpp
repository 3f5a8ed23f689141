#pragma once

#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// The calls for one request of a stream, by its correlation id, in order of arrival.
struct Tries {
  std::vector<const LedgerEntry*> calls;  ///< At least one.
  [[nodiscard]] bool failed_first() const { return !calls.front()->ok(); }
};

/// What the findings of one `calls` expectation are drawn from. Borrows everything.
struct CallsCase {
  const spec::CallsExpectation& calls;
  const Window& window;
  const spec::Scenario& scenario;
  const RunResult& result;
  std::vector<const LedgerEntry*> entries;  ///< That arrived in the window.
  std::uint64_t ours = 0;                   ///< Of these, with the id of a request of a stream.
  std::vector<Tries> requests;  ///< Whose first call arrived in the window; later ones included.
};

/// One finding for each member of the expectation that is set.
[[nodiscard]] std::vector<Finding> judge_calls(const spec::CallsExpectation& calls,
                                               const Window& window, const spec::Scenario& scenario,
                                               const RunResult& result);

// One function for each member that is set; the ledger is complete. calls_tries.cpp
[[nodiscard]] Finding judge_tries(const CallsCase& calls);
[[nodiscard]] Finding judge_backoff(const CallsCase& calls);
[[nodiscard]] Finding judge_jitter(const CallsCase& calls);
[[nodiscard]] Finding judge_retry_after(const CallsCase& calls);
[[nodiscard]] Finding judge_never_again(const CallsCase& calls);
[[nodiscard]] Finding judge_same_key(const CallsCase& calls);
/// From the first call for a request, as the mock saw it: a deadline that runs from the client's
/// request on is a little earlier.
[[nodiscard]] Finding judge_last_try(const CallsCase& calls);
// calls_limits.cpp
/// From the arrival of a call that nobody answers until its caller closes the connection. Why it
/// closed, a time-out of its own or a client that has left, is not to be seen.
[[nodiscard]] Finding judge_gives_up(const CallsCase& calls);
[[nodiscard]] Finding judge_in_flight(const CallsCase& calls);
/// Over any second less kCallSlack: callers measure it before the way to the mock.
[[nodiscard]] Finding judge_at_most(const CallsCase& calls);
[[nodiscard]] Finding judge_correlated(const CallsCase& calls);

/// The mock sees an answer out and a call in a little later than its caller, on a busy machine.
inline constexpr Duration kCallSlack = std::chrono::milliseconds{20};
/// Fewer chances than this to do something wrong prove nothing by its absence.
inline constexpr std::uint64_t kChancesMin = 10;

/// True when `wrong` of `all` measured times are more than a busy machine may mismeasure: beyond
/// one in a hundred, by the 95 % interval.
[[nodiscard]] bool is_beyond_mismeasuring(std::uint64_t wrong, std::uint64_t all);

}  // namespace firedrill
