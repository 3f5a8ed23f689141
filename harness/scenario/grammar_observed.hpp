#pragma once

#include "harness/scenario/shape.hpp"

#include <string>
#include <vector>

namespace firedrill::scenario {

// Probes, and the expectations on what they, the log and the ledgers saw.

[[nodiscard]] ShapePtr probes_shape();
/// Keys of an expectation beside those of grammar_expect.cpp, the keys that say which kind it is,
/// and how they go together.
[[nodiscard]] std::vector<Field> observed_fields();
[[nodiscard]] std::vector<std::string> observed_kinds();
[[nodiscard]] std::vector<Rule> observed_rules();

}  // namespace firedrill::scenario
