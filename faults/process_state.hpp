#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/process/run_state.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace firedrill {

/// True when the kernel says that the process is stopped (state T in /proc/PID/stat).
[[nodiscard]] bool is_stopped(const ProcessId& process);

/// Waits, blocking, up to a second. True when it runs, or is gone.
[[nodiscard]] bool wait_until_running(const ProcessId& process);

/// Processor time that it has used, all its threads together; 0 when it is gone.
[[nodiscard]] Duration processor_time(const ProcessId& process);
/// Bytes of memory that it holds just now, but for files and what others share; 0 when it is gone.
[[nodiscard]] std::uint64_t anonymous_bytes(const ProcessId& process);

/// Every process of a process group.
[[nodiscard]] std::vector<ProcessId> processes_of_group(pid_t group);

/// The process whose pid stands in a file. The error names the file, and what stood in it. We and
/// our parent are refused.
[[nodiscard]] Result<ProcessId> process_of_pid_file(const std::string& path);

}  // namespace firedrill
