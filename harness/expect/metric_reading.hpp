#pragma once

#include "harness/metrics/probe_record.hpp"
#include "harness/metrics/run_result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// The series that a selector fits, of the first probe of metrics that has any.
struct SelectedSeries {
  const ProbeRecord* probe = nullptr;
  std::vector<const Track*> tracks;
  std::string missing;  ///< Why there are none, as a sentence.

  /// Their sum at a poll; unset when none was there, or the poll could not be read. NaN, which
  /// stands for no observation, is not there.
  [[nodiscard]] std::optional<double> sum_at(std::uint32_t poll) const;
  /// How much they grew from one poll to a later one. Of counters (`…_total`, `_count`, `_sum`,
  /// `_bucket`) resets are seen through, and one that was born in between began at zero.
  [[nodiscard]] double growth(std::uint32_t from, std::uint32_t to) const;
  /// True when a counter fell between the two: what it counted after the last scrape before that is
  /// lost, and its growth is at least what growth() says.
  [[nodiscard]] bool was_reset(std::uint32_t from, std::uint32_t to) const;
};

/// @pre the selector parses
[[nodiscard]] SelectedSeries select_series(const RunResult& result, const std::string& selector);

}  // namespace firedrill
