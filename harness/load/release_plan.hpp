#pragma once

#include "harness/base/time.hpp"
#include "harness/load/arrival_schedule.hpp"
#include "harness/metrics/series.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// How well the generator keeps up, as far as it matters for blame.
struct GeneratorHealth {
  double cpu_share = 0;  ///< Of one core, over the last stretch; 0..1.
};

/// A generator thread above this share of its core cannot tell a slow system from itself.
inline constexpr double kCpuSaturated = 0.9;
/// A request this late is not sent any more: sending it would test another moment than the one
/// planned.
inline constexpr Duration kLateLimit = std::chrono::milliseconds{500};
/// A generator this late is in no state to blame the system for a full in-flight limit.
inline constexpr Duration kHealthyLag = std::chrono::milliseconds{50};

/// What to do with a request that is due: send it, or drop it and say whose fault that is. Pure.
[[nodiscard]] std::optional<Drop> drop_reason(Offset due, Offset now, std::uint64_t in_flight,
                                              std::uint64_t in_flight_max,
                                              const GeneratorHealth& health);

/// The merged due times of several streams, in order. Pure.
class ReleasePlan {
 public:
  struct Due {
    Offset at{0};
    std::size_t stream = 0;
    std::uint64_t index = 0;  ///< Within the stream, over all shares.
  };

  explicit ReleasePlan(std::vector<ArrivalSchedule> schedules);

  /// The next request, whenever it is due; unset when all have been taken.
  [[nodiscard]] std::optional<Due> peek() const;
  void pop();
  /// See ArrivalSchedule::extend().
  void extend(std::size_t stream, const std::vector<spec::RateStretch>& stretches);

 private:
  [[nodiscard]] std::size_t earliest() const;

  std::vector<ArrivalSchedule> schedules_;
  std::vector<std::optional<Arrival>> heads_;  // of each schedule
};

}  // namespace firedrill
