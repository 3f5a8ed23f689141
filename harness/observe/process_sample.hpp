#pragma once

#include "harness/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// What a process, its group and everything below them use up at one moment.
struct ProcessSample {
  std::uint64_t memory_bytes = 0;  ///< Resident; pages that they share count for each.
  double cpu_seconds = 0;          ///< So far, of those that have ended and were waited for, too.
  std::uint64_t threads = 0;
  std::uint64_t processes = 0;
  /// Open files, and those of them that are sockets; unset when we may not look.
  std::optional<std::uint64_t> descriptors;
  std::optional<std::uint64_t> connections;
  std::uint64_t started_ticks = 0;  ///< When the first process began: another one, another value.

  /// By the names that ProbeRecord keeps them under: "memory_bytes", "cpu_seconds", "descriptors",
  /// "connections", "threads", "processes", "started_ticks".
  [[nodiscard]] std::vector<std::pair<std::string, double>> values() const;
};

/// Reads /proc (proc(5)) for `pid`, the members of the process group `pid`, and their descendants.
/// `proc` is where it is mounted. Fails when the process is not there or is a zombie.
[[nodiscard]] Result<ProcessSample> sample_process(const std::string& proc, std::int64_t pid);

/// The number in a file such as /run/app.pid.
[[nodiscard]] Result<std::int64_t> read_pid_file(const std::string& path);

}  // namespace firedrill
