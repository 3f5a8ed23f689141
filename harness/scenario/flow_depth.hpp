#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace firedrill::scenario {

inline constexpr std::string_view kTooDeep = "nested deeper than 64 levels, the most accepted";

/// Where brackets in `text` first nest deeper than `depth_max`, found before any parser sees it:
/// yaml-cpp queues a token of some 150 bytes for each bracket of a line before its first event.
///
/// Knows quotes, comments and block texts well enough not to refuse a sane file. It need not be
/// exact: what it misses, the parser's own limits catch.
[[nodiscard]] std::optional<std::size_t> find_flow_too_deep(std::string_view text,
                                                            std::size_t depth_max);

}  // namespace firedrill::scenario
