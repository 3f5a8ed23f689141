#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

enum class BreakerState : std::uint8_t { closed, half_open, open };

/// "closed", "OPEN", "halfOpen", "HALF_OPEN", "forced_open"; unset for any other word.
[[nodiscard]] std::optional<BreakerState> breaker_state_of(std::string_view word);
[[nodiscard]] const char* name_of(BreakerState state);

/// What the system said of a breaker at one poll.
struct Statement {
  Offset asked{0};
  Offset at{0};
  BreakerState state = BreakerState::closed;
};

/// One place where the system tells the state of a breaker, and all that it said there.
struct BreakerWitness {
  std::string probe;
  std::string where;  ///< A JSON Pointer or a series.
  std::vector<Statement> statements;
  std::string unusable;  ///< Why it says nothing, as a sentence; "" when it does.
};

/// Every probe that should know the breaker of `mock`: those of breakers, and those of metrics that
/// have a series for it.
[[nodiscard]] std::vector<BreakerWitness> breaker_witnesses(const spec::Scenario& scenario,
                                                            const RunResult& result,
                                                            const std::string& mock);

}  // namespace firedrill
