#pragma once

#include "harness/base/units.hpp"
#include "harness/metrics/breakpoint.hpp"

#include <cstdint>
#include <optional>

namespace firedrill {

/// What one window at one rate showed.
enum class WindowVerdict : std::uint8_t {
  held,       ///< The SLO held, and what was planned was sent.
  breached,   ///< The SLO broke, or the system held back what was planned.
  generator,  ///< The generator itself did not keep up: says nothing about the system.
};

/// Searches for the highest rate that a system stands: doubles until it breaks, then halves the
/// distance to the last rate that held, until both lie within the precision. A rate counts as
/// broken after so many breaches in a row; one window that holds between them clears it, so that a
/// single slow second is not taken for the limit. Pure: fed with the verdicts of windows.
class BreakpointFinder {
 public:
  struct Limits {
    Rate from;
    Rate to;                     ///< Above `from`.
    std::uint32_t breaches = 2;  ///< In a row; at least 1.
    double precision = 0.01;     ///< (broke_at - knee) / knee to stop at.
  };

  explicit BreakpointFinder(Limits limits);

  /// The rate of the next window; unset when the search is over.
  [[nodiscard]] std::optional<Rate> next() const;
  /// The verdict of the window at next(). @pre the search is not over
  void report(WindowVerdict verdict);
  /// There will be no more windows.
  void give_up();

  [[nodiscard]] std::optional<SearchEnd> end() const { return end_; }
  [[nodiscard]] std::optional<Rate> knee() const { return held_; }        ///< Highest that held.
  [[nodiscard]] std::optional<Rate> broke_at() const { return broken_; }  ///< Lowest that broke.

 private:
  void move_on();

  Limits limits_;
  Rate rate_;  // of the next window
  std::optional<Rate> held_;
  std::optional<Rate> broken_;
  std::uint32_t breaches_in_a_row_ = 0;
  std::optional<SearchEnd> end_;
};

}  // namespace firedrill
