#include "mocks/openai/script.hpp"

#include "harness/text/glob.hpp"

#include <algorithm>
#include <string_view>

namespace firedrill::openai {
namespace {

bool may_call(const Prompt& prompt, const std::string& tool) {
  if (prompt.forced_tool) return prompt.forced_tool->name == tool;
  return std::any_of(prompt.tools.begin(), prompt.tools.end(),
                     [&tool](const Tool& offered) { return offered.name == tool; });
}

std::optional<std::string_view> header_of(const std::vector<HttpHeader>& headers,
                                          std::string_view name) {
  const std::string_view value = find_header(headers, name);
  if (value.empty()) return std::nullopt;
  return value;
}

}  // namespace

Result<Script> Script::parse(const spec::Mock& mock) {
  Script script;
  Result<ScriptedText> otherwise = ScriptedText::parse(mock.answer);
  if (!otherwise) return otherwise.error();
  script.otherwise_ = *std::move(otherwise);
  for (const spec::AnswerRule& spec : mock.answers) {
    Result<ScriptedText> text = ScriptedText::parse(spec.answer);
    if (!text) return text.error();
    Rule rule;
    rule.model = spec.model;
    rule.text = *std::move(text);
    rule.tool = spec.tool;
    if (spec.message) rule.message.emplace(*spec.message);
    for (const spec::HeaderMatch& header : spec.headers) {
      rule.headers.emplace_back(header.name, TextMatcher{header.value});
    }
    script.rules_.push_back(std::move(rule));
  }
  return script;
}

bool Script::fits(const Rule& rule, const Prompt& prompt, const std::vector<HttpHeader>& headers) {
  if (rule.tool ? !may_call(prompt, *rule.tool) : prompt.forced_tool.has_value()) return false;
  if (rule.model && !glob_matches(*rule.model, prompt.model)) return false;
  if (rule.message && !rule.message->matches(prompt.message)) return false;
  return std::all_of(rule.headers.begin(), rule.headers.end(), [&headers](const auto& header) {
    return header.second.matches(header_of(headers, header.first));
  });
}

std::optional<Script::Line> Script::line_for(const Prompt& prompt,
                                             const std::vector<HttpHeader>& headers,
                                             ProviderContext& context) const {
  const ScriptedText::Asked asked{.model = prompt.model, .message = prompt.message};
  for (const Rule& rule : rules_) {
    if (!fits(rule, prompt, headers)) continue;
    return Line{rule.text.render(context, asked).value_or(""), rule.tool};
  }
  if (prompt.forced_tool) return std::nullopt;
  auto text = otherwise_.render(context, asked);
  if (!text) return std::nullopt;
  return Line{*std::move(text), std::nullopt};
}

}  // namespace firedrill::openai
