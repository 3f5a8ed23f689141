#include "harness/alerts/model/cloudwatch_play.hpp"

#include "harness/alerts/model/rates.hpp"
#include "harness/base/assert.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace firedrill::alerts {
namespace {

using Statistic = CloudWatchAlarm::Statistic;

/// Percentiles of less than 10 / (1 - p) values mean nothing (user guide, on p50 and above).
constexpr double kTailSamples = 10;
/// 10 / (1 - 0.9) is a little more than 100 to a computer.
constexpr double kRounding = 1e-6;

/// One series as a value at every step.
class AlarmTrack {
 public:
  AlarmTrack(const PlayedSeries& series, const Played& played, SeriesKind kind)
      : series_{series}, lead_{played.lead_samples}, counts_{kind == SeriesKind::counter} {}

  /// Unset when the series is not there at this step.
  [[nodiscard]] std::optional<double> at(std::size_t step) const {
    const auto now = value(step);
    if (!now || !counts_) return now;
    const auto before = step == 0 ? before_first() : value(step - 1);
    // A counter that was not there has counted from 0.
    if (!before) return now;
    return *now >= *before ? *now - *before : *now;
  }

 private:
  [[nodiscard]] std::optional<double> value(std::size_t step) const {
    const PlayedSample& sample = series_.samples[step];
    if (sample.kind != PlayedSample::Kind::value) return std::nullopt;
    return sample.value;
  }
  [[nodiscard]] std::optional<double> before_first() const {
    if (!series_.leads_in) return value(0);
    return series_.lead_start + series_.lead_step * static_cast<double>(lead_ - 1);
  }

  const PlayedSeries& series_;
  std::uint64_t lead_;
  bool counts_;
};

struct Source {
  AlarmTrack track;
  std::optional<double> bound;  ///< Of a bucket.
};

std::vector<Source> sources_of(const Played& played, const Recording& recording,
                               const ExprPtr& selector) {
  std::vector<Source> out;
  if (!selector) return out;
  const auto wanted = selected(recording, *selector);
  for (std::size_t i = 0; i < recording.series.size(); ++i) {
    const RecordedSeries& series = recording.series[i];
    if (std::find(wanted.begin(), wanted.end(), &series) == wanted.end()) continue;
    const auto le = series.labels.find("le");
    std::optional<double> bound;
    if (le != series.labels.end()) bound = std::strtod(le->second.c_str(), nullptr);
    out.push_back({AlarmTrack{played.series[i], played, series.kind}, bound});
  }
  return out;
}

Datum datum_at(const std::vector<Source>& sources, std::size_t step) {
  Datum datum;
  for (const Source& source : sources) {
    const auto value = source.track.at(step);
    if (!value) continue;
    datum.count = 1;
    datum.sum += *value;
    if (source.bound) datum.buckets[*source.bound] += *value;
  }
  datum.minimum = datum.sum;
  datum.maximum = datum.sum;
  return datum;
}

void merge(Datum& into, const Datum& from) {
  if (from.count == 0) return;
  into.minimum = into.count == 0 ? from.minimum : std::min(into.minimum, from.minimum);
  into.maximum = into.count == 0 ? from.maximum : std::max(into.maximum, from.maximum);
  into.sum += from.sum;
  into.count += from.count;
  for (const auto& [bound, count] : from.buckets) into.buckets[bound] += count;
}

double samples_in(const Datum& datum) {
  return datum.buckets.empty() ? datum.count : datum.buckets.rbegin()->second;
}

/// In proportion between the bounds of its bucket; never beyond the highest finite one.
double percentile_of(const Datum& datum, double share) {
  const double rank = share * samples_in(datum);
  double below = 0;
  double low = 0;
  for (const auto& [bound, count] : datum.buckets) {
    if (count >= rank) {
      if (!std::isfinite(bound) || count <= below) return low;
      return low + (bound - low) * (rank - below) / (count - below);
    }
    below = count;
    low = bound;
  }
  return low;
}

std::optional<double> value_of(const CloudWatchAlarm& alarm, const Datum& datum) {
  if (datum.count == 0) return std::nullopt;
  switch (alarm.statistic) {
    case Statistic::sample_count:
      return datum.count;
    case Statistic::average:
      return datum.sum / datum.count;
    case Statistic::sum:
      return datum.sum;
    case Statistic::minimum:
      return datum.minimum;
    case Statistic::maximum:
      return datum.maximum;
    case Statistic::percentile:
      if (samples_in(datum) <= 0) return std::nullopt;
      return percentile_of(datum, alarm.percentile);
  }
  detail::assert_failed("a statistic", __FILE__, __LINE__);
}

/// The period that ends with step `last`, of `steps` steps.
Datum period_of(const std::vector<Datum>& data, std::int64_t last, std::int64_t steps) {
  Datum period;
  for (std::int64_t i = last - steps + 1; i <= last; ++i) {
    merge(period, data[static_cast<std::size_t>(std::max<std::int64_t>(0, i))]);
  }
  return period;
}

bool too_few(const CloudWatchAlarm& alarm, const Datum& period) {
  if (alarm.statistic != Statistic::percentile || !alarm.freezes_on_few_samples) return false;
  const double tail = std::min(alarm.percentile, 1 - alarm.percentile);
  return period.count > 0 && tail > 0 && samples_in(period) + kRounding < kTailSamples / tail;
}

}  // namespace

