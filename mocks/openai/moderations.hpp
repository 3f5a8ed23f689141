#pragma once

#include "harness/base/rng.hpp"
#include "mocks/openai/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace firedrill::openai {

/// The body of an answer and what it cost.
struct Moderation {
  std::string body;
  std::uint64_t tokens = 0;
};

/// POST /moderations: flags by words ("kill", "suicide", …) in the order of the API's categories.
/// The scores of what is not flagged are small and depend on the text alone. Images are never
/// flagged.
[[nodiscard]] std::variant<Moderation, Problem> moderate(std::string_view body, Rng& rng);

}  // namespace firedrill::openai
