#pragma once

#include "harness/base/time.hpp"

namespace firedrill {

/// What the one clock that drills measure on says now. Only rooms that do I/O read it; everything
/// pure is handed the time.
[[nodiscard]] inline TimePoint steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace firedrill
