#include "harness/metrics/histogram.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace firedrill {
namespace {

// Buckets 0 .. 2047 are 1 µs wide; then every power of two has 1024 buckets, each power twice as
// wide as the one before.
constexpr unsigned kSubBucketBits = 11;
constexpr std::uint64_t kSubBuckets = 1U << kSubBucketBits;
constexpr std::uint64_t kHalf = kSubBuckets / 2;
constexpr std::int64_t kUnit = 1000;  // ns

constexpr std::uint16_t index_of(std::int64_t nanoseconds) {
  const auto units = static_cast<std::uint64_t>(nanoseconds / kUnit);
  if (units < kSubBuckets) return static_cast<std::uint16_t>(units);
  const auto shift = static_cast<unsigned>(std::bit_width(units)) - kSubBucketBits;
  return static_cast<std::uint16_t>(shift * kHalf + (units >> shift));
}

/// First nanosecond of bucket `index`.
constexpr std::int64_t start_of(std::uint32_t index) {
  if (index < kSubBuckets) return static_cast<std::int64_t>(index) * kUnit;
  const std::uint64_t shift = index / kHalf - 1;
  const std::uint64_t units = (index - shift * kHalf) << shift;
  return static_cast<std::int64_t>(units) * kUnit;
}

static_assert(index_of(LatencyHistogram::kHighest.count()) < 23'552);
static_assert(index_of(2'047'999) == 2047 && index_of(2'048'000) == 2048);
static_assert(start_of(2048) == 2'048'000 && start_of(3072) == 4'096'000);

}  // namespace

void LatencyHistogram::add(std::uint16_t index, std::uint64_t count) {
  const auto found = std::lower_bound(indexes_.begin(), indexes_.end(), index);
  const auto position = found - indexes_.begin();
  if (found == indexes_.end() || *found != index) {
    indexes_.insert(found, index);
    counts_.insert(counts_.begin() + position, 0);
  }
  counts_[static_cast<std::size_t>(position)] += count;
}

void LatencyHistogram::record(Duration value, std::uint64_t count) {
  if (count == 0) return;
  const std::int64_t exact = std::clamp(value, Duration{0}, kHighest).count();
  add(index_of(exact), count);
  min_ = empty() ? exact : std::min(min_, exact);
  max_ = empty() ? exact : std::max(max_, exact);
  sum_ += static_cast<WideSum>(exact) * count;
  count_ += count;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  std::vector<std::uint16_t> indexes;
  std::vector<std::uint64_t> counts;
  indexes.reserve(indexes_.size() + other.indexes_.size());
  counts.reserve(indexes_.size() + other.indexes_.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < indexes_.size() || j < other.indexes_.size()) {
    const bool mine =
        j == other.indexes_.size() || (i < indexes_.size() && indexes_[i] <= other.indexes_[j]);
    const bool theirs =
        i == indexes_.size() || (j < other.indexes_.size() && other.indexes_[j] <= indexes_[i]);
    indexes.push_back(mine ? indexes_[i] : other.indexes_[j]);
    counts.push_back((mine ? counts_[i] : 0) + (theirs ? other.counts_[j] : 0));
    i += mine ? 1 : 0;
    j += theirs ? 1 : 0;
  }
  indexes_ = std::move(indexes);
  counts_ = std::move(counts);
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  count_ += other.count_;
}

Duration LatencyHistogram::mean() const {
  if (empty()) return Duration{0};
  return clamped(Duration{static_cast<std::int64_t>(sum_ / count_)});
}

Duration LatencyHistogram::clamped(Duration value) const { return std::clamp(value, min(), max()); }

std::uint16_t LatencyHistogram::index_at_rank(std::uint64_t rank) const {
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    passed += counts_[i];
    if (passed >= rank) return indexes_[i];
  }
  return indexes_.back();
}

Duration LatencyHistogram::value_at_rank(std::uint64_t rank) const {
  if (empty()) return Duration{0};
  if (rank <= 1) return min();
  return clamped(Duration{start_of(index_at_rank(rank) + 1U) - 1});
}

Duration LatencyHistogram::floor_at_rank(std::uint64_t rank) const {
  if (empty()) return Duration{0};
  if (rank >= count_) return max();
  return clamped(Duration{start_of(index_at_rank(rank))});
}

Duration LatencyHistogram::quantile(double q) const {
  return value_at_rank(quantile_rank(count_, q));
}

std::uint64_t LatencyHistogram::count_at_or_below(Duration value) const {
  if (empty() || value < min()) return 0;
  if (value >= max()) return count_;
  const auto end = std::upper_bound(indexes_.begin(), indexes_.end(), index_of(value.count()));
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(end - indexes_.begin()); ++i) {
    total += counts_[i];
  }
  return total;
}

std::uint64_t quantile_rank(std::uint64_t count, double q) {
  FD_ASSERT(q >= 0 && q <= 1);
  if (count == 0) return 0;
  const double exact = q * static_cast<double>(count);
  // 0.07 * 100 is 7.000000000000001 in binary: that is rank 7, not 8.
  const double rounded = std::ceil(exact - 1e-9 * std::max(1.0, exact));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(1.0, rounded)), 1, count);
}

}  // namespace firedrill
