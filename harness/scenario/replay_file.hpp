#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenario {

/// Recorded arrival times, one a line: seconds, with or without a fraction, on any clock (0.125,
/// 1763964134.5), alone or as the first field of a line with commas. Empty lines and those that
/// begin with '#' are passed over. The result is ascending and counts from the earliest.
///
/// The error names the first line that is none. At most 32 MiB and 1,000,000 arrivals.
[[nodiscard]] Result<std::vector<Offset>> read_replay_file(const std::string& path);

/// The same for text in memory.
[[nodiscard]] Result<std::vector<Offset>> parse_replay(std::string_view text,
                                                       const std::string& name);

}  // namespace firedrill::scenario
