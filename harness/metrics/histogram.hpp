#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "harness/base/time.hpp"

namespace firedrill {

/// Log-linear latency histogram: three significant digits from 1 µs to 1 h, as HdrHistogram
/// (G. Tene) with unit 1 µs: 2048 sub-buckets, so that a recorded value is off by less than 0.1 %.
///
/// Sparse: memory grows with the number of distinct values only, at most 24 KiB·8 for all of them.
/// Values outside the range are clamped into it; minimum, maximum and sum stay exact.
/// Value type; merging is exact and commutative.
class LatencyHistogram {
 public:
  static constexpr Duration kHighest = std::chrono::hours{1};

  void record(Duration value, std::uint64_t count = 1);
  void merge(const LatencyHistogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Duration min() const;   ///< 0 when empty.
  [[nodiscard]] Duration max() const;   ///< 0 when empty.
  [[nodiscard]] Duration mean() const;  ///< 0 when empty.

  /// Smallest recorded value v such that at least `q` of all values are <= v; 0 when empty. Never
  /// outside [min, max]. @pre 0 <= q <= 1
  [[nodiscard]] Duration quantile(double q) const;
  /// The value of rank `rank` (1-based, clamped to 1..count) in ascending order; 0 when empty.
  [[nodiscard]] Duration value_at_rank(std::uint64_t rank) const;
  [[nodiscard]] std::uint64_t count_at_or_below(Duration value) const;

  friend bool operator==(const LatencyHistogram&, const LatencyHistogram&) = default;

 private:
  using Bucket = std::pair<std::uint32_t, std::uint64_t>;  // index, count

  [[nodiscard]] Duration clamped(Duration value) const;

  std::vector<Bucket> buckets_;  // ascending by index
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;  // nanoseconds
  std::int64_t max_ = 0;
  double sum_ = 0;  // nanoseconds
};

}  // namespace firedrill
