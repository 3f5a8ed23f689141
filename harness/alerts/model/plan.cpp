#include "harness/alerts/model/plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace firedrill::alerts {
namespace {

/// promtool's own limit is 10,000; ranges are left-open or not depending on its version.
constexpr std::int64_t kSamplesMax = 9'900;

Duration reach_of_group(const RuleGroup& group, const std::vector<RuleGroup>& all) {
  Duration reach{0};
  for (const Rule& rule : group.rules) reach = std::max(reach, reach_of(rule, all));
  return reach;
}

Duration spacing_for(Duration reach, Duration scrape) {
  const std::int64_t samples = reach / scrape;
  return scrape * std::max<std::int64_t>(1, (samples + kSamplesMax - 1) / kSamplesMax);
}

/// `group` and every group with a recording rule that it reads, in the order of the files.
std::vector<const RuleGroup*> with_sources(const RuleGroup& group,
                                           const std::vector<RuleGroup>& all) {
  std::set<const Rule*> rules;
  for (const Rule& rule : group.rules) {
    for (const Rule* one : closure_of(rule, all)) rules.insert(one);
  }
  std::vector<const RuleGroup*> out;
  for (const RuleGroup& candidate : all) {
    const bool needed = std::any_of(candidate.rules.begin(), candidate.rules.end(),
                                    [&](const Rule& rule) { return rules.contains(&rule); });
    if (needed) out.push_back(&candidate);
  }
  return out;
}

bool has_alerts(const RuleGroup& group) {
  return std::any_of(group.rules.begin(), group.rules.end(),
                     [](const Rule& rule) { return !rule.alert.empty(); });
}

void add_group(RunClass& run, const RuleGroup& group, const std::vector<RuleGroup>& all) {
  run.reach = std::max(run.reach, reach_of_group(group, all));
  for (const Rule& rule : group.rules) {
    if (!rule.alert.empty()) run.alerts.push_back(rule.alert);
  }
  for (const RuleGroup* needed : with_sources(group, all)) {
    if (std::find(run.groups.begin(), run.groups.end(), needed) == run.groups.end()) {
      run.groups.push_back(needed);
    }
  }
}

}  // namespace

std::vector<RunClass> classes_of(const std::vector<RuleGroup>& groups, Duration scrape,
                                 Duration eval) {
  std::map<std::pair<Duration, Duration>, RunClass> classes;
  std::set<Duration> spacings;
  for (const RuleGroup& group : groups) {
    const Duration spacing = spacing_for(reach_of_group(group, groups), scrape);
    spacings.insert(spacing);
    if (!has_alerts(group)) continue;
    const Duration every = std::max(group.interval.value_or(eval), spacing);
    RunClass& run = classes[{spacing, every}];
    run.spacing = spacing;
    run.eval = every;
    add_group(run, group, groups);
  }
  std::vector<RunClass> out;
  for (auto& [key, run] : classes) {
    run.whole = spacings.size() == 1;
    out.push_back(std::move(run));
  }
  return out;
}

}  // namespace firedrill::alerts
