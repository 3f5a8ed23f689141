#pragma once

#include "mocks/openai/problem.hpp"
#include "mocks/openai/prompt.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace firedrill::openai {

/// What of a POST /chat/completions decides its answer; validated.
struct ChatRequest {
  Prompt prompt;
  std::uint32_t n = 1;
  bool stream = false;
  bool include_usage = false;  ///< `stream_options.include_usage`
  bool store = false;
  std::string metadata = "{}";  ///< JSON as text.
  std::string messages = "[]";  ///< As sent, for those that are stored.
};

/// Reads a request body; the first thing wrong with it, in the order of the API reference, is the
/// problem.
[[nodiscard]] std::variant<ChatRequest, Problem> parse_chat_request(std::string_view body);

}  // namespace firedrill::openai
