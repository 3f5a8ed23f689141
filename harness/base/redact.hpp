#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Removes secrets from everything that leaves the process: terminal, files, journal, kept logs.
///
/// Knows each secret in its plain, JSON-escaped (also twice), percent-encoded and base64 form.
/// Secrets shorter than 4 characters are not searched for inside text: they would blank out
/// unrelated words. Value type; thread: use a copy per thread.
class Redactor {
 public:
  static constexpr std::size_t kShortestSecret = 4;
  /// Lines of a secret of several lines are secrets of their own from this length on.
  static constexpr std::size_t kShortestLine = 12;
  static constexpr std::string_view kMask = "[redacted]";

  /// `secret` is never shown again. Adding one twice is harmless.
  void add(std::string_view secret);

  /// `text` with every form of every secret replaced by kMask.
  [[nodiscard]] std::string apply(std::string_view text) const;

  [[nodiscard]] bool empty() const { return forms_.empty(); }

 private:
  void add_line(std::string_view line);

  std::vector<std::string> forms_;  // longest first, so that a secret inside another leaves no rest
};

/// True for header names whose values are credentials: authorization, cookie, x-api-key and the
/// like.
[[nodiscard]] bool is_credential_header(std::string_view name);

}  // namespace firedrill
