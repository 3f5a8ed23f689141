#include "mocks/openai/completion.hpp"

#include "mocks/ids.hpp"
#include "mocks/openai/models.hpp"

#include <chrono>

namespace firedrill::openai {

Completion complete(const ChatRequest& request, const Script& script,
                    const std::vector<HttpHeader>& headers, ProviderContext& context) {
  Completion completion;
  completion.id = "chatcmpl-" + alnum_id(29, context.rng);
  completion.fingerprint = "fp_" + hex_id(10, context.rng);
  completion.created =
      std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch()).count();
  completion.model = dated_model(request.prompt.model);
  completion.metadata = request.metadata;
  completion.prompt_tokens = request.prompt.tokens;
  for (std::uint32_t i = 0; i < request.n; ++i) {
    completion.choices.push_back(say(request.prompt, script, headers, context));
    completion.completion_tokens += completion.choices.back().tokens;
  }
  return completion;
}

}  // namespace firedrill::openai
