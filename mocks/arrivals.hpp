#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace firedrill {

/// How densely requests arrive at a mock, and so how long a pause must be to mean something.
/// Pure; remembers the last five seconds. Not thread-safe.
class Arrivals {
 public:
  static constexpr Duration kWindow = std::chrono::seconds{5};
  /// Fewer than this many arrivals say nothing about the rate.
  static constexpr std::size_t kArrivalsMin = 20;
  /// So many in the window, and the answer is kSilenceMin whatever else arrives.
  static constexpr std::size_t kArrivalsMax = 2000;
  static constexpr Duration kSilenceUnknown = std::chrono::milliseconds{500};
  /// A busy machine stalls a caller for tens of milliseconds; breakers stay open for longer than
  /// this.
  static constexpr Duration kSilenceMin = std::chrono::milliseconds{200};
  /// With Poisson arrivals, a gap of 14 mean gaps happens by chance less than once in 10^6.
  static constexpr double kMeanGaps = 14;

  /// @pre `now` never goes back
  void add(TimePoint now);

  /// The shortest gap between two requests that shows that the caller fell silent on purpose.
  [[nodiscard]] Duration silence(TimePoint now) const;

 private:
  std::deque<TimePoint> recent_;
  std::optional<TimePoint> first_;
};

}  // namespace firedrill
