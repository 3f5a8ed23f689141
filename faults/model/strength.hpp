#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"
#include "harness/spec/wire_fault.hpp"

#include <cstdint>

namespace firedrill {

// What becomes of a fault that is weaker than its scenario says, because it is ramped. Strength
// goes from 0, nothing at all, to 1. What delays delays less; what limits has a limit that is so
// many times as high; anything else hits a smaller share. Pure.

/// Of a time that is `whole` at full strength. @pre 0 <= strength <= 1, here and below
[[nodiscard]] Duration weakened(Duration whole, double strength);
/// A limit that is `limit` at full strength: twice as high at half of it. UINT64_MAX for none.
[[nodiscard]] std::uint64_t loosened(std::uint64_t limit, double strength);
/// Of `count` things at full strength: at least one, unless the strength is 0.
[[nodiscard]] std::uint64_t part_of(std::uint64_t count, double strength);

/// A fault of bytes and connections. At 0 it is one of no connection.
/// @pre not spec::ProxyDown, which is for all connections or for none
[[nodiscard]] spec::ProxyFault weakened(const spec::ProxyFault& fault, double strength);

/// Whether a fault of requests does nothing but slow them down: then it is weaker by delaying less,
/// and otherwise by hitting fewer of them.
[[nodiscard]] bool only_slows(const spec::WireFault& fault);

}  // namespace firedrill
