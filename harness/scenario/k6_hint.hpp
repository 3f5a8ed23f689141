#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::scenario {

/// For people who come from k6: when `text` is one of k6's thresholds ("p(95)<500") where an
/// expression of ours is wanted, how to say it here. Otherwise nothing.
[[nodiscard]] std::optional<std::string> k6_hint(std::string_view text);

}  // namespace firedrill::scenario
