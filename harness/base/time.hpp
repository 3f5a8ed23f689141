#pragma once

#include <chrono>
#include <string>

namespace firedrill {

using Duration = std::chrono::nanoseconds;

/// The one clock that drills measure on: monotonic.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Time since the drill's first phase began; negative before. All of a run result is in offsets, so
/// that judging and rendering need no clock.
using Offset = Duration;

/// Wall-clock time, for people and for joining with other systems' logs. Never measured with.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// One instant on both clocks, so that any offset can be shown as wall time.
struct TimeOrigin {
  TimePoint steady;
  WallTime wall;

  [[nodiscard]] WallTime wall_at(Offset offset) const { return wall + offset; }
};

/// Seconds as a double, for display and for rates.
[[nodiscard]] constexpr double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Nearest nanosecond of `count` seconds.
[[nodiscard]] Duration from_seconds(double count);

/// "2026-11-23T05:22:14.123Z"
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// Three significant digits with the unit that fits: "850 ns", "1.25 ms", "12.0 s", "2 m 30 s".
[[nodiscard]] std::string to_text(Duration duration);

}  // namespace firedrill
