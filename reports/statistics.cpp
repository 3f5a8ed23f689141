#include "reports/statistics.hpp"

#include "harness/metrics/interval.hpp"

#include <algorithm>
#include <map>

namespace firedrill {
namespace {

Duration wall_of(const PhaseRecord& phase) {
  return phase.reached ? std::max(Duration{0}, phase.end - phase.start) : Duration{0};
}

}  // namespace

std::optional<double> TrafficSummary::throughput() const {
  if (wall <= Duration{0}) return std::nullopt;
  return static_cast<double>(total.sent_here) / seconds(wall);
}

std::optional<double> TrafficSummary::failed_share() const {
  if (total.planned == 0) return std::nullopt;
  return static_cast<double>(total.failed()) / static_cast<double>(total.planned);
}

std::vector<TrafficSummary> by_phase(const RunResult& result, const StreamSeries& series) {
  std::vector<TrafficSummary> summaries;
  for (std::uint32_t i = 0; i < result.phases.size(); ++i) {
    const PhaseRecord& phase = result.phases[i];
    TrafficSummary summary{.phase = phase.name,
                           .reached = phase.reached,
                           .total = total_of_phase(series, i),
                           .wall = wall_of(phase),
                           .in_flight_at_end = std::nullopt};
    if (phase.reached && i < series.in_flight_at_phase_end.size()) {
      summary.in_flight_at_end = series.in_flight_at_phase_end[i];
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

TrafficSummary whole_drill(const RunResult& result, const StreamSeries& series) {
  TrafficSummary whole;
  whole.total.matched.resize(series.watches.size());
  for (const Slice& slice : series.slices) whole.total.merge(slice);
  whole.reached = false;
  for (std::size_t i = 0; i < result.phases.size(); ++i) {
    if (!result.phases[i].reached) continue;
    whole.reached = true;
    whole.wall += wall_of(result.phases[i]);
    if (i < series.in_flight_at_phase_end.size()) {
      whole.in_flight_at_end = series.in_flight_at_phase_end[i];
    }
  }
  return whole;
}

std::optional<Duration> trusted_quantile(const LatencyHistogram& histogram, double q) {
  if (histogram.count() < samples_needed(q)) return std::nullopt;
  return histogram.quantile(q);
}

std::vector<Slice> whole_seconds(const StreamSeries& series) {
  std::map<std::int64_t, Slice> by_second;
  for (const Slice& slice : series.slices) {
    if (slice.planned == 0 && slice.sent_here == 0) continue;
    const auto second = std::chrono::floor<std::chrono::seconds>(slice.start);
    const auto [found, is_new] = by_second.try_emplace(second.count());
    if (is_new) {
      found->second.start = second;
      found->second.length = std::chrono::seconds{1};
      found->second.phase = slice.phase;
    }
    found->second.merge(slice);
  }
  std::vector<Slice> merged;
  merged.reserve(by_second.size());
  for (auto& [second, slice] : by_second) merged.push_back(std::move(slice));
  return merged;
}

DrillSpan span_of(const RunResult& result) {
  DrillSpan span;
  for (const Moment& moment : result.moments) {
    span.start = std::min(span.start, moment.at);
    span.end = std::max(span.end, moment.at);
  }
  for (const PhaseRecord& phase : result.phases) {
    if (phase.reached) span.end = std::max(span.end, phase.end);
  }
  return span;
}

const PhaseRecord* phase_at(const RunResult& result, Offset at) {
  const PhaseRecord* found = nullptr;
  for (const PhaseRecord& phase : result.phases) {
    if (phase.reached && phase.start <= at) found = &phase;
  }
  return found;
}

}  // namespace firedrill
