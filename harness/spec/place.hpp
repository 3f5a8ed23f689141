#pragma once

#include <string>

namespace firedrill::spec {

/// Where in the scenario files something stands, so that every message and report can point there.
struct Place {
  std::string file;  ///< As the user named it; "--set" for a value from the command line.
  int line = 0;      ///< 1-based; 0 when there is no line.
  int column = 0;    ///< 1-based.

  /// "drill.yaml:12:5"
  [[nodiscard]] std::string text() const {
    if (line == 0) return file;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  friend bool operator==(const Place&, const Place&) = default;
};

}  // namespace firedrill::spec
