#include "harness/alerts/model/timeline.hpp"

#include <map>
#include <utility>

namespace firedrill::alerts {
namespace {

using Key = std::pair<std::string, Labels>;

void append(AlertTimeline& timeline, bool firing, Offset at, Duration every) {
  auto& states = timeline.states;
  if (!states.empty() && states.back().firing == firing && states.back().to == at) {
    states.back().to = at + every;
  } else {
    states.push_back({firing, at, at + every, true});
  }
}

}  // namespace

std::vector<AlertTimeline> timelines_of(const Answers& answers, const Ticks& ticks) {
  // Two rules may give the same labels; the one that fires is the one that is heard.
  std::map<Key, std::map<Offset, bool>> seen_at;
  for (const AlertSeen& seen : answers.alerts) {
    bool& firing = seen_at[{seen.alert, seen.labels}][seen.at - ticks.lead_in];
    firing = firing || seen.firing;
  }
  std::map<Key, AlertTimeline> found;
  for (const auto& [key, states] : seen_at) {
    AlertTimeline& timeline = found[key];
    timeline.alert = key.first;
    timeline.labels = key.second;
    for (const auto& [at, firing] : states) append(timeline, firing, at, ticks.every);
  }
  for (const AnnotationsSeen& seen : answers.annotations) {
    const auto timeline = found.find({seen.alert, seen.labels});
    if (timeline == found.end() || !timeline->second.annotations.empty()) continue;
    timeline->second.annotations = seen.annotations;
  }
  std::vector<AlertTimeline> out;
  for (auto& [key, timeline] : found) {
    AlertState& last = timeline.states.back();
    last.ended = last.to <= ticks.length;
    out.push_back(std::move(timeline));
  }
  return out;
}

}  // namespace firedrill::alerts
