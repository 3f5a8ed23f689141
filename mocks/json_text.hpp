#pragma once

#include "harness/text/json_depth.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// JSON at the edge to callers: nothing that they send may throw, recurse deeply or be echoed as
// broken UTF-8. Templates on the library's document types, so that this header needs no library.

/// Unset for text that is not JSON, nested too deeply or not UTF-8.
template <typename Json>
[[nodiscard]] std::optional<Json> parse_json(std::string_view text) {
  if (nests_too_deeply(text)) return std::nullopt;
  Json parsed = Json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return std::nullopt;
  return parsed;
}

/// Compact text; malformed UTF-8 inside strings is replaced by U+FFFD.
template <typename Json>
[[nodiscard]] std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace firedrill
