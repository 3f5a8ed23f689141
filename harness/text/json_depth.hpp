#pragma once

#include <cstddef>
#include <string_view>

namespace firedrill {

/// Nesting beyond this is refused: the parsers and printers of JSON recurse.
inline constexpr std::size_t kJsonDepthMax = 200;

/// True when arrays and objects in `text` nest deeper than kJsonDepthMax. `text` need not be JSON.
[[nodiscard]] bool nests_too_deeply(std::string_view text);

}  // namespace firedrill
