#pragma once

#include "harness/base/units.hpp"
#include "harness/metrics/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Whether the system recovered by itself in one drill of a sweep.
enum class Recovery : std::uint8_t { yes, no, unknown };
[[nodiscard]] const char* name_of(Recovery recovery);

/// One drill of a sweep.
struct SweepLevel {
  Ratio level;  ///< Of the capacity.
  Rate rate;
  Recovery recovery = Recovery::unknown;
  std::string why;      ///< For anything but yes: the reason in one sentence.
  int exit_code = 0;    ///< Of the drill by itself.
  std::string out_dir;  ///< Where its files lie.
  friend bool operator==(const SweepLevel&, const SweepLevel&) = default;
};

/// What a sweep found.
struct SweepResult {
  std::string scenario;
  std::string stream;
  Rate capacity;
  std::string measured;            ///< How the capacity was found; "" when the scenario says it.
  Ratio at_least;                  ///< Required.
  std::vector<SweepLevel> levels;  ///< Ascending.

  /// The highest level up to which it recovered at every one; unset when not even at the lowest.
  [[nodiscard]] std::optional<Ratio> highest() const;
  /// Of the levels up to the one that is required: fail when one did not recover, inconclusive when
  /// that is unknown of one.
  [[nodiscard]] Verdict verdict() const;
};

/// "recovers by itself up to 80 % of 400/s (320/s); at 95 %: …", in one sentence.
[[nodiscard]] std::string to_text(const SweepResult& sweep);

}  // namespace firedrill
