#pragma once

#include "harness/base/rng.hpp"

#include <cstddef>
#include <string>

namespace firedrill {

// What provider ids are made of.

/// `length` of 0-9a-f.
[[nodiscard]] std::string hex_id(std::size_t length, Rng& rng);
/// `length` of 0-9A-Za-z.
[[nodiscard]] std::string alnum_id(std::size_t length, Rng& rng);

}  // namespace firedrill
