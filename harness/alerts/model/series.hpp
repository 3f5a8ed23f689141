#pragma once

#include "harness/base/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace firedrill::alerts {

/// Label names to values, without the metric's name.
using Labels = std::map<std::string, std::string>;

struct Sample {
  Offset at{0};
  double value = 0;
  bool stale = false;  ///< The series was gone from here on; `value` means nothing.
};

/// How a series goes on when it is extended.
enum class SeriesKind {
  counter,    ///< Only grows but for restarts; buckets, sums and counts of histograms too.
  gauge,      ///< Takes any value.
  timestamp,  ///< Seconds since 1970: moves with the clock.
};

/// One series as it was seen in a drill.
struct RecordedSeries {
  std::string name;
  Labels labels;
  SeriesKind kind = SeriesKind::gauge;
  /// Ascending in time. Before the first the series was not born; after a stale one it was gone,
  /// until the next value.
  std::vector<Sample> samples;
};

struct Recording {
  std::vector<RecordedSeries> series;
  double zero_unix_s = 0;  ///< The wall clock at offset 0, for series of timestamps.
};

/// `name{a="b"}` as Prometheus writes it.
[[nodiscard]] std::string series_text(const std::string& name, const Labels& labels);

}  // namespace firedrill::alerts
