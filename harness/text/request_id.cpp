#include "harness/text/request_id.hpp"

#include <array>
#include <cstdio>

namespace firedrill {

std::string request_id_prefix(std::uint64_t seed) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "fd-%08x-", static_cast<unsigned>(seed & 0xffffffffU));
  return text.data();
}

}  // namespace firedrill
