#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// A stretch of time in which the rate goes in a straight line.
struct RateStretch {
  Rate from;
  Rate to;
  Duration length{0};
  friend bool operator==(const RateStretch&, const RateStretch&) = default;
};

/// Straight lines one after the other from the start of the drill, then `then` for ever: constant
/// rates, ramps, steps and spikes.
struct StretchedRate {
  std::vector<RateStretch> stretches;
  Rate then;
  friend bool operator==(const StretchedRate&, const StretchedRate&) = default;
};

/// mean + swing · sin(2π t / period): begins at the mean and rises.
struct SineRate {
  Rate mean;
  Rate swing;  ///< At most `mean`.
  Duration period{0};
  friend bool operator==(const SineRate&, const SineRate&) = default;
};

/// Recorded arrivals, ascending, from the start of the drill.
struct ReplayedRate {
  std::vector<Offset> times;
  friend bool operator==(const ReplayedRate&, const ReplayedRate&) = default;
};

/// How many requests a second are due, from the start of the drill.
struct RateShape {
  RateShape() = default;
  /// In a straight line `from` .. `to` over `over`, then `to`.
  RateShape(Rate from, Rate to, Duration over);
  RateShape(StretchedRate stretched) : form{std::move(stretched)} {}
  RateShape(SineRate sine) : form{sine} {}
  RateShape(ReplayedRate replayed) : form{std::move(replayed)} {}

  std::variant<StretchedRate, SineRate, ReplayedRate> form;
  friend bool operator==(const RateShape&, const RateShape&) = default;
};

/// How many requests are due before `at`: the closed-form integral of the rate. 0 for at <= 0.
[[nodiscard]] double expected_arrivals(const RateShape& rate, Offset at);

/// When `arrivals` requests have become due: the inverse of expected_arrivals(). Unset when the
/// rate falls to 0, or the recording ends, before.
[[nodiscard]] std::optional<Offset> time_of_arrival(const RateShape& rate, double arrivals);

/// Highest rate between two offsets; of recorded arrivals, most in any one second.
[[nodiscard]] Rate peak_rate(const RateShape& rate, Offset from, Offset to);

}  // namespace firedrill::spec
