#pragma once

#include <span>
#include <string>
#include <string_view>

namespace firedrill {

/// ASCII only; other bytes stay as they are.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// "a, b or c"
[[nodiscard]] std::string join_or(std::span<const std::string> items);

/// The candidate that `seen` was most likely meant to be, or "" when none is near: at most one edit
/// per three characters, by Damerau-Levenshtein distance (a swap of neighbours is one edit).
[[nodiscard]] std::string near_miss(std::string_view seen, std::span<const std::string> candidates);

/// " (did you mean 'x'?)" or "".
[[nodiscard]] std::string did_you_mean(std::string_view seen,
                                       std::span<const std::string> candidates);

/// RFC 4648 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
/// RFC 3986: everything but unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view bytes);

/// Byte offset of the first malformed UTF-8 sequence (overlong, surrogate and beyond U+10FFFF count
/// as malformed), or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

}  // namespace firedrill
