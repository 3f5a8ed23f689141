#include "mocks/scripted_text.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/fake.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace firedrill {
namespace {

constexpr std::string_view kFake = "fake.";
constexpr std::string_view kIndex = "request.index";
constexpr std::string_view kModel = "request.model";
constexpr std::string_view kMessage = "request.message";

std::vector<std::string> variable_names() {
  std::vector<std::string> names;
  for (const std::string& name : fake_names()) names.push_back(std::string{kFake} + name);
  for (const std::string_view name : {kIndex, kModel, kMessage}) names.emplace_back(name);
  return names;
}

}  // namespace

Result<ScriptedText> ScriptedText::parse(const std::optional<std::string>& text) {
  ScriptedText scripted;
  if (!text) return scripted;
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && ((*text)[first] == '{' || (*text)[first] == '[');
  Result<Template> parsed = Template::parse(*text, json ? Escape::json : Escape::none);
  if (!parsed) return Error{"answer: " + parsed.error().message};
  const std::vector<std::string> known = variable_names();
  for (const std::string& name : parsed->variables()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return Error{"answer: unknown variable '" + name + "'" + did_you_mean(name, known) +
                 "; a mock's answer knows " + join_or(known)};
  }
  scripted.template_ = *std::move(parsed);
  return scripted;
}

std::optional<std::string> ScriptedText::render(ProviderContext& context,
                                                const Asked& asked) const {
  if (!template_) return std::nullopt;
  return template_->render([&](std::string_view name) {
    if (name == kIndex) return std::to_string(context.number);
    if (name == kModel) return std::string{asked.model};
    if (name == kMessage) return std::string{asked.message};
    return fake_value(name.substr(kFake.size()), context.rng);
  });
}

}  // namespace firedrill
