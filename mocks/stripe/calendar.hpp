#pragma once

#include <cstdint>
#include <string_view>

namespace firedrill::stripe {

/// `count` times "day", "week", "month" or "year" after `start`, both in Unix seconds, UTC. A month
/// too short for the day ends at its last one.
[[nodiscard]] std::int64_t add_interval(std::int64_t start, std::string_view interval,
                                        std::int64_t count);

}  // namespace firedrill::stripe
