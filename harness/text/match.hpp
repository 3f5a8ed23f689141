#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/match.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

/// Tells whether responses are as a spec::ResponseMatch demands; patterns are compiled once.
/// Not copyable, movable. Thread: one instance per thread.
class ResponseMatcher {
 public:
  /// What the matcher may look at. `header` returns "" for an absent header.
  struct View {
    int status = 0;
    const std::string* body = nullptr;
    std::string_view (*header)(const void* context, std::string_view name) = nullptr;
    const void* context = nullptr;
  };

  /// @pre the patterns of `match` compile (see check_pattern)
  explicit ResponseMatcher(const spec::ResponseMatch& match);
  ~ResponseMatcher();
  ResponseMatcher(ResponseMatcher&&) noexcept;
  ResponseMatcher& operator=(ResponseMatcher&&) noexcept;

  [[nodiscard]] bool matches(const View& response) const;
  /// True when it needs the body; a sender may drop bodies nobody looks at.
  [[nodiscard]] bool reads_body() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Tells whether a text (a header, a message) is as a spec::ValueMatch demands; its pattern is
/// compiled once. Not copyable, movable. Thread: one instance per thread.
class TextMatcher {
 public:
  /// @pre the pattern of `match` compiles (see check_pattern)
  explicit TextMatcher(const spec::ValueMatch& match);
  ~TextMatcher();
  TextMatcher(TextMatcher&&) noexcept;
  TextMatcher& operator=(TextMatcher&&) noexcept;

  /// Unset: there is no text.
  [[nodiscard]] bool matches(std::optional<std::string_view> text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "status 200, /source is "rules", /confidence is 0.7": for reports.
[[nodiscard]] std::string describe(const spec::ResponseMatch& match);

/// Compiles `pattern` as RE2; the error carries RE2's own words.
[[nodiscard]] Result<void> check_pattern(std::string_view pattern);

/// How many groups `pattern` has; 0 for one that does not compile.
[[nodiscard]] int groups_of(std::string_view pattern);

/// Checks the form of a JSON Pointer (RFC 6901): "" or "/a/0/b", with ~0 and ~1 only.
[[nodiscard]] Result<void> check_pointer(std::string_view pointer);

}  // namespace firedrill
