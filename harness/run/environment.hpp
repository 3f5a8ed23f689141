#pragma once

#include "harness/metrics/run_result.hpp"

#include <string>

namespace firedrill {

/// Of this build: "0.1.0".
[[nodiscard]] const char* version();

/// What this machine is, for the result.
[[nodiscard]] Environment this_environment();

/// Path of the running binary. Empty when the system does not tell.
[[nodiscard]] std::string own_executable();

/// Unique among the runs of this machine: when, and by whom.
[[nodiscard]] std::string fresh_run_id();

/// Unique among the runs of this machine: when, and by whom.
[[nodiscard]] std::string new_run_id();

/// A seed nobody chose.
[[nodiscard]] std::uint64_t fresh_seed();

}  // namespace firedrill
