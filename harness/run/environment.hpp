#pragma once

#include <string>

#include "harness/metrics/run_result.hpp"

namespace firedrill {

/// Of this build, from the project.
inline constexpr const char* kVersion = FIREDRILL_VERSION;

/// What this machine is, for the result.
[[nodiscard]] Environment this_environment();

/// Path of the running binary. Empty when the system does not tell.
[[nodiscard]] std::string own_executable();

/// A seed nobody chose.
[[nodiscard]] std::uint64_t fresh_seed();

}  // namespace firedrill
