#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

/// Why a wish was not granted, in HTTP's and in words.
struct Refusal {
  int status = 400;
  std::string message;
};
/// Nothing when all went well.
using Refused = std::optional<Refusal>;

/// A field of a body that cannot be what it is.
[[nodiscard]] inline Refusal misfit(std::string_view name, std::string_view must_be) {
  return {400, "bad request body: " + std::string{name} + " must be " + std::string{must_be}};
}

}  // namespace firedrill
