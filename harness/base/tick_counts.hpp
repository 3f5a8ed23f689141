#pragma once

#include "harness/base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace firedrill {

/// How many things happened in each tenth of a second of a drill: enough to tell whether anybody
/// spoke in a stretch of it, however many things there were. Grows with the drill, up to a day;
/// what comes later counts in the last tick, what comes before offset 0 in the first.
class TickCounts {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds{100};
  static constexpr std::size_t kTicksMax = 864'000;

  void add(Offset at, std::uint32_t count = 1) {
    const std::size_t tick = tick_of(at);
    if (tick >= counts_.size()) counts_.resize(tick + 1);
    counts_[tick] += count;
  }
  void merge(const TickCounts& other) {
    if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  }

  [[nodiscard]] std::uint64_t total() const { return sum(0, counts_.size()); }
  /// In the ticks that lie wholly in [from, to): never too many.
  [[nodiscard]] std::uint64_t inside(Offset from, Offset to) const {
    const std::size_t first = tick_of(std::max(from, Offset{0}) + kTick - Duration{1});
    return sum(first, std::max(first, tick_of(to)));
  }
  /// In the ticks that [from, to) touches: never too few.
  [[nodiscard]] std::uint64_t touching(Offset from, Offset to) const {
    if (to <= from || to <= Offset{0}) return 0;
    return sum(tick_of(from), tick_of(to - Duration{1}) + 1);
  }

  friend bool operator==(const TickCounts&, const TickCounts&) = default;

 private:
  [[nodiscard]] static std::size_t tick_of(Offset at) {
    if (at < Offset{0}) return 0;
    return std::min(static_cast<std::size_t>(at / kTick), kTicksMax - 1);
  }
  [[nodiscard]] std::uint64_t sum(std::size_t from, std::size_t to) const {
    to = std::min(to, counts_.size());
    if (from >= to) return 0;
    const auto at = [&](std::size_t i) { return counts_.begin() + static_cast<std::ptrdiff_t>(i); };
    return std::accumulate(at(from), at(to), std::uint64_t{0});
  }

  std::vector<std::uint32_t> counts_;
};

}  // namespace firedrill
