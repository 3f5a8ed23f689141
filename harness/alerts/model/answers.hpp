#pragma once

#include "harness/alerts/model/series.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

/// One alert at one evaluation.
struct AlertSeen {
  Offset at{0};  ///< From the beginning of the lead-in, as promtool counts.
  std::string alert;
  bool firing = false;  ///< Else pending.
  Labels labels;        ///< Without alertname and alertstate.
};

struct AnnotationsSeen {
  Offset at{0};
  std::string alert;
  Labels labels;
  Labels annotations;
};

/// What `promtool test rules` answered.
struct Answers {
  std::vector<AlertSeen> alerts;  ///< In order of time.
  std::vector<AnnotationsSeen> annotations;
  /// "rule High: many-to-many matching not allowed", or a file that it does not accept. Any of
  /// these ends the test, so that nothing else can be trusted.
  std::vector<std::string> errors;
};

/// Reads what promtool writes on standard error. Lines that are not understood are errors: a
/// version that writes otherwise must not look like one in which nothing fires.
[[nodiscard]] Answers parse_answers(const std::vector<std::string>& lines);

/// "1h2m3.5s", "3d28m", "250ms": durations as promtool prints them; negative for what is none.
[[nodiscard]] Duration parse_printed_duration(std::string_view text);

}  // namespace firedrill::alerts
