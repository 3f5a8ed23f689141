#include "harness/expect/resource_view.hpp"

#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"

#include <string_view>
#include <utility>

namespace firedrill {
namespace {

constexpr double kMebibyte = 1024.0 * 1024.0;

/// Where a resource stands in a probe of resources.
std::string_view own_track(spec::Resource resource) {
  switch (resource) {
    case spec::Resource::memory:
      return "memory_bytes";
    case spec::Resource::cpu:
      return "cpu_seconds";
    case spec::Resource::descriptors:
      return "descriptors";
    case spec::Resource::connections:
      return "connections";
    case spec::Resource::threads:
      return "threads";
  }
  return "";
}

/// Where it stands in what Prometheus clients say of their process; "" when they do not.
std::string_view scraped_track(spec::Resource resource) {
  switch (resource) {
    case spec::Resource::memory:
      return "process_resident_memory_bytes";
    case spec::Resource::cpu:
      return "process_cpu_seconds_total";
    case spec::Resource::descriptors:
      return "process_open_fds";
    case spec::Resource::connections:
    case spec::Resource::threads:
      break;
  }
  return "";
}

/// A process that was started again has forgotten its past.
bool is_same_process(const ProbeRecord& probe, std::uint32_t first, std::uint32_t last) {
  const bool own = probe.kind == "resources";
  const Track* const started = probe.track(own ? "started_ticks" : "process_start_time_seconds");
  if (started == nullptr) return true;  // not every client says so
  for (const TrackPoint& point : started->points) {
    if (point.poll > first && point.poll <= last) return false;
  }
  return true;
}

std::string not_seen(const ProbeRecord& probe, spec::Resource resource) {
  return "probe " + probe.name + " shows no " + std::string{spec::name_of(resource)};
}

}  // namespace

ResourceSeries resource_in(const RunResult& result, const std::string& probe,
                           spec::Resource resource, const Window& window, Offset from) {
  ResourceSeries series;
  series.missing = unusable_probe(result, probe);
  if (!series.missing.empty()) return series;
  const ProbeRecord& record = *find_probe(result, probe);
  const bool own = record.kind == "resources";
  const Track* const track = record.track(own ? own_track(resource) : scraped_track(resource));
  if (track == nullptr) {
    series.missing = not_seen(record, resource);
    return series;
  }
  const std::vector<std::uint32_t> polls = polls_in(record, result, window, from);
  for (const std::uint32_t poll : polls) {
    if (!is_readable(record.polls[poll])) continue;
    const TrackPoint* const point = track->at(poll);
    if (point != nullptr) series.samples.push_back({record.polls[poll].at, point->number});
  }
  if (!track->whole) {
    series.missing = "values were lost at the bound of probe " + probe;
  } else if (series.samples.size() * 2 < polls.size() || series.samples.empty()) {
    series.missing = "probe " + probe + " could be read in " +
                     part_of(series.samples.size(), polls.size()) + " polls of the window only";
  } else if (!is_same_process(record, polls.front(), polls.back())) {
    series.missing = "the system was started again in the window";
  }
  return series;
}

std::optional<double> cpu_share(const std::vector<ResourceSample>& samples) {
  if (samples.size() < 2) return std::nullopt;
  const double time = seconds(samples.back().at - samples.front().at);
  const double used = samples.back().value - samples.front().value;
  if (time <= 0 || used < 0) return std::nullopt;
  return used / time;
}

std::string amount_text(spec::Resource resource, double amount) {
  if (resource == spec::Resource::memory) return number_text(amount / kMebibyte) + " MiB";
  if (resource == spec::Resource::cpu) return number_text(amount * 100) + " %";
  return number_text(amount);
}

std::string growth_text(double bytes_per_second) {
  return number_text(bytes_per_second * 60 / kMebibyte) + " MiB/min";
}

}  // namespace firedrill
