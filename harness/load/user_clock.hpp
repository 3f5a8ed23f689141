#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/traffic.hpp"

#include <cstdint>
#include <optional>

namespace firedrill {

/// How many users there are at `at`: the line of spec::Users, rounded down. Pure.
[[nodiscard]] std::uint32_t users_at(const spec::Users& users, Offset at);

/// When user `number` (from 0) begins; nothing for one that there never is. When users become
/// fewer, the last to come are the first to go.
[[nodiscard]] std::optional<Offset> user_begins(const spec::Users& users, std::uint32_t number);

}  // namespace firedrill
