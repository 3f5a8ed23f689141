#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/run_result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace firedrill {

enum class Verbosity : std::uint8_t {
  quiet,  ///< The verdict and what failed.
  normal,
  verbose,  ///< Also every moment, the mocks and the machine.
};

/// What the terminal can show and the user wants to see. Whoever owns the terminal finds out.
struct TerminalStyle {
  bool colour = false;
  bool unicode = true;      ///< False: ASCII only.
  std::size_t width = 100;  ///< Columns; kNarrowest..kWidest are used.
  Verbosity verbosity = Verbosity::normal;

  static constexpr std::size_t kNarrowest = 48;
  static constexpr std::size_t kWidest = 140;
};

/// The screen at the end of a drill: what happened, what was judged, worst first, and last of all
/// the verdict with the one thing to look at. Ends with a line feed.
[[nodiscard]] std::string verdict_screen(const RunResult& result, const Redactor& redactor,
                                         TerminalStyle style);

}  // namespace firedrill
