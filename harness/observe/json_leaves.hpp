#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A scalar of a JSON document.
struct JsonLeaf {
  std::string pointer;  ///< RFC 6901.
  std::string text;     ///< As JSON: `"closed"`, `true`, `12.5`.
  double number = 0;    ///< Of a number.
};

struct JsonLeaves {
  std::vector<JsonLeaf> leaves;  ///< In the order of the document.
  std::uint64_t not_kept = 0;    ///< Beyond the bound, or nested too deeply.
};

/// The scalars of a JSON document, at most `leaves_max` of them; unset when it is no JSON.
[[nodiscard]] std::optional<JsonLeaves> read_json_leaves(std::string_view body,
                                                         std::size_t leaves_max);

}  // namespace firedrill
