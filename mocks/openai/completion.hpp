#pragma once

#include "harness/aio/http.hpp"
#include "mocks/openai/chat_request.hpp"
#include "mocks/provider.hpp"
#include "mocks/scripted_text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::openai {

/// One of the `n` answers.
struct Choice {
  std::string content;  ///< Empty for a tool call.
  bool calls_tool = false;
  std::string call_id;
  std::string tool;
  std::string arguments;  ///< JSON as text.
  std::string finish_reason;
  std::uint64_t tokens = 0;
};

/// What the model "said", before it takes the form of a body or a stream.
struct Completion {
  std::string id;
  std::int64_t created = 0;  ///< Unix seconds.
  std::string model;
  std::string fingerprint;
  std::vector<Choice> choices;
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};

/// Answers a request: the scenario's script when there is one, otherwise a short sentence or, where
/// JSON is asked for, a document that conforms. Ids and texts come from the context's randomness.
[[nodiscard]] Completion complete(const ChatRequest& request, const ScriptedText& script,
                                  ProviderContext& context);

/// The JSON body of a plain answer.
[[nodiscard]] std::string to_body(const Completion& completion);

/// The server-sent events of a streamed answer, `[DONE]` included, one event a chunk.
[[nodiscard]] std::vector<HttpChunk> to_stream(const Completion& completion, bool include_usage);

}  // namespace firedrill::openai
