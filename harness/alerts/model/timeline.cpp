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
  std::map<Key, AlertTimeline> found;
  for (const AlertSeen& seen : answers.alerts) {
    AlertTimeline& timeline = found[{seen.alert, seen.labels}];
    timeline.alert = seen.alert;
    timeline.labels = seen.labels;
    append(timeline, seen.firing, seen.at - ticks.lead_in, ticks.every);
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
