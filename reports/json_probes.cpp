#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

/// Values that change all the time (clocks, counters) tell no story; those that turn a few times
/// do.
constexpr std::size_t kChangesShown = 20;
constexpr std::size_t kValuesShown = 100;

Json value_json(const ProbeRecord& probe, const Track& track) {
  Json json;
  json["name"] = track.name;
  Json& changes = json["changes"] = Json::array();
  for (const TrackPoint& point : track.points) {
    Json change;
    change["at_s"] = json_seconds(probe.polls[point.poll].at);
    change["says"] = point.present ? Json(point.text) : Json(nullptr);
    changes.push_back(std::move(change));
  }
  return json;
}

/// The course of each resource in four numbers.
Json resources_json(const ProbeRecord& probe) {
  Json json = Json::array();
  for (const Track& track : probe.tracks) {
    Json one;
    one["name"] = track.name;
    std::optional<double> first;
    double last = 0;
    double least = 0;
    double most = 0;
    for (const TrackPoint& point : track.points) {
      if (!point.present) continue;
      least = first ? std::min(least, point.number) : point.number;
      most = first ? std::max(most, point.number) : point.number;
      first = first.value_or(point.number);
      last = point.number;
    }
    one["first"] = first ? Json(*first) : Json(nullptr);
    one["last"] = last;
    one["least"] = least;
    one["most"] = most;
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace

Json probe_json(const ProbeRecord& probe) {
  Json json;
  json["name"] = probe.name;
  json["kind"] = probe.kind;
  json["url"] = probe.url;
  json["answered"] = probe.answered;
  json["failed"] = probe.failed;
  json["values"] = probe.tracks.size();
  Json& lost = json["not_kept"] = Json::object();
  lost["polls"] = probe.polls_not_kept;
  lost["values"] = probe.tracks_not_kept;
  lost["changes"] = probe.points_not_kept;
  Json& turned = json["turned"] = Json::array();
  if (probe.kind == "resources") json["resources"] = resources_json(probe);
  if (probe.kind == "metrics" || probe.kind == "resources") return json;
  for (const Track& track : probe.tracks) {
    const std::size_t points = track.points.size();
    if (points < 2 || points > kChangesShown || turned.size() == kValuesShown) continue;
    turned.push_back(value_json(probe, track));
  }
  return json;
}

}  // namespace firedrill
