#pragma once

#include "harness/base/result.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace firedrill {

/// Where the private server `name` of a run keeps its data:
/// "/tmp/firedrill-1763964134500-4711-postgres".
[[nodiscard]] std::string service_folder(const std::string& run_id, const std::string& name);

/// Processes whose working folder is `folder` or lies below it, as far as this user may see. A
/// PostgreSQL server and all its workers work in their data folder.
[[nodiscard]] std::vector<pid_t> processes_in(const std::string& folder);

/// Ends all of them (first as PostgreSQL wants to be ended at once, then with SIGKILL), gives back
/// the shared memory that a killed PostgreSQL leaves behind, and removes the folder. Harmless when
/// there is none. Blocks, for at most 4 s. The error says what to do by hand.
[[nodiscard]] Result<void> remove_service_folder(const std::string& folder);

}  // namespace firedrill
