#pragma once

#include "harness/base/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// A series of Prometheus: its name and its labels in alphabetical order.
struct SeriesName {
  std::string metric;
  std::vector<std::pair<std::string, std::string>> labels;

  /// `http_requests_total{method="GET",status="200"}`: one text for one series.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::string* label(std::string_view name) const;
};

/// Reads a series off the front of `text`, as it stands in Prometheus text, and leaves the rest.
[[nodiscard]] Result<SeriesName> take_series(std::string_view& text);
/// What SeriesName::text() wrote.
[[nodiscard]] Result<SeriesName> parse_series(std::string_view text);

/// Which series are meant: `http_requests_total{status=~"5..",path!="/health"}`, as PromQL has it.
/// Labels that it does not name may be anything. Movable. Thread: one instance per thread.
class MetricSelector {
 public:
  /// The error quotes what was seen and says what is accepted.
  [[nodiscard]] static Result<MetricSelector> parse(std::string_view text);
  ~MetricSelector();
  MetricSelector(MetricSelector&&) noexcept;
  MetricSelector& operator=(MetricSelector&&) noexcept;

  [[nodiscard]] bool fits(const SeriesName& series) const;
  [[nodiscard]] const std::string& metric() const;

 private:
  struct Impl;
  explicit MetricSelector(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
