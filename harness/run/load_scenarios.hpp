#pragma once

#include "harness/run/verbs.hpp"
#include "harness/spec/scenario.hpp"

#include <optional>
#include <vector>

namespace firedrill {

inline constexpr int kInvalidExitCode = 104;

/// Loads and checks all files; prints every problem on stderr. Unset when there was any.
[[nodiscard]] std::optional<std::vector<spec::Scenario>> load_scenarios(
    const ScenarioArguments& arguments);

}  // namespace firedrill
