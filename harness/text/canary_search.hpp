#pragma once

#include "harness/spec/privacy.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// How a canary was written where it was found.
enum class CanaryForm : std::uint8_t {
  plain,
  escaped,  ///< Percent-encoded, or with the escapes of JSON; also one in the other.
  base64,   ///< Standard or of URLs, at any of the three alignments.
};
[[nodiscard]] std::string_view name_of(CanaryForm form);

struct CanaryFind {
  spec::CanaryKind kind = spec::CanaryKind::name;
  std::string value;  ///< As canary_value() has it. Not for results: it is what must not leak.
  CanaryForm form = CanaryForm::plain;
  std::string excerpt;  ///< What stands before it and tells the place; no digit, no canary.
  friend bool operator==(const CanaryFind&, const CanaryFind&) = default;
};

struct CanaryFinds {
  std::vector<CanaryFind> finds;  ///< Each value once, in the order of forms and of places.
  std::uint64_t not_kept = 0;     ///< Beyond kCanaryFindsMax.
  std::uint64_t not_read = 0;     ///< Bytes beyond kCanaryTextMax.
};

inline constexpr std::size_t kCanaryFindsMax = 256;        ///< Of one text.
inline constexpr std::size_t kCanaryTextMax = 16'777'216;  ///< Bytes of one text.

/// Every canary in a text: a line of a log, an answer, a request. Words in any case; numbers with
/// blanks, dashes, dots, slashes and brackets between their groups, the telephone number with and
/// without country code. Plain, with percent escapes ("%7a", "%7A", twice too), with the escapes of
/// JSON ("\u007a", "\/", twice too), in base64 of both alphabets, with line breaks too.
///
/// Time is linear in the text. What is found is a number or a word of the right form; whether
/// somebody of the drill has it is for the caller to see. A text that is cut in pieces must be
/// joined before.
[[nodiscard]] CanaryFinds search_canaries(std::string_view text);

/// Proves in the program that runs that the search finds what it must: each kind of canary of a
/// made-up person, in each form. Returns those that it missed, "ssn as base64"; empty is as it
/// should be.
[[nodiscard]] std::vector<std::string> missed_by_canary_search();

}  // namespace firedrill
