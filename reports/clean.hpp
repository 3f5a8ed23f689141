#pragma once

#include "harness/base/redact.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// What every string of a result passes before it is rendered: secrets masked, terminal escapes and
/// control characters gone. Per field and not over the rendered text, because a secret such as
/// "8080" would otherwise eat numbers and keys of the JSON, and because escaping or wrapping would
/// hide a secret from the search.
///
/// Borrows the redactor, which must outlive it. Copyable.
class Clean {
 public:
  explicit Clean(const Redactor& redactor) : redactor_{&redactor} {}

  /// Valid UTF-8, see plain_text(). Line breaks stay.
  [[nodiscard]] std::string operator()(std::string_view text) const;
  /// The same on one line.
  [[nodiscard]] std::string line(std::string_view text) const;
  /// Cleaned as one text, so that a secret of several lines is found.
  [[nodiscard]] std::vector<std::string> lines(const std::vector<std::string>& lines) const;

 private:
  const Redactor* redactor_;
};

}  // namespace firedrill
