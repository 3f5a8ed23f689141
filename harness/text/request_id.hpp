#pragma once

#include <cstdint>
#include <string>

namespace firedrill {

/// What the id of every request of a drill with that seed begins with, before the name of its
/// stream: those who read a ledger know by it whose calls they see.
[[nodiscard]] std::string request_id_prefix(std::uint64_t seed);

}  // namespace firedrill
