#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// How one thread of the load generator fared.
struct ThreadHealth {
  double cpu_share = 0;               ///< Of one core, over its whole life; 0..1.
  double cpu_share_max = 0;           ///< Of the busiest 100 ms.
  std::uint64_t stalls = 0;           ///< Turns of its loop that came more than kStallLimit late.
  Duration longest_stall{0};          ///< How late the latest came, stall or not.
  std::uint64_t connections_max = 0;  ///< Open at once.
  friend bool operator==(const ThreadHealth&, const ThreadHealth&) = default;
};

/// A turn of the loop this late is a stall: what was due in it was sent late by us.
inline constexpr Duration kStallLimit = std::chrono::milliseconds{10};

/// What the machine lets a process open.
struct OpenLimits {
  std::uint64_t descriptors = 0;  ///< Soft limit of the process; 0 when not known.
  std::uint64_t ports = 0;        ///< Local ports for connections to one address; 0 when not known.
  friend bool operator==(const OpenLimits&, const OpenLimits&) = default;
};

/// How the generator as a whole fared: whether its numbers can be believed.
struct GeneratorRecord {
  std::vector<ThreadHealth> threads;
  OpenLimits limits;
  std::uint64_t share_index = 0;  ///< Of the schedules, 0-based: `--shard`.
  std::uint64_t share_count = 1;
  friend bool operator==(const GeneratorRecord&, const GeneratorRecord&) = default;
};

/// The generator in one second, for the live view.
struct GeneratorSecond {
  double cpu_share = 0;             ///< Of the busiest thread; 0..1 of one core.
  std::optional<Duration> lag_p99;  ///< Sent minus due; unset when nothing was sent.
  Duration longest_stall{0};
  std::uint64_t connections = 0;  ///< Open now, of all threads.
};

}  // namespace firedrill
