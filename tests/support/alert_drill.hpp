#pragma once

#include "harness/alerts/evaluate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::test {

/// A drill of 20 s steady, 20 s outage and 20 s recovery, sampled every second, that is played as
/// 10, 20 and 30 minutes: the outage begins at 10m and ends at 30m.
class AlertDrill {
 public:
  AlertDrill();

  /// Grows by so much a second in each phase.
  AlertDrill& counter(const std::string& name, alerts::Labels labels, std::vector<double> rates,
                      double start = 1000);
  AlertDrill& gauge(const std::string& name, alerts::Labels labels, std::vector<double> values);
  /// The series that was added last is first seen at `at`, with `value` more than it grew by.
  AlertDrill& born(double at, double value);
  /// The series that was added last is gone from `at` on.
  AlertDrill& dies(double at);
  /// The counter that was added last restarts at 0.
  AlertDrill& restarts(double at);
  /// requests_total by status: `rate` a second, of which so many are errors in each phase.
  AlertDrill& requests(std::vector<double> error_shares, double rate = 10);

  alerts::Inquiry inquiry;

  /// Writes the rules to a file, evaluates them, and removes the file.
  [[nodiscard]] AlertRecord evaluate(const std::string& rules);

 private:
  alerts::RecordedSeries& last() { return inquiry.recording.series.back(); }
};

/// "High{severity=\"critical\"}: pending 10m30s, firing 12m30s, gone 30m30s": what differs between
/// label sets is `shown`; the others are left out.
[[nodiscard]] std::string text_of(const AlertRecord& record, const std::vector<std::string>& shown);

}  // namespace firedrill::test
