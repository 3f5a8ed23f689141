#pragma once

#include "harness/base/result.hpp"

#include <string_view>

namespace firedrill::scenario {

/// A parser of the form `Result<T>(string_view)` as a mere check, for a TextShape.
template <auto parse>
Result<void> parses(std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? Result<void>{} : Result<void>{parsed.error()};
}

}  // namespace firedrill::scenario
