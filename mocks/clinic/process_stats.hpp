#pragma once

#include <cstdint>

namespace firedrill::clinic {

/// What this process uses of the machine.
struct ProcessStats {
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_fds = 0;  ///< 0: none was left to count them with.
  double cpu_seconds = 0;      ///< User and system, all threads.
};

/// Reads /proc and getrusage(): some microseconds.
[[nodiscard]] ProcessStats read_process_stats();

}  // namespace firedrill::clinic
