#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/generator.hpp"

#include <optional>

namespace firedrill {

/// How often a thread of the generator looks at itself.
inline constexpr Duration kSelfWatchInterval = std::chrono::milliseconds{10};

/// Keeps the books on one thread of the generator: processor time and late turns of its loop. Pure:
/// times are passed in.
class SelfWatch {
 public:
  /// A look that was planned for `planned` comes at `at`; the thread has used `cpu` in all.
  void look(Offset planned, Offset at, Duration cpu);
  void connections(std::uint64_t open);

  /// Of one core, over the last 100 ms or so; 0..1.
  [[nodiscard]] double cpu_share() const { return cpu_share_; }
  [[nodiscard]] const ThreadHealth& health() const { return health_; }
  /// The longest stall since the last call.
  [[nodiscard]] Duration take_recent_stall();

 private:
  struct Look {
    Offset at{0};
    Duration cpu{0};
  };

  ThreadHealth health_;
  Duration recent_stall_{0};
  double cpu_share_ = 0;
  std::optional<Look> first_;
  std::optional<Look> last_;  // at which cpu_share_ was computed
};

/// Processor time of the calling thread.
[[nodiscard]] Duration thread_cpu_time();

/// What this process may open.
[[nodiscard]] OpenLimits open_limits();

}  // namespace firedrill
