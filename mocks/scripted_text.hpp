#pragma once

#include "harness/base/result.hpp"
#include "harness/text/template.hpp"
#include "mocks/provider.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

/// What a scenario makes a mock say: a template with ${fake.*}, ${request.index} and, of a mock
/// that is asked for words, ${request.model} and ${request.message}. A text that begins with '{' or
/// '[' is JSON: values put into it are escaped as JSON strings. Value type.
class ScriptedText {
 public:
  /// Fails on a malformed template and on a variable that does not exist, with what was meant.
  [[nodiscard]] static Result<ScriptedText> parse(const std::optional<std::string>& text);

  /// What was asked: ${request.model} and ${request.message}.
  struct Asked {
    std::string_view model;
    std::string_view message;
  };
  /// Unset when the scenario scripts nothing.
  [[nodiscard]] std::optional<std::string> render(ProviderContext& context,
                                                  const Asked& asked = {"", ""}) const;

 private:
  std::optional<Template> template_;
};

}  // namespace firedrill
