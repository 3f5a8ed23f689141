#include "harness/metrics/histogram.hpp"

#include "harness/base/rng.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

/// Values over the whole range, as many decades as it has.
std::vector<Duration> values_of_all_sizes(std::uint64_t seed, std::size_t count) {
  Rng rng{seed};
  std::vector<Duration> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(Duration{std::llround(std::exp(rng.uniform() * std::log(3.6e12)))});
  }
  return values;
}

LatencyHistogram histogram_of(const std::vector<Duration>& values) {
  LatencyHistogram histogram;
  for (const Duration value : values) histogram.record(value);
  return histogram;
}

}  // namespace

TEST_CASE("histogram: an empty one answers 0 to everything", "[metrics][histogram]") {
  const LatencyHistogram empty;
  CHECK(empty.empty());
  CHECK(empty.count() == 0);
  CHECK(empty.min() == 0ns);
  CHECK(empty.max() == 0ns);
  CHECK(empty.mean() == 0ns);
  CHECK(empty.quantile(0.99) == 0ns);
  CHECK(empty.value_at_rank(1) == 0ns);
  CHECK(empty.floor_at_rank(1) == 0ns);
  CHECK(empty.count_at_or_below(1h) == 0);
}

TEST_CASE("histogram: a single value is every quantile, exactly", "[metrics][histogram]") {
  for (const Duration value : {0ns, 1ns, 999ns, 1500ns, Duration{2'047'999}, Duration{2'048'001},
                               Duration{123'456'789}, Duration{1h}}) {
    const LatencyHistogram histogram = histogram_of({value});
    CHECK(histogram.min() == value);
    CHECK(histogram.max() == value);
    CHECK(histogram.mean() == value);
    CHECK(histogram.quantile(0) == value);
    CHECK(histogram.quantile(0.5) == value);
    CHECK(histogram.quantile(1) == value);
    CHECK(histogram.floor_at_rank(1) == value);
  }
}

TEST_CASE("histogram: values outside the range are clamped into it", "[metrics][histogram]") {
  const LatencyHistogram histogram = histogram_of({-5ms, 2h});
  CHECK(histogram.min() == 0ns);
  CHECK(histogram.max() == 1h);
  CHECK(histogram.count() == 2);
}

TEST_CASE("histogram: quantiles are the exact order statistics to three digits, rounded outward",
          "[metrics][histogram]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<Duration> values = values_of_all_sizes(seed, 997);
    const LatencyHistogram histogram = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const std::uint64_t rank = quantile_rank(values.size(), q);
      const Duration exact = values[rank - 1];
      const Duration high = histogram.quantile(q);
      const Duration low = histogram.floor_at_rank(rank);
      CAPTURE(seed, q, exact.count(), low.count(), high.count());
      CHECK(low <= exact);
      CHECK(exact <= high);
      CHECK(seconds(high - low) <= std::max(1e-6, 0.001 * seconds(exact)));
    }
  }
}

TEST_CASE("histogram: no quantile lies outside [min, max] and they never fall",
          "[metrics][histogram]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const LatencyHistogram histogram = histogram_of(values_of_all_sizes(seed, 1 + seed % 13));
    Duration last = histogram.min();
    for (int i = 0; i <= 1000; ++i) {
      const Duration value = histogram.quantile(i / 1000.0);
      if (value < last || value > histogram.max()) {
        FAIL_CHECK("seed " << seed << ", quantile " << i / 1000.0);
      }
      last = value;
    }
    CHECK(last == histogram.max());
  }
}

TEST_CASE("histogram: p99 of Locust's example does not exceed the maximum",
          "[metrics][histogram]") {
  LatencyHistogram histogram;
  histogram.record(Duration{144'100'300}, 99);
  histogram.record(Duration{144'200'700});
  CHECK(histogram.quantile(0.99) <= histogram.max());
  CHECK(histogram.quantile(0.5) >= histogram.min());
}

TEST_CASE("histogram: merging equals recording everything in one", "[metrics][histogram]") {
  const std::vector<Duration> all = values_of_all_sizes(7, 900);
  LatencyHistogram a;
  LatencyHistogram b;
  LatencyHistogram c;
  for (std::size_t i = 0; i < all.size(); ++i) (i % 3 == 0 ? a : i % 3 == 1 ? b : c).record(all[i]);
  const LatencyHistogram whole = histogram_of(all);

  LatencyHistogram left = a;
  left.merge(b);
  left.merge(c);
  LatencyHistogram right = c;
  right.merge(b);
  right.merge(a);
  LatencyHistogram grouped = b;
  grouped.merge(c);
  LatencyHistogram outer = a;
  outer.merge(grouped);
  CHECK(left == whole);
  CHECK(right == whole);
  CHECK(outer == whole);
  CHECK_FALSE(a == whole);

  LatencyHistogram with_empty = whole;
  with_empty.merge({});
  CHECK(with_empty == whole);
  LatencyHistogram from_empty;
  from_empty.merge(whole);
  CHECK(from_empty == whole);
}

