#include "mocks/openai/generation.hpp"

#include "harness/text/fake.hpp"
#include "mocks/ids.hpp"
#include "mocks/schema_sample.hpp"

#include <algorithm>

namespace firedrill::openai {
namespace {

constexpr std::size_t kBytesPerToken = 4;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string default_text(const Prompt& prompt, Rng& rng) {
  if (prompt.format == Prompt::Format::json_schema) return sample_json(prompt.schema, rng);
  std::string sentence = fake_value("sentence", rng) + ".";
  if (prompt.format == Prompt::Format::text) return sentence;
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
  while (end > 0 && continues_character(text[end])) --end;
  text.resize(end);
  return true;
}

Said call(std::string tool, std::string arguments, Rng& rng) {
  Said said;
  said.calls_tool = true;
  said.call_id = "call_" + alnum_id(24, rng);
  said.tool = std::move(tool);
  said.arguments = std::move(arguments);
  return said;
}

}  // namespace

Said say(const Prompt& prompt, const Script& script, const std::vector<HttpHeader>& headers,
         ProviderContext& context) {
  Said said;
  auto line = script.line_for(prompt, headers, context);
  if (line && line->tool) {
    said = call(*line->tool, std::move(line->text), context.rng);
  } else if (prompt.forced_tool) {
    said = call(prompt.forced_tool->name, "", context.rng);
    said.arguments = sample_json(prompt.forced_tool->parameters, context.rng);
  } else {
    said.content = line ? std::move(line->text) : default_text(prompt, context.rng);
    cut_at_stop(said.content, prompt.stop);
  }
  std::string& text = said.calls_tool ? said.arguments : said.content;
  said.cut_short = prompt.max_tokens && cut_at_length(text, *prompt.max_tokens);
  said.tokens = tokens_of(text);
  return said;
}

std::vector<std::string_view> pieces_of(std::string_view text, std::size_t pieces_max) {
  const std::size_t length = std::max(kBytesPerToken, text.size() / pieces_max);
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t end = std::min(length, text.size());
    while (end < text.size() && continues_character(text[end])) ++end;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

}  // namespace firedrill::openai
