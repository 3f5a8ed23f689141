#pragma once

#include "harness/base/redact.hpp"
#include "harness/spec/place.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One thing that is wrong with a scenario, and where.
struct Problem {
  spec::Place place;
  std::string message;  ///< One line; printable; clipped to a length that a terminal can bear.
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// "drill.yaml:12:5: message"
[[nodiscard]] std::string format(const Problem& problem);

namespace scenario {

/// Collects what is wrong, so that one run of `validate` names every mistake. Bounded: a hostile
/// file with a mistake in each of its 50,000 values must not cost a report of 50,000 lines.
class Problems {
 public:
  static constexpr std::size_t kMost = 100;

  void add(spec::Place place, std::string message);

  [[nodiscard]] bool empty() const { return found_.empty(); }
  /// True when more would be dropped; looking for them is wasted work.
  [[nodiscard]] bool full() const { return found_.size() >= kMost; }

  /// In the order of places, those of `main_file` first, doubles removed, secrets masked.
  [[nodiscard]] std::vector<Problem> sorted(const std::string& main_file,
                                            const Redactor& secrets) const;

 private:
  std::vector<Problem> found_;
};

/// `text` with control characters made visible and at most `most` bytes, for quoting in messages.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most);

}  // namespace scenario
}  // namespace firedrill
