#pragma once

#include <cstddef>
#include <string_view>

namespace firedrill {

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;  ///< How much of the text it takes; 1 when malformed.
  bool valid = false;
};

/// The first code point of `text`. Overlong forms, surrogates and codes beyond U+10FFFF are
/// malformed; their first byte comes back as `code`. @pre !text.empty()
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace firedrill
