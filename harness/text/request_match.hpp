#pragma once

#include "harness/spec/request_match.hpp"
#include "harness/text/match.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// The JSON in a body: parsed at the first question, asked often. A body that is no JSON holds no
/// values. `text` outlives it and nests at most as deep as the stack bears.
class JsonBody {
 public:
  explicit JsonBody(const std::string& text);
  ~JsonBody();
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;

  /// The value at a JSON Pointer, as JSON; unset when there is none. @pre check_pointer() accepts
  /// it
  [[nodiscard]] std::optional<std::string> json_at(const std::string& pointer) const;
  /// The same, but of a string its text.
  [[nodiscard]] std::optional<std::string> text_at(const std::string& pointer) const;

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Document;
  const std::string& text_;
  mutable std::unique_ptr<Document> document_;  // once asked
  [[nodiscard]] Document& document() const;
};

/// Tells whether requests are as a spec::RequestMatch demands; patterns are compiled once. A body
/// that is no JSON meets no condition on its JSON. Movable. Thread: one instance per thread.
class RequestMatcher {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;
  /// What the matcher may look at; lookups return unset for what is absent.
  struct View {
    Lookup query;
    Lookup header;
    const std::string* body = nullptr;  ///< Never null.
    const JsonBody* json = nullptr;     ///< Of the body, for its JSON. Never null.
  };

  /// @pre the patterns of `match` compile and its pointers are well formed
  explicit RequestMatcher(const spec::RequestMatch& match);

  [[nodiscard]] bool matches(const View& request) const;

 private:
  using Texts = std::vector<std::pair<std::string, TextMatcher>>;

  Texts query_;
  Texts headers_;
  std::optional<TextMatcher> body_;
  std::optional<ResponseMatcher> json_;  // which looks at nothing but the body
};

}  // namespace firedrill
