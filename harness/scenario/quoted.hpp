#pragma once

#include <string>
#include <string_view>

namespace firedrill::scenario {

/// A value as problems show it: 'so'.
[[nodiscard]] inline std::string quoted(std::string_view text) {
  return "'" + std::string{text} + "'";
}

}  // namespace firedrill::scenario
