#pragma once

#include "harness/alerts/model/series.hpp"

#include <optional>
#include <string>

namespace firedrill::alerts {

/// Reads one recorded series at any time. Looks at `series`, which outlives it.
class Trace {
 public:
  explicit Trace(const RecordedSeries& series) : series_{series} {}

  /// The value at `at`: between samples of a counter in proportion, else that of the sample before.
  /// Unset before birth and after death.
  [[nodiscard]] std::optional<double> value(Offset at) const;
  /// How much a counter grew in (from, to], restarts made good; like Prometheus, without the value
  /// that it was born with.
  [[nodiscard]] double increase(Offset from, Offset to) const;
  /// True when a counter restarted in (from, to].
  [[nodiscard]] bool restarted(Offset from, Offset to) const;
  /// When the life that holds `at` began; unset when it is dead then.
  [[nodiscard]] std::optional<Offset> born(Offset at) const;
  /// How often it died in (from, to].
  [[nodiscard]] int deaths(Offset from, Offset to) const;
  [[nodiscard]] std::optional<Offset> first_seen() const;
  /// When it was seen last in (from, to); `to` when it was not. What a counter grew by until then
  /// happened before `to`; between that and the next sample nobody knows.
  [[nodiscard]] Offset last_seen(Offset from, Offset to) const;

 private:
  /// Index after the last sample at or before `at`.
  [[nodiscard]] std::size_t after(Offset at) const;

  const RecordedSeries& series_;
};

}  // namespace firedrill::alerts
