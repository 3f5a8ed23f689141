#pragma once

#include "mocks/openai/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace firedrill::openai {

/// The body of an answer and what it cost.
struct Embeddings {
  std::string body;
  std::string model;
  std::uint64_t tokens = 0;
};

/// POST /embeddings: a unit vector for each input that depends on the model and the input alone, so
/// that equal texts are equal and others are nearly orthogonal. As base64 of little-endian float32
/// or as numbers.
[[nodiscard]] std::variant<Embeddings, Problem> embed(std::string_view body);

}  // namespace firedrill::openai
