#pragma once

#include "harness/spec/scenario.hpp"

#include <string>

namespace firedrill {

/// What a run would do, for people: requests, peak in flight, samples per expectation, duration,
/// targets, faults and how they are undone. Pure: nothing is started.
[[nodiscard]] std::string plan_text(const spec::Scenario& scenario);

}  // namespace firedrill
