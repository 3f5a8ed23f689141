#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace firedrill {

/// How the correlation ids of all requests of a drill begin, see correlation_id_of(): different
/// from seed to seed, so that an id that comes back is known as one of ours.
[[nodiscard]] inline std::string correlation_prefix(std::uint64_t seed) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "fd-%08x-", static_cast<unsigned>(seed & 0xffffffffU));
  return text.data();
}

}  // namespace firedrill
