#pragma once

#include "harness/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

struct Token {
  enum class Kind { number, duration, name, text, symbol, end };
  Kind kind = Kind::end;
  std::string text;  ///< Unquoted for Kind::text.
  std::size_t at = 0;
};

/// Splits PromQL; comments are left out. The last token is Kind::end.
[[nodiscard]] Result<std::vector<Token>> tokens_of(std::string_view text);

}  // namespace firedrill::alerts
