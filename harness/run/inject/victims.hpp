#pragma once

#include "harness/base/result.hpp"
#include "harness/process/run_state.hpp"
#include "harness/run/system_under_drill.hpp"
#include "harness/spec/process_fault.hpp"

#include <vector>

namespace firedrill {

/// The processes that a fault is about: all of the system's, or the one of its pid file. The error
/// says why there is none.
[[nodiscard]] Result<std::vector<ProcessId>> victims_of(const spec::ProcessFault& fault,
                                                        const SystemUnderDrill& system);

}  // namespace firedrill
