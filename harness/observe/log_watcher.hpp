#pragma once

#include "harness/metrics/probe_record.hpp"
#include "harness/spec/observed.hpp"
#include "harness/text/match.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Looks at each line of the system's log for those that an expectation is about. Every line is
/// looked at; of the hits, times are kept up to kLogHitsMax, and texts of the first few of each
/// second. Pure: times are passed in.
class LogWatcher {
 public:
  /// @pre the pattern compiles (see check_pattern)
  void watch(const std::string& expectation, const spec::LogExpectation& log);

  /// The log is read from now on: that it says nothing is known, too.
  void attach() { record_.read = true; }

  void line(Offset at, const std::string& text);

  [[nodiscard]] const LogRecord& record() const { return record_; }

 private:
  struct Watch {
    std::optional<TextMatcher> pattern;
    std::optional<ResponseMatcher> json;
    Offset second{-1};
    std::size_t texts = 0;  // kept in that second

    [[nodiscard]] bool fits(const std::string& text) const;
  };

  std::vector<Watch> watches_;  // one for each of record_.watches
  LogRecord record_;
};

}  // namespace firedrill
