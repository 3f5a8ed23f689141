#pragma once

#include "harness/spec/scenario.hpp"

#include <optional>
#include <string>

namespace firedrill {

/// Why no run could decide a breaker expectation, and what to change; unset when one could.
[[nodiscard]] std::optional<std::string> check_breaker(const spec::Scenario& scenario,
                                                       const spec::Expectation& expectation,
                                                       const spec::BreakerExpectation& breaker);

}  // namespace firedrill
