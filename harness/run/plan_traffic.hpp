#pragma once

#include "harness/spec/scenario.hpp"

#include <string>

namespace firedrill {

/// The traffic of a drill in the words of `firedrill plan`: who sends what, how much of it in each
/// phase, and what follows what.
[[nodiscard]] std::string traffic_text(const spec::Scenario& scenario);

}  // namespace firedrill
