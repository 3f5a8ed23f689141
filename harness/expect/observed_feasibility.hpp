#pragma once

#include "harness/expect/feasibility_window.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Why no run could decide an expectation on probes, logs or ledgers, and what to change; unset
/// when one could, and for every other kind.
[[nodiscard]] std::optional<std::string> check_observed(const spec::Scenario& scenario,
                                                        const spec::Expectation& expectation,
                                                        const std::vector<PlannedSpan>& spans);

/// How often the probe that an expectation is about will be asked in its phases; unset when it is
/// not about one.
[[nodiscard]] std::optional<std::uint64_t> expected_polls(const spec::Scenario& scenario,
                                                          const spec::Expectation& expectation);

}  // namespace firedrill
