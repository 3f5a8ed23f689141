#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Text as reports need it: free of control characters, measured in terminal columns, numbers that
// people read at a glance. Pure.

/// `text` without ANSI escape sequences, with every other control character (but \n and \t) and
/// every malformed or non-character UTF-8 sequence replaced by U+FFFD. What is left is safe to
/// print on a terminal and legal in XML 1.0.
[[nodiscard]] std::string plain_text(std::string_view text);

/// `text` with each run of blanks and line breaks made one space, none at the ends.
[[nodiscard]] std::string one_line(std::string_view text);

/// Columns that `text` takes on a terminal: 0 for combining marks and ANSI escape sequences, 2 for
/// wide East Asian characters and emoji, else 1. @pre valid UTF-8
[[nodiscard]] std::size_t display_width(std::string_view text);

/// At most `width` columns of `text`; what is cut off shows as "…". Not for text with ANSI
/// sequences.
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);

/// `text` and as many spaces as make it `width` columns; never cuts.
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at blanks; a longer word is cut. At least one line.
/// @pre width > 0
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` with every non-ASCII character replaced by ASCII that takes as many columns: "µ" is "u"
/// (only "≤", "≥" and "±" grow by one).
[[nodiscard]] std::string to_ascii(std::string_view text);

[[nodiscard]] std::string repeat(std::string_view text, std::size_t times);

/// "1,234,567"
[[nodiscard]] std::string with_thousands(std::uint64_t count);
/// "1 request", "1,234 requests"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular,
                                  std::string_view plural);
/// "0 %", "0.12 %", "99.98 %": never rounds up to 100 % nor down to 0 %.
[[nodiscard]] std::string percent(double share);
/// "199.8/s", "2,400/s", "0.5/s"
[[nodiscard]] std::string per_second(double rate);
/// "+5.12 s", "-0.30 s": an offset to the hundredth, for timelines.
[[nodiscard]] std::string at_text(Offset offset);
/// "12.0 s", "1 s", "2 m 30 s": a length, without a fraction where it has none.
[[nodiscard]] std::string length_text(Duration length);
/// "breaker open" for "breaker_open".
[[nodiscard]] std::string in_words(std::string_view snake_case_name);

}  // namespace firedrill
