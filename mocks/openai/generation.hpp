#pragma once

#include "harness/aio/http.hpp"
#include "mocks/openai/prompt.hpp"
#include "mocks/openai/script.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::openai {

/// One answer of the model, before it takes the form of any route.
struct Said {
  std::string content;  ///< Empty for a tool call.
  bool calls_tool = false;
  std::string call_id;
  std::string tool;
  std::string arguments;   ///< JSON as text.
  bool cut_short = false;  ///< `max_tokens` was reached.
  std::uint64_t tokens = 0;

  [[nodiscard]] const std::string& text() const { return calls_tool ? arguments : content; }
};

/// Answers a prompt: the scenario's script when it has a line for it, otherwise a short sentence
/// or, where JSON or a call is asked for, a document that conforms. Everything random comes from
/// the context.
[[nodiscard]] Said say(const Prompt& prompt, const Script& script,
                       const std::vector<HttpHeader>& headers, ProviderContext& context);

/// `text` in pieces of about a token each, at most `pieces_max` of them; no character is split.
[[nodiscard]] std::vector<std::string_view> pieces_of(std::string_view text,
                                                      std::size_t pieces_max);

}  // namespace firedrill::openai
