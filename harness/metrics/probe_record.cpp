#include "harness/metrics/probe_record.hpp"

#include <algorithm>

namespace firedrill {

const TrackPoint* Track::at(std::uint32_t poll) const {
  const auto after = std::upper_bound(
      points.begin(), points.end(), poll,
      [](std::uint32_t wanted, const TrackPoint& point) { return wanted < point.poll; });
  if (after == points.begin()) return nullptr;
  const TrackPoint& point = *std::prev(after);
  return point.present ? &point : nullptr;
}

const Track* ProbeRecord::track(std::string_view track_name) const {
  const auto found = std::find_if(tracks.begin(), tracks.end(),
                                  [&](const Track& track) { return track.name == track_name; });
  return found == tracks.end() ? nullptr : &*found;
}

}  // namespace firedrill
