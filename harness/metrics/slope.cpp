#include "harness/metrics/slope.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace firedrill {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Means of neighbours, so that at most kSlopePointsMax are left.
std::vector<SlopePoint> thinned(const std::vector<SlopePoint>& points) {
  if (points.size() <= kSlopePointsMax) return points;
  const std::size_t block = (points.size() + kSlopePointsMax - 1) / kSlopePointsMax;
  std::vector<SlopePoint> means;
  for (std::size_t from = 0; from < points.size(); from += block) {
    const std::size_t to = std::min(from + block, points.size());
    SlopePoint mean;
    for (std::size_t i = from; i < to; ++i) {
      mean.at += points[i].at;
      mean.value += points[i].value;
    }
    mean.at /= static_cast<double>(to - from);
    mean.value /= static_cast<double>(to - from);
    means.push_back(mean);
  }
  return means;
}

/// Of all pairs, ascending.
std::vector<double> pair_slopes(const std::vector<SlopePoint>& points) {
  std::vector<double> slopes;
  slopes.reserve(points.size() * (points.size() - 1) / 2);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double apart = points[j].at - points[i].at;
      if (apart > 0) slopes.push_back((points[j].value - points[i].value) / apart);
    }
  }
  std::sort(slopes.begin(), slopes.end());
  return slopes;
}

double median_of_sorted(const std::vector<double>& values) {
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

/// Variance of Kendall's S without a trend, for independent points.
double variance_of_s(const std::vector<SlopePoint>& points) {
  std::vector<double> values;
  for (const SlopePoint& point : points) values.push_back(point.value);
  std::sort(values.begin(), values.end());
  const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
  double variance = term(static_cast<double>(values.size()));
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from + 1;
    while (to < values.size() && values[to] == values[from]) ++to;
    variance -= term(static_cast<double>(to - from));
    from = to;
  }
  return variance / 18;
}

/// What is left without the trend counts as nothing below this share of the values: rounding.
constexpr double kRounding = 1e-9;

/// Lag-1 autocorrelation of what is left without the trend; 0 when negative, or nothing is left.
double autocorrelation(const std::vector<SlopePoint>& points, double slope) {
  double mean = 0;
  for (const SlopePoint& point : points) mean += point.value - slope * point.at;
  mean /= static_cast<double>(points.size());
  double squares = 0;
  double products = 0;
  double before = 0;
  double largest = 0;
  for (const SlopePoint& point : points) largest = std::max(largest, std::abs(point.value));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double rest = points[i].value - slope * points[i].at - mean;
    squares += rest * rest;
    if (i > 0) products += rest * before;
    before = rest;
  }
  const double spread = std::sqrt(squares / static_cast<double>(points.size()));
  return spread > kRounding * largest ? std::clamp(products / squares, 0.0, 0.999) : 0;
}

/// n/n*: how much larger the variance of a mean, or of S, is than that of independent points.
double inflation(std::size_t points, double r) {
  const auto n = static_cast<double>(points);
  double sum = 0;
  double power = 1;
  for (std::size_t k = 1; k < points; ++k) {
    power *= r;
    sum += (1 - static_cast<double>(k) / n) * power;
  }
  return 1 + 2 * sum;
}

/// The steepest least-squares line that values of this range can have.
double steepest_line(const std::vector<SlopePoint>& points) {
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(),
      [](const SlopePoint& a, const SlopePoint& b) { return a.value < b.value; });
  const double length = points.back().at - points.front().at;
  return length > 0 ? 1.5 * (most->value - least->value) / length : kInfinity;
}

}  // namespace

double normal_quantile(double p) {
  FD_ASSERT(p > 0 && p < 1);
  constexpr std::array<double, 6> a{-3.969683028665376e+01, 2.209460984245205e+02,
                                    -2.759285104469687e+02, 1.383577518672690e+02,
                                    -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr std::array<double, 5> b{-5.447609879822406e+01, 1.615858368580409e+02,
                                    -1.556989798598866e+02, 6.680131188771972e+01,
                                    -1.328068155288572e+01};
  constexpr std::array<double, 6> c{-7.784894002430293e-03, -3.223964580411365e-01,
                                    -2.400758277161838e+00, -2.549732539343734e+00,
                                    4.374664141464968e+00,  2.938163982698783e+00};
  constexpr std::array<double, 4> d{7.784695709041462e-03, 3.224671290700398e-01,
                                    2.445134137142996e+00, 3.754408661907416e+00};
  constexpr double tail = 0.02425;
  if (p > 1 - tail) return -normal_quantile(1 - p);
  if (p < tail) {
    const double q = std::sqrt(-2 * std::log(p));
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
         (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

Slope slope_of(const std::vector<SlopePoint>& all, double confidence) {
  FD_ASSERT(all.size() >= 3);
  FD_ASSERT(confidence > 0.5 && confidence < 1);
  const std::vector<SlopePoint> points = thinned(all);
  Slope slope{0, -kInfinity, kInfinity, all.size(), 1};
  const std::vector<double> pairs = pair_slopes(points);
  if (pairs.empty()) return slope;
  slope.per_second = median_of_sorted(pairs);
  const double wider = inflation(points.size(), autocorrelation(points, slope.per_second));
  slope.effective = static_cast<double>(points.size()) / wider;
  const double half =
      normal_quantile(0.5 + confidence / 2) * std::sqrt(variance_of_s(points) * wider);
  const auto count = static_cast<double>(pairs.size());
  // Ranks from 1: the interval is from rank (N - C) / 2 to rank (N + C) / 2 + 1.
  const double low = std::floor((count - half) / 2);
  const double high = std::ceil((count + half) / 2) + 1;
  const double steepest = steepest_line(all);
  if (low >= 1) slope.low = pairs[static_cast<std::size_t>(low) - 1];
  if (high <= count) slope.high = pairs[static_cast<std::size_t>(high) - 1];
  slope.low = std::min(std::max(slope.low, -steepest), slope.per_second);
  slope.high = std::max(std::min(slope.high, steepest), slope.per_second);
  return slope;
}

}  // namespace firedrill
