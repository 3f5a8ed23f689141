#pragma once

#include "harness/aio/http.hpp"
#include "mocks/openai/chat_request.hpp"
#include "mocks/openai/generation.hpp"
#include "mocks/openai/pace.hpp"
#include "mocks/openai/script.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::openai {

/// What the model "said", before it takes the form of a body or a stream.
struct Completion {
  std::string id;
  std::int64_t created = 0;  ///< Unix seconds.
  std::string model;
  std::string fingerprint;
  std::string metadata = "{}";
  std::vector<Said> choices;
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
};

/// Answers a request. Ids and texts come from the context's randomness.
[[nodiscard]] Completion complete(const ChatRequest& request, const Script& script,
                                  const std::vector<HttpHeader>& headers, ProviderContext& context);

/// The JSON body of a plain answer; `stored` ones show their metadata.
[[nodiscard]] std::string to_body(const Completion& completion, bool stored);

/// The server-sent events of a streamed answer, `[DONE]` included, one event a chunk, as fast as
/// the pace says.
[[nodiscard]] std::vector<HttpChunk> to_stream(const Completion& completion, bool include_usage,
                                               const Pace& pace);

}  // namespace firedrill::openai
