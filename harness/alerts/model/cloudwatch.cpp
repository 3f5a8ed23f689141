#include "harness/alerts/model/cloudwatch.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill::alerts {
namespace {

using Points = std::vector<std::optional<double>>;

/// What is there in the evaluation range.
struct Seen {
  std::vector<bool> breaching;           ///< Of the datapoints that exist, newest first.
  std::size_t oldest_breaching_age = 0;  ///< 1 is the newest place.
};

Seen seen_in(const CloudWatchAlarm& alarm, const Points& range) {
  Seen seen;
  std::size_t age = 0;
  for (auto point = range.rbegin(); point != range.rend(); ++point) {
    ++age;
    if (!*point) continue;
    seen.breaching.push_back(breaches(alarm, **point));
    if (seen.breaching.back()) seen.oldest_breaching_age = age;
  }
  return seen;
}

std::size_t breaching_in(const Seen& seen, std::size_t newest) {
  const auto end =
      seen.breaching.begin() + static_cast<std::ptrdiff_t>(std::min(newest, seen.breaching.size()));
  return static_cast<std::size_t>(std::count(seen.breaching.begin(), end, true));
}

AlarmStep plain(bool alarm) { return {alarm ? AlarmState::alarm : AlarmState::ok, false, false}; }

AlarmStep without_data(MissingData rule, AlarmState before) {
  switch (rule) {
    case MissingData::missing:
      return {AlarmState::insufficient_data, false, false};
    case MissingData::ignore:
      return {before, false, false};
    case MissingData::breaching:
      return plain(true);
    case MissingData::not_breaching:
      return plain(false);
  }
  detail::assert_failed("a rule for missing data", __FILE__, __LINE__);
}

/// Fewer datapoints than N, but some.
AlarmStep with_few(const CloudWatchAlarm& alarm, const Seen& seen, AlarmState before) {
  const std::size_t bad = breaching_in(seen, seen.breaching.size());
  const std::size_t needed = alarm.datapoints_to_alarm;
  const std::size_t absent = alarm.evaluation_periods - seen.breaching.size();
  if (alarm.missing_data == MissingData::breaching) return plain(bad + absent >= needed);
  if (alarm.missing_data == MissingData::not_breaching) return plain(bad >= needed);
  if (bad >= needed) return plain(true);
  if (bad < seen.breaching.size()) return plain(false);
  if (seen.oldest_breaching_age < needed) return {before, false, true};
  if (alarm.missing_data == MissingData::ignore) return {before, false, false};
  return {AlarmState::alarm, true, false};
}

}  // namespace

const char* name_of(AlarmState state) {
  switch (state) {
    case AlarmState::insufficient_data:
      return "INSUFFICIENT_DATA";
    case AlarmState::ok:
      return "OK";
    case AlarmState::alarm:
      return "ALARM";
  }
  detail::assert_failed("a state of an alarm", __FILE__, __LINE__);
}

std::uint32_t evaluation_range(const CloudWatchAlarm& alarm) {
  return alarm.evaluation_periods + 2;
}

bool breaches(const CloudWatchAlarm& alarm, double value) {
  using Operator = CloudWatchAlarm::Operator;
  switch (alarm.op) {
    case Operator::greater:
      return value > alarm.threshold;
    case Operator::greater_equal:
      return value >= alarm.threshold;
    case Operator::less:
      return value < alarm.threshold;
    case Operator::less_equal:
      return value <= alarm.threshold;
  }
  detail::assert_failed("a comparison of an alarm", __FILE__, __LINE__);
}

AlarmStep evaluate_alarm(const CloudWatchAlarm& alarm, const Points& range, AlarmState before) {
  const Seen seen = seen_in(alarm, range);
  if (seen.breaching.size() >= alarm.evaluation_periods) {
    return plain(breaching_in(seen, alarm.evaluation_periods) >= alarm.datapoints_to_alarm);
  }
  if (seen.breaching.empty()) return without_data(alarm.missing_data, before);
  return with_few(alarm, seen, before);
}

}  // namespace firedrill::alerts
