#include "harness/expect/metric_reading.hpp"

#include "harness/base/strings.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/text/metric_selector.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

bool is_counter(std::string_view name) {
  const std::string_view metric = name.substr(0, name.find('{'));
  return metric.ends_with("_total") || metric.ends_with("_count") || metric.ends_with("_sum") ||
         metric.ends_with("_bucket");
}

double value_at(const Track& track, std::uint32_t poll) {
  const TrackPoint* const point = track.at(poll);
  return point == nullptr ? 0 : point->number;
}

/// A counter that fell was born anew.
double counter_growth(const Track& track, std::uint32_t from, std::uint32_t to) {
  double before = value_at(track, from);
  double growth = 0;
  for (const TrackPoint& point : track.points) {
    if (point.poll <= from || point.poll > to || !point.present) continue;
    growth += point.number >= before ? point.number - before : point.number;
    before = point.number;
  }
  return growth;
}

std::string nearest_name(const RunResult& result, const std::string& metric) {
  std::vector<std::string> names;
  for (const ProbeRecord& probe : result.probes) {
    if (probe.kind != "metrics") continue;
    for (const Track& track : probe.tracks) {
      std::string name = track.name.substr(0, track.name.find('{'));
      if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
  }
  return did_you_mean(metric, names);
}

std::string why_missing(const RunResult& result, const std::string& selector,
                        const std::string& metric) {
  bool any = false;
  for (const ProbeRecord& probe : result.probes) {
    if (probe.kind != "metrics") continue;
    any = true;
    if (std::string reason = unusable_probe(result, probe.name); !reason.empty()) return reason;
    if (probe.tracks_not_kept > 0) {
      return "no series " + selector + " was kept, and " + std::to_string(probe.tracks_not_kept) +
             " were not: raise 'series'";
    }
  }
  if (!any) return "the scenario has no probe of metrics";
  return "no series " + selector + " was scraped" + nearest_name(result, metric);
}

}  // namespace

std::optional<double> SelectedSeries::sum_at(std::uint32_t poll) const {
  if (!is_readable(probe->polls[poll])) return std::nullopt;
  std::optional<double> sum;
  for (const Track* track : tracks) {
    const TrackPoint* const point = track->at(poll);
    const bool is_there = point != nullptr && !std::isnan(point->number);
    if (is_there) sum = sum.value_or(0) + point->number;
  }
  return sum;
}

double SelectedSeries::growth(std::uint32_t from, std::uint32_t to) const {
  double growth = 0;
  for (const Track* track : tracks) {
    growth += is_counter(track->name) ? counter_growth(*track, from, to)
                                      : value_at(*track, to) - value_at(*track, from);
  }
  return growth;
}

bool SelectedSeries::was_reset(std::uint32_t from, std::uint32_t to) const {
  return std::any_of(tracks.begin(), tracks.end(), [&](const Track* track) {
    if (!is_counter(track->name)) return false;
    double before = value_at(*track, from);
    for (const TrackPoint& point : track->points) {
      if (point.poll <= from || point.poll > to || !point.present) continue;
      if (point.number < before) return true;
      before = point.number;
    }
    return false;
  });
}

SelectedSeries select_series(const RunResult& result, const std::string& selector) {
  SelectedSeries out;
  const auto parsed = MetricSelector::parse(selector);
  if (!parsed) {
    out.missing = parsed.error().message;
    return out;
  }
  for (const ProbeRecord& probe : result.probes) {
    if (probe.kind != "metrics" || !unusable_probe(result, probe.name).empty()) continue;
    for (const Track& track : probe.tracks) {
      const auto series = parse_series(track.name);
      if (series && parsed->fits(*series)) out.tracks.push_back(&track);
    }
    if (out.tracks.empty()) continue;
    out.probe = &probe;
    const bool whole = std::all_of(out.tracks.begin(), out.tracks.end(),
                                   [](const Track* track) { return track->whole; });
    if (!whole) out.missing = "values of " + selector + " were lost at the bound of the probe";
    return out;
  }
  out.missing = why_missing(result, selector, parsed->metric());
  return out;
}

}  // namespace firedrill
