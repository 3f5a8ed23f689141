#pragma once

#include <string_view>

namespace firedrill {

/// Whether the whole `text` is as `pattern` says, in which '*' stands for any characters or none.
/// There is nothing else to it: no '?', no escapes. Linear in practice, never worse than the
/// product of the two lengths.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

/// Whether whatever `narrow` matches is matched by `wide` as well, for sure: false may be cautious.
[[nodiscard]] bool glob_covers(std::string_view wide, std::string_view narrow);

}  // namespace firedrill
