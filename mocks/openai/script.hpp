#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "harness/text/match.hpp"
#include "mocks/openai/prompt.hpp"
#include "mocks/provider.hpp"
#include "mocks/scripted_text.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::openai {

/// What a scenario makes the model say: its rules in order, then the answer for everything else.
/// Movable. Not thread-safe.
class Script {
 public:
  /// Fails on a malformed template and on a variable that does not exist.
  [[nodiscard]] static Result<Script> parse(const spec::Mock& mock);

  struct Line {
    std::string text;                 ///< What is said, or the arguments of the call.
    std::optional<std::string> tool;  ///< The function that is called with them.
  };
  /// The first that fits; unset when the scenario has nothing for this request. A rule that calls a
  /// tool fits only where that tool may be called, and where a call is forced only such rules fit.
  [[nodiscard]] std::optional<Line> line_for(const Prompt& prompt,
                                             const std::vector<HttpHeader>& headers,
                                             ProviderContext& context) const;

 private:
  struct Rule {
    std::optional<std::string> model;
    std::optional<TextMatcher> message;
    std::vector<std::pair<std::string, TextMatcher>> headers;
    ScriptedText text;
    std::optional<std::string> tool;
  };
  [[nodiscard]] static bool fits(const Rule& rule, const Prompt& prompt,
                                 const std::vector<HttpHeader>& headers);

  std::vector<Rule> rules_;
  ScriptedText otherwise_;
};

}  // namespace firedrill::openai