Duration resolution_of(const CloudWatchAlarm& alarm) {
  const Duration minute = std::chrono::minutes{1};
  return alarm.period < minute ? Duration{std::chrono::seconds{10}} : minute;
}

std::vector<Datum> data_of(const Played& played, const Recording& recording,
                           const MetricSource& source) {
  const std::vector<Source> series = sources_of(played, recording, source.series);
  const std::vector<Source> requests =
      sources_of(played, recording, source.requests ? source.requests : source.series);
  const auto steps = static_cast<std::size_t>(played.length() / played.spacing) + 1;
  std::vector<Datum> out;
  for (std::size_t step = 0; step < steps; ++step) {
    Datum datum = datum_at(series, step);
    const bool quiet = (source.emit == Emission::when_nonzero && datum.sum == 0) ||
                       (source.emit == Emission::on_request && datum_at(requests, step).sum == 0);
    out.push_back(quiet ? Datum{} : std::move(datum));
  }
  return out;
}

std::vector<AlarmStep> run_alarm(const CloudWatchAlarm& alarm, const std::vector<Datum>& data,
                                 Duration spacing) {
  const std::int64_t steps = std::max<std::int64_t>(1, alarm.period / spacing);
  const std::uint32_t periods = evaluation_range(alarm);
  std::vector<AlarmStep> out;
  AlarmState state = AlarmState::insufficient_data;
  for (std::size_t now = 0; now < data.size(); ++now) {
    std::vector<std::optional<double>> range(periods);
    bool frozen = false;
    for (std::uint32_t i = 0; i < periods; ++i) {
      const std::int64_t last =
          static_cast<std::int64_t>(now) - static_cast<std::int64_t>(i) * steps;
      const Datum period = period_of(data, last, steps);
      range[periods - 1 - i] = value_of(alarm, period);
      frozen = frozen || (i < alarm.evaluation_periods && too_few(alarm, period));
    }
    out.push_back(frozen ? AlarmStep{state, false, false} : evaluate_alarm(alarm, range, state));
    state = out.back().state;
  }
  return out;
}

AlertTimeline timeline_of(const CloudWatchAlarm& alarm, const std::vector<AlarmStep>& steps,
                          Duration spacing) {
  AlertTimeline timeline;
  timeline.alert = alarm.name;
  for (const auto& [name, value] : alarm.dimensions) timeline.labels[name] = value;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].state != AlarmState::alarm) continue;
    const Offset at = spacing * static_cast<std::int64_t>(i);
    const bool last = i + 1 == steps.size();
    if (!timeline.states.empty() && timeline.states.back().to == at) {
      timeline.states.back().to = at + spacing;
      timeline.states.back().ended = !last;
    } else {
      timeline.states.push_back({true, at, at + spacing, !last});
    }
  }
  return timeline;
}

}  // namespace firedrill::alerts