TEST_CASE("histogram: a packed one answers, compares, merges and records as before",
          "[metrics][histogram]") {
  std::vector<Duration> values = values_of_all_sizes(11, 700);
  values.insert(values.end(), {0ns, 999ns, 1h, 1h, 3ms, 3ms});
  LatencyHistogram plain = histogram_of(values);
  plain.record(5ms, std::uint64_t{1} << 60U);  // a count of many bytes
  LatencyHistogram packed = plain;
  packed.pack();
  CHECK(packed == plain);
  CHECK(plain == packed);
  for (const double q : {0.0, 0.01, 0.5, 0.99, 1.0}) CHECK(packed.quantile(q) == plain.quantile(q));
  CHECK(packed.floor_at_rank(350) == plain.floor_at_rank(350));
  for (const Duration value : {Duration{1ms}, Duration{5ms}, Duration{1s}}) {
    CHECK(packed.count_at_or_below(value) == plain.count_at_or_below(value));
  }
  packed.pack();
  CHECK(packed == plain);

  const LatencyHistogram more = histogram_of(values_of_all_sizes(12, 50));
  LatencyHistogram into_packed = packed;
  into_packed.merge(more);
  LatencyHistogram from_packed = more;
  from_packed.merge(packed);
  LatencyHistogram both = plain;
  both.merge(more);
  CHECK(into_packed == both);
  CHECK(from_packed == both);

  packed.record(7ms);
  CHECK_FALSE(packed == plain);
  plain.record(7ms);
  CHECK(packed == plain);

  LatencyHistogram empty;
  empty.pack();
  CHECK(empty == LatencyHistogram{});
}

TEST_CASE("histogram: equality is by content, not by order of recording", "[metrics][histogram]") {
  CHECK(histogram_of({1ms, 2ms, 3ms}) == histogram_of({3ms, 1ms, 2ms}));
  CHECK_FALSE(histogram_of({1ms}) == histogram_of({1ms, 1ms}));
  CHECK_FALSE(histogram_of({1ms}) == histogram_of({Duration{1'000'001}}));
}

TEST_CASE("histogram: the mean is exact, even of more than 64 bits of nanoseconds",
          "[metrics][histogram]") {
  CHECK(histogram_of({1ms, 2ms, 6ms}).mean() == 3ms);
  LatencyHistogram huge;
  huge.record(1h, 50'000'000);
  huge.record(0ns, 50'000'000);
  CHECK(huge.mean() == 30min);
}

TEST_CASE("histogram: a count of 0 records nothing", "[metrics][histogram]") {
  LatencyHistogram histogram;
  histogram.record(5ms, 0);
  CHECK(histogram.empty());
  CHECK(histogram == LatencyHistogram{});
}

TEST_CASE("histogram: ranks are clamped to 1..count", "[metrics][histogram]") {
  const LatencyHistogram histogram = histogram_of({1ms, 2ms});
  CHECK(histogram.value_at_rank(0) == 1ms);
  CHECK(histogram.value_at_rank(99) == 2ms);
  CHECK(histogram.floor_at_rank(0) == 1ms);
  CHECK(histogram.floor_at_rank(99) == 2ms);
}

TEST_CASE("histogram: count_at_or_below counts the ends exactly", "[metrics][histogram]") {
  const LatencyHistogram histogram = histogram_of({10ms, 20ms, 30ms});
  CHECK(histogram.count_at_or_below(Duration{10ms} - 1ns) == 0);
  CHECK(histogram.count_at_or_below(10ms) == 1);
  CHECK(histogram.count_at_or_below(25ms) == 2);
  CHECK(histogram.count_at_or_below(Duration{30ms} - 1ms) == 2);
  CHECK(histogram.count_at_or_below(30ms) == 3);
  CHECK(histogram.count_at_or_below(1h) == 3);
}

TEST_CASE("quantile_rank: is the smallest rank that reaches the share, despite binary fractions",
          "[metrics][histogram]") {
  CHECK(quantile_rank(0, 0.5) == 0);
  CHECK(quantile_rank(100, 0.07) == 7);  // 0.07 * 100 is 7.000000000000001
  CHECK(quantile_rank(100, 0.95) == 95);
  CHECK(quantile_rank(200, 0.95) == 190);
  CHECK(quantile_rank(1000, 0.999) == 999);
  CHECK(quantile_rank(3, 0.5) == 2);
  CHECK(quantile_rank(4, 0.5) == 2);
  CHECK(quantile_rank(10, 0) == 1);
  CHECK(quantile_rank(10, 1) == 10);
}
