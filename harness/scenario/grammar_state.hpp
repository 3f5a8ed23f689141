#pragma once

#include "harness/scenario/shape.hpp"

#include <string>
#include <vector>

namespace firedrill::scenario {

// Readings of the system's own state, and the expectations on them.

[[nodiscard]] ShapePtr state_shape();
/// Keys of an expectation, the keys that say which kind it is, and how they go together.
[[nodiscard]] std::vector<Field> state_fields();
[[nodiscard]] std::vector<std::string> state_kinds();
[[nodiscard]] std::vector<Rule> state_rules();

/// Commands of Redis that a reading may use: they only read, and answer with a list.
[[nodiscard]] std::vector<std::string> redis_reading_commands();

}  // namespace firedrill::scenario
