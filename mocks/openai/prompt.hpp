#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::openai {

/// Tokens as the API would count them, near enough for a mock: four bytes are one.
[[nodiscard]] constexpr std::uint64_t tokens_of(std::string_view text) {
  return (text.size() + 3) / 4;
}

/// What every message and every reply costs beyond its text.
inline constexpr std::uint64_t kTokensPerMessage = 3;
inline constexpr std::uint64_t kTokensPerReply = 3;
inline constexpr std::uint64_t kTokensPerImage = 85;

/// A function that the model may call.
struct Tool {
  std::string name;
  std::string parameters;  ///< JSON Schema as text; "{}" when the tool declares none.
};

/// What the model is asked for, whichever route it came by: chat completions or responses.
struct Prompt {
  enum class Format { text, json_object, json_schema };

  std::string model;
  std::string message;  ///< The text of the user's last message.
  std::uint64_t tokens = 0;
  Format format = Format::text;
  std::string schema;                       ///< For Format::json_schema, as text.
  std::vector<Tool> tools;                  ///< Those that may be called: none for `none`.
  std::optional<Tool> forced_tool;          ///< The one that must be called.
  std::vector<std::string> stop;            ///< Ends the text before any of them.
  std::optional<std::uint64_t> max_tokens;  ///< Of the answer.
};

}  // namespace firedrill::openai
