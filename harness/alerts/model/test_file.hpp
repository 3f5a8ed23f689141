#pragma once

#include "harness/alerts/model/play.hpp"

#include <map>
#include <string>
#include <vector>

namespace firedrill::alerts {

/// What is asked of `promtool test rules`.
struct TestFile {
  std::vector<std::string> rule_files;  ///< Absolute paths.
  Duration eval{0};                     ///< Above 0.
  Labels external_labels;
  /// Alerts whose annotations are wanted, which costs one more question at every tick.
  std::vector<std::string> annotated;
};

/// The file for promtool: the played series, and one probe of ALERTS at each evaluation from played
/// time 0 to the end. Each probe expects nothing, so that promtool prints whatever there is.
[[nodiscard]] std::string test_file_text(const Played& played, const TestFile& what);

}  // namespace firedrill::alerts
