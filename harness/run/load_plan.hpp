#pragma once

#include "harness/base/time.hpp"
#include "harness/load/worker.hpp"
#include "harness/spec/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// The phases of a scenario with their places on its timeline.
[[nodiscard]] std::vector<PhaseSpan> spans_of(const spec::Scenario& scenario);

/// What the load is to do for a scenario: its streams with what the expectations count, its
/// feeders, its clock. Callbacks, constants and the sources of webhooks are the caller's to add.
[[nodiscard]] LoadWorker::Options load_plan_of(const spec::Scenario& scenario, TimeOrigin origin,
                                               std::string system_url, std::uint64_t seed);

/// Threads for its load: what the rates ask for, less one core for the mocks and one for a system
/// that runs here too.
[[nodiscard]] unsigned workers_wanted(const spec::Scenario& scenario);

}  // namespace firedrill
