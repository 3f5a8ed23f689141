#pragma once

#include "harness/base/time.hpp"

#include <chrono>
#include <functional>

namespace firedrill::clinic {

/// The time, as the process hands it to its parts; tests hand in one that they move themselves.
struct Clock {
  std::function<TimePoint()> now;
  TimeOrigin started;  ///< When the process began, on both clocks.

  [[nodiscard]] WallTime wall(TimePoint time) const {
    return started.wall_at(time - started.steady);
  }
  [[nodiscard]] WallTime wall_now() const { return wall(now()); }
};

/// The machine's clocks, from now on.
[[nodiscard]] inline Clock machine_clock() {
  return Clock{.now = [] { return TimePoint{std::chrono::steady_clock::now()}; },
               .started = {.steady = std::chrono::steady_clock::now(),
                           .wall = std::chrono::system_clock::now()}};
}

/// Milliseconds with three decimals, as logs and health endpoints show them.
[[nodiscard]] inline double to_ms(Duration duration) {
  const auto micros = std::chrono::round<std::chrono::microseconds>(duration);
  return static_cast<double>(micros.count()) / 1e3;
}

}  // namespace firedrill::clinic
