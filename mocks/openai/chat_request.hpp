#pragma once

#include "mocks/openai/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::openai {

/// The request's tokens as the API would count them, near enough for a mock: four bytes are one.
[[nodiscard]] std::uint64_t tokens_of(std::string_view text);

/// A function that the model is made to call.
struct ForcedTool {
  std::string name;
  std::string parameters;  ///< JSON Schema as text; "{}" when the tool declares none.
};

/// What of a POST /chat/completions decides its answer; validated.
struct ChatRequest {
  enum class Format { text, json_object, json_schema };

  std::string model;
  std::uint32_t n = 1;
  bool stream = false;
  bool include_usage = false;  ///< `stream_options.include_usage`
  std::vector<std::string> stop;
  std::optional<std::uint64_t> max_tokens;  ///< `max_completion_tokens` or the older `max_tokens`.
  Format format = Format::text;
  std::string schema;  ///< For Format::json_schema, as text.
  std::optional<ForcedTool> forced_tool;
  std::uint64_t prompt_tokens = 0;
};

/// Reads a request body; the first thing wrong with it, in the order of the API reference, is the
/// problem. Parameters that the mock does not know are accepted, as newer clients send them.
[[nodiscard]] std::variant<ChatRequest, Problem> parse_chat_request(std::string_view body);

}  // namespace firedrill::openai
