#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The log of a private server, as far as it is worth keeping: how often each error happened, and
/// its last lines. PostgreSQL begins each line with "STATE APPLICATION|" (see kLogPrefix).
class ServerLog final {
 public:
  /// For `log_line_prefix`.
  static constexpr std::string_view kLogPrefix = "%e %a|";

  void add(const std::string& line);

  /// Errors with one of these states that befell sessions other than our own (those whose
  /// application begins with "firedrill").
  [[nodiscard]] std::uint64_t errors(const std::vector<std::string>& states) const;

  /// The last lines, for the reason why it did not start.
  [[nodiscard]] std::string tail() const;

 private:
  std::map<std::string, std::uint64_t, std::less<>> errors_;  // a state has 5 characters: bounded
  std::deque<std::string> tail_;
};

}  // namespace firedrill
