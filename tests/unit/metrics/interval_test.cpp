#include "harness/metrics/interval.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

double log_binomial(std::uint64_t n, std::uint64_t k, double p) {
  const auto dn = static_cast<double>(n);
  const auto dk = static_cast<double>(k);
  return std::lgamma(dn + 1) - std::lgamma(dk + 1) - std::lgamma(dn - dk + 1) + dk * std::log(p) +
         (dn - dk) * std::log1p(-p);
}

/// Exact chance that the quantile lies between the two order statistics: that the number of values
/// below it is in [low, high).
double coverage(std::uint64_t n, double q, RankInterval ranks) {
  double total = 0;
  for (std::uint64_t k = ranks.low; k < ranks.high; ++k) total += std::exp(log_binomial(n, k, q));
  return total;
}

}  // namespace

TEST_CASE("wilson: agrees with published intervals", "[metrics][interval]") {
  // R: prop.test / binom::binom.confint(method = "wilson").
  CHECK(wilson(0, 10).low == 0);
  CHECK(wilson(0, 10).high == Approx(0.27753).margin(1e-5));
  CHECK(wilson(5, 100).low == Approx(0.02154).margin(1e-5));
  CHECK(wilson(5, 100).high == Approx(0.11175).margin(1e-5));
  CHECK(wilson(81, 263).low == Approx(0.2553).margin(1e-4));  // Newcombe 1998, table I
  CHECK(wilson(81, 263).high == Approx(0.3662).margin(1e-4));
  CHECK(wilson(15, 148).low == Approx(0.0624).margin(1e-4));
  CHECK(wilson(15, 148).high == Approx(0.1605).margin(1e-4));
  CHECK(wilson(0, 20).high == Approx(0.1611).margin(1e-4));
  CHECK(wilson(1, 29).low == Approx(0.0061).margin(1e-4));
  CHECK(wilson(1, 29).high == Approx(0.1718).margin(1e-4));
}

TEST_CASE("wilson: encloses the share, shrinks with more samples and is symmetric",
          "[metrics][interval]") {
  CHECK(wilson(0, 0).low == 0);
  CHECK(wilson(0, 0).high == 1);
  CHECK(wilson(10, 10).high == 1);
  for (std::uint64_t total = 1; total <= 60; ++total) {
    for (std::uint64_t hits = 0; hits <= total; ++hits) {
      const double share = static_cast<double>(hits) / static_cast<double>(total);
      const ShareInterval interval = wilson(hits, total);
      const ShareInterval mirrored = wilson(total - hits, total);
      const ShareInterval tenfold = wilson(hits * 10, total * 10);
      const bool good = interval.low <= share && share <= interval.high && interval.low >= 0 &&
                        interval.high <= 1 &&
                        std::abs(interval.low - (1 - mirrored.high)) < 1e-12 &&
                        tenfold.high - tenfold.low < interval.high - interval.low;
      if (!good) FAIL_CHECK(hits << " of " << total);
    }
  }
  SUCCEED();
}

TEST_CASE("quantile_ranks: cover the quantile with about 95 % or more, by the exact binomial",
          "[metrics][interval]") {
  for (const double q : {0.1, 0.5, 0.9, 0.95, 0.99, 0.999}) {
    const std::uint64_t first = samples_needed(q);
    for (std::uint64_t n = first; n <= first * 4; n += 1 + first / 37) {
      const double share = coverage(n, q, quantile_ranks(n, q));
      if (share < 0.945) FAIL_CHECK("q " << q << ", n " << n << ": " << share);
    }
  }
  SUCCEED();
}

TEST_CASE("quantile_ranks: stay inside 1..count and enclose the quantile's own rank",
          "[metrics][interval]") {
  CHECK(quantile_ranks(0, 0.5).high == 0);
  for (std::uint64_t n = 1; n <= 300; ++n) {
    for (const double q : {0.01, 0.5, 0.95, 0.99}) {
      const RankInterval ranks = quantile_ranks(n, q);
      const std::uint64_t own = quantile_rank(n, q);
      if (ranks.low < 1 || ranks.low > own || own > ranks.high || ranks.high > n) {
        FAIL_CHECK("q " << q << ", n " << n);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("quantile_interval: lies inside what was recorded and widens outward",
          "[metrics][interval]") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(i * 1ms);
  const QuantileInterval interval = quantile_interval(histogram, 0.95);
  // Ranks 936 and 964, each off by one bucket of 0.1 % at most, outward.
  CHECK(interval.low <= 936ms);
  CHECK(interval.low >= 935ms);
  CHECK(interval.high >= 964ms);
  CHECK(interval.high <= 965ms);
  CHECK(quantile_interval(LatencyHistogram{}, 0.5).high == 0ns);
}

TEST_CASE("samples_needed: is ten beyond the quantile, despite binary fractions",
          "[metrics][interval]") {
  CHECK(samples_needed(0.5) == 20);
  CHECK(samples_needed(0.75) == 40);
  CHECK(samples_needed(0.9) == 100);  // 10 / (1 - 0.9) is 100.00000000000003
  CHECK(samples_needed(0.95) == 200);
  CHECK(samples_needed(0.99) == 1000);
  CHECK(samples_needed(0.999) == 10'000);
  CHECK(samples_needed(0.9999) == 100'000);
  CHECK(samples_needed(0.05) == 200);
  CHECK(samples_needed(0.01) == 1000);
}
