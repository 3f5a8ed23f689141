#pragma once

#include "harness/metrics/run_result.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>

namespace firedrill {

/// The result of a drill before anything has happened: what it is about, its phases as planned, and
/// the faults to come.
[[nodiscard]] RunResult fresh_result(const spec::Scenario& scenario, std::uint64_t seed);

}  // namespace firedrill
