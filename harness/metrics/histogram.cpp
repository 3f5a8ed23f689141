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

void append_number(std::vector<std::uint8_t>& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) {
    bytes.push_back(static_cast<std::uint8_t>(number | 0x80U));
  }
  bytes.push_back(static_cast<std::uint8_t>(number));
}

static_assert(index_of(LatencyHistogram::kHighest.count()) < 23'552);
static_assert(index_of(2'047'999) == 2047 && index_of(2'048'000) == 2048);
static_assert(start_of(2048) == 2'048'000 && start_of(3072) == 4'096'000);

}  // namespace

bool LatencyHistogram::Buckets::next() {
  if (at_ < histogram_.indexes_.size()) {
    index_ = histogram_.indexes_[at_];
    count_ = histogram_.counts_[at_];
    ++at_;
    return true;
  }
  if (at_ >= histogram_.packed_.size()) return false;
  index_ = static_cast<std::uint16_t>(index_ + number());
  count_ = number();
  return true;
}

std::uint64_t LatencyHistogram::Buckets::number() {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = histogram_.packed_[at_++];
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
}

void LatencyHistogram::pack() {
  if (indexes_.empty()) return;
  std::vector<std::uint8_t> bytes;
  std::uint16_t before = 0;
  for_each_bucket([&](std::uint16_t index, std::uint64_t count) {
    append_number(bytes, static_cast<std::uint64_t>(index - before));
    append_number(bytes, count);
    before = index;
  });
  packed_.assign(bytes.begin(), bytes.end());  // no larger than it must be
  indexes_ = std::vector<std::uint16_t>{};     // = {} would keep the memory
  counts_ = std::vector<std::uint64_t>{};
}

void LatencyHistogram::unpack() {
  if (packed_.empty()) return;
  std::vector<std::uint16_t> indexes;
  std::vector<std::uint64_t> counts;
  for_each_bucket([&](std::uint16_t index, std::uint64_t count) {
    indexes.push_back(index);
    counts.push_back(count);
  });
  indexes_ = std::move(indexes);
  counts_ = std::move(counts);
  packed_ = std::vector<std::uint8_t>{};
}

void LatencyHistogram::add(std::uint16_t index, std::uint64_t count) {
  unpack();
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
  Buckets mine{*this};
  Buckets theirs{other};
  bool has_mine = mine.next();
  bool has_theirs = theirs.next();
  while (has_mine || has_theirs) {
    const bool take_mine = has_mine && (!has_theirs || mine.index() <= theirs.index());
    const bool take_theirs = has_theirs && (!has_mine || theirs.index() <= mine.index());
    indexes.push_back(take_mine ? mine.index() : theirs.index());
    counts.push_back((take_mine ? mine.count() : 0) + (take_theirs ? theirs.count() : 0));
    if (take_mine) has_mine = mine.next();
    if (take_theirs) has_theirs = theirs.next();
  }
  indexes_ = std::move(indexes);
  counts_ = std::move(counts);
  packed_ = std::vector<std::uint8_t>{};
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
  Buckets buckets{*this};
  while (buckets.next()) {
    passed += buckets.count();
    if (passed >= rank) break;
  }
  return buckets.index();
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
  const std::uint16_t last = index_of(value.count());
  std::uint64_t total = 0;
  for (Buckets buckets{*this}; buckets.next() && buckets.index() <= last;) total += buckets.count();
  return total;
}

bool operator==(const LatencyHistogram& a, const LatencyHistogram& b) {
  if (a.count_ != b.count_ || a.min_ != b.min_ || a.max_ != b.max_ || a.sum_ != b.sum_) {
    return false;
  }
  LatencyHistogram::Buckets left{a};
  LatencyHistogram::Buckets right{b};
  while (left.next()) {
    if (!right.next() || left.index() != right.index() || left.count() != right.count()) {
      return false;
    }
  }
  return !right.next();
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
