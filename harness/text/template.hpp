#pragma once

#include "harness/base/result.hpp"
#include "harness/base/rng.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// How a value is written into the text around it.
enum class Escape {
  none,
  json,    ///< As the inside of a JSON string.
  header,  ///< Control characters become blanks, so that no value can begin another header.
  url,     ///< Percent-encoded with the text around it, as in a query (RFC 3986).
  path,    ///< Percent-encoded where a URL cannot hold it; '/', '?', '&' and the like stay.
};

/// Text with `${name}` variables, parsed once and rendered many times. `$${` is a literal `${`.
///
/// Names are dotted: "fake.phone_e164", "mocks.openai.url", "request.index". What they mean is up
/// to the lookup that render() is given; text with none renders without any lookup. Value type;
/// rendering is const and may be shared between threads.
class Template {
 public:
  /// Fails on an unclosed or empty `${`, with the column inside `text` in the message.
  [[nodiscard]] static Result<Template> parse(std::string_view text, Escape escape = Escape::none);

  using Lookup = std::function<std::string(std::string_view name)>;

  /// Appends the rendered text to `out`.
  void render(const Lookup& lookup, std::string& out) const;
  [[nodiscard]] std::string render(const Lookup& lookup) const;

  /// Every variable, in order, repeats included.
  [[nodiscard]] std::vector<std::string> variables() const;
  [[nodiscard]] bool constant() const;

 private:
  struct Part {
    std::string literal;   // before the variable
    std::string variable;  // "" for the last part
  };
  std::vector<Part> parts_;
  Escape escape_ = Escape::none;
};

/// As Escape::url does it.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// `text` with every `${` made literal, so that a value put into a template stays what it is.
[[nodiscard]] std::string escape_template(std::string_view text);

}  // namespace firedrill
