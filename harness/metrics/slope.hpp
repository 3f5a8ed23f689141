#pragma once

#include <cstddef>
#include <vector>

namespace firedrill {

/// A point of a series: time in seconds, value in its own unit.
struct SlopePoint {
  double at = 0;
  double value = 0;
};

/// A slope with the interval that it lies in.
struct Slope {
  double per_second = 0;
  double low = 0;          ///< -infinity when the points do not bound it.
  double high = 0;         ///< +infinity likewise.
  std::size_t points = 0;  ///< That it was made of.
  double effective = 0;    ///< Points that would say as much were they independent; 1 .. points.
};

/// More points than this are joined to means first: pairs grow with the square.
inline constexpr std::size_t kSlopePointsMax = 400;

/// How fast a series grows: the median of the slopes of all pairs of points (Theil, 1950; Sen,
/// "Estimates of the Regression Coefficient Based on Kendall's Tau", JASA 63, 1968), which a few
/// outliers do not move, with Sen's interval from the variance of Kendall's S, ties counted
/// (Gilbert, "Statistical Methods for Environmental Pollution Monitoring", 1987, sections 16.4 and
/// 17.3).
///
/// Samples of a process resemble their neighbours, and then the variance is larger than that of
/// independent ones. It is multiplied by n/n* = 1 + 2 sum (1 - k/n) r^k, with r the lag-1
/// autocorrelation of what is left without the trend, as far as it is positive (Yue and Wang, "The
/// Mann-Kendall Test Modified by Effective Sample Size", Water Resources Management 18, 2004).
///
/// One step, as allocators make them, has so much autocorrelation that this bounds nothing. But no
/// least-squares line through values of range R over a time T is steeper than 1.5 R/T (a step in
/// the middle is), whatever the noise: the interval ends there at the latest.
///
/// `confidence` is of the two-sided interval, above 0.5 and below 1. Points are in order of time.
/// @pre at least 3 points
[[nodiscard]] Slope slope_of(const std::vector<SlopePoint>& points, double confidence);

/// Standard normal quantile, for 0 < p < 1: Acklam's rational approximation, to 1.15e-9 relative.
[[nodiscard]] double normal_quantile(double p);

}  // namespace firedrill
