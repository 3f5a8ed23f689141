#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <vector>

namespace firedrill {

/// Log-linear latency histogram: three significant digits from 1 µs to 1 h, as HdrHistogram
/// (G. Tene) with unit 1 µs and 2048 sub-buckets, so that a recorded value of 1 ms or more is off
/// by less than 0.1 %, and a smaller one by less than 1 µs.
///
/// Sparse: an empty one allocates nothing, memory grows with the number of distinct buckets (10 B
/// each, 23,552 at most), never with the number of values; pack() takes one that is at rest down to
/// about 2 B each. Values outside 0 .. kHighest are clamped into the range; minimum, maximum and
/// sum stay exact.
/// Value type; merging is exact, commutative and associative. Not thread-safe: one per thread.
class LatencyHistogram {
 public:
  static constexpr Duration kHighest = std::chrono::hours{1};

  /// Adds `value` `count` times; a count of 0 changes nothing.
  void record(Duration value, std::uint64_t count = 1);
  void merge(const LatencyHistogram& other);
  /// For one that is not expected to change any more. Changes nothing that can be seen; what is
  /// added later undoes it.
  void pack();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Duration min() const { return Duration{min_}; }  ///< 0 when empty.
  [[nodiscard]] Duration max() const { return Duration{max_}; }  ///< 0 when empty.
  [[nodiscard]] Duration mean() const;                           ///< 0 when empty.

  /// Smallest recorded value v such that at least `q` of all values are <= v, rounded up inside its
  /// bucket; 0 when empty. Never outside [min, max]. @pre 0 <= q <= 1
  [[nodiscard]] Duration quantile(double q) const;
  /// The value of rank `rank` (1-based, clamped to 1..count) in ascending order, rounded up inside
  /// its bucket; 0 when empty. Never outside [min, max].
  [[nodiscard]] Duration value_at_rank(std::uint64_t rank) const;
  /// Likewise, but rounded down: the true value lies in [floor_at_rank, value_at_rank].
  [[nodiscard]] Duration floor_at_rank(std::uint64_t rank) const;
  /// Values at or below `value`, counting the whole bucket that it lies in.
  [[nodiscard]] std::uint64_t count_at_or_below(Duration value) const;

  /// Calls `visit(index, count)` for each bucket that is not empty, ascending. Indexes are those of
  /// an HdrHistogram's array of counts.
  template <typename Visit>
  void for_each_bucket(Visit visit) const {
    for (Buckets buckets{*this}; buckets.next();) visit(buckets.index(), buckets.count());
  }

  friend bool operator==(const LatencyHistogram& a, const LatencyHistogram& b);

 private:
  __extension__ using WideSum = unsigned __int128;  // ns; 2^64 ns is too little for a long drill

  /// Walks over the buckets that are not empty, ascending, packed or not.
  class Buckets {
   public:
    explicit Buckets(const LatencyHistogram& histogram) : histogram_{histogram} {}
    bool next();  ///< False when there is no further one; only then is the present one void.
    [[nodiscard]] std::uint16_t index() const { return index_; }
    [[nodiscard]] std::uint64_t count() const { return count_; }

   private:
    std::uint64_t number();

    const LatencyHistogram& histogram_;
    std::size_t at_ = 0;  // in the arrays, or in the packed bytes
    std::uint16_t index_ = 0;
    std::uint64_t count_ = 0;
  };

  void add(std::uint16_t index, std::uint64_t count);
  void unpack();
  [[nodiscard]] Duration clamped(Duration value) const;
  [[nodiscard]] std::uint16_t index_at_rank(std::uint64_t rank) const;

  // Two arrays rather than one of pairs: the search runs over 2 B keys that stay in the cache.
  std::vector<std::uint16_t> indexes_;  // ascending
  std::vector<std::uint64_t> counts_;   // of indexes_[i]
  // Instead of both: for each bucket the step from the index before it, then its count, each as
  // LEB128 (seven bits a byte, the lowest first).
  std::vector<std::uint8_t> packed_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;  // ns
  std::int64_t max_ = 0;  // ns
  WideSum sum_ = 0;       // ns
};

/// Rank (1-based) of quantile `q` among `count` values: the smallest r with r/count >= q, robust
/// against the rounding of q * count; 0 for count == 0. @pre 0 <= q <= 1
[[nodiscard]] std::uint64_t quantile_rank(std::uint64_t count, double q);

}  // namespace firedrill
