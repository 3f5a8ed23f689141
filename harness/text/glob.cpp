#include "harness/text/glob.hpp"

#include <cstddef>

namespace firedrill {

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;  // the last one passed, and what it had swallowed
  std::size_t swallowed = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      swallowed = i;
    } else if (at < pattern.size() && pattern[at] == text[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++swallowed;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

// A star of `narrow` is a character that only a star of `wide` can match.
bool glob_covers(std::string_view wide, std::string_view narrow) {
  return glob_matches(wide, narrow);
}

}  // namespace firedrill
