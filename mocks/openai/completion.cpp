#include "mocks/openai/completion.hpp"

#include "harness/text/fake.hpp"
#include "mocks/ids.hpp"
#include "mocks/openai/models.hpp"
#include "mocks/schema_sample.hpp"

#include <algorithm>
#include <chrono>

namespace firedrill::openai {
namespace {

constexpr std::size_t kBytesPerToken = 4;

std::string default_text(const ChatRequest& request, Rng& rng) {
  if (request.format == ChatRequest::Format::json_schema) return sample_json(request.schema, rng);
  std::string sentence = fake_value("sentence", rng) + ".";
  if (request.format == ChatRequest::Format::text) return sentence;
  return R"({"ok":true,"answer":")" + sentence + R"("})";  // fake sentences need no escaping
}

/// Ends `text` before the first stop sequence.
void cut_at_stop(std::string& text, const std::vector<std::string>& stops) {
  std::size_t first = std::string::npos;
  for (const std::string& stop : stops) {
    if (!stop.empty()) first = std::min(first, text.find(stop));
  }
  if (first != std::string::npos) text.resize(first);
}

/// True when `text` was longer than `tokens` allow; it is cut between characters.
bool cut_at_length(std::string& text, std::uint64_t tokens) {
  if (tokens_of(text) <= tokens) return false;
  std::size_t end = static_cast<std::size_t>(tokens) * kBytesPerToken;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return true;
}

Choice choose(const ChatRequest& request, const ScriptedText& script, ProviderContext& context) {
  Choice choice;
  choice.finish_reason = "stop";
  std::string& text = request.forced_tool ? choice.arguments : choice.content;
  if (request.forced_tool) {
    choice.calls_tool = true;
    choice.finish_reason = "tool_calls";
    choice.call_id = "call_" + alnum_id(24, context.rng);
    choice.tool = request.forced_tool->name;
    text = sample_json(request.forced_tool->parameters, context.rng);
  } else {
    const auto scripted = script.render(context);
    text = scripted ? *scripted : default_text(request, context.rng);
    cut_at_stop(text, request.stop);
  }
  if (request.max_tokens && cut_at_length(text, *request.max_tokens)) {
    choice.finish_reason = "length";
  }
  choice.tokens = tokens_of(text);
  return choice;
}

}  // namespace

Completion complete(const ChatRequest& request, const ScriptedText& script,
                    ProviderContext& context) {
  Completion completion;
  completion.id = "chatcmpl-" + alnum_id(29, context.rng);
  completion.fingerprint = "fp_" + hex_id(10, context.rng);
  completion.created =
      std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch()).count();
  completion.model = dated_model(request.model);
  completion.prompt_tokens = request.prompt_tokens;
  for (std::uint32_t i = 0; i < request.n; ++i) {
    completion.choices.push_back(choose(request, script, context));
    completion.completion_tokens += completion.choices.back().tokens;
  }
  return completion;
}

}  // namespace firedrill::openai
