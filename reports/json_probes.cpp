#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

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
  if (probe.kind == "metrics") return json;
  for (const Track& track : probe.tracks) {
    const std::size_t points = track.points.size();
    if (points < 2 || points > kChangesShown || turned.size() == kValuesShown) continue;
    turned.push_back(value_json(probe, track));
  }
  return json;
}

}  // namespace firedrill
