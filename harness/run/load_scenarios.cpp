#include "harness/run/load_scenarios.hpp"

#include "harness/aio/egress_guard.hpp"
#include "harness/base/strings.hpp"
#include "harness/expect/feasibility.hpp"
#include "harness/expect/sweep.hpp"
#include "harness/run/alert_evaluation.hpp"
#include "harness/run/live_rules.hpp"
#include "harness/scenario/load.hpp"
#include "harness/spec/names.hpp"
#include "mocks/webhooks/events.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace firedrill {
namespace {

void complain(const std::string& message) { std::fprintf(stderr, "%s\n", message.c_str()); }

/// Events that no mock can send, in `place`; "" when it can.
std::string unknown_event(spec::MockKind provider, const std::string& event) {
  const std::vector<std::string> known = event_names(provider);
  if (std::find(known.begin(), known.end(), event) != known.end()) return "";
  return std::string{spec::name_of(provider)} + " sends no event '" + event + "'" +
         did_you_mean(event, known) + "; `firedrill list --events` names them all";
}

bool events_exist(const spec::Scenario& scenario) {
  bool good = true;
  const auto check = [&good](spec::MockKind provider, const std::string& event,
                             const spec::Place& place) {
    const std::string problem = unknown_event(provider, event);
    if (problem.empty()) return;
    complain(place.text() + ": " + problem);
    good = false;
  };
  for (const auto& [name, mock] : scenario.mocks) {
    for (const spec::WebhookTarget& target : mock.webhooks) {
      for (const std::string& event : target.events) check(mock.kind, event, target.place);
    }
  }
  for (const spec::Stream& stream : scenario.traffic) {
    if (stream.webhook)
      check(stream.webhook->provider, stream.webhook->event, stream.webhook->place);
  }
  return good;
}

/// Whether every drill that can be foreseen could come to a verdict: of a sweep, those of all
/// levels when its capacity is known.
bool feasible(const spec::Scenario& scenario) {
  std::vector<spec::Scenario> drills{scenario};
  if (scenario.sweep && !scenario.sweep->measure) {
    drills.clear();
    for (const Ratio level : scenario.sweep->levels) {
      drills.push_back(drill_at(scenario, level, scenario.sweep->capacity));
    }
  }
  bool good = true;
  for (const spec::Scenario& drill : drills) {
    const std::string which = scenario.sweep ? drill.name + ": " : "";
    for (const Infeasible& problem : check_feasible(drill)) {
      complain(problem.place.text() + ": " + which + problem.message);
      good = false;
    }
  }
  return good;
}

/// What the loader cannot know: whether the drill may talk to its target, and whether it can prove
/// anything.
bool sound(const spec::Scenario& scenario) {
  bool good = events_exist(scenario);
  if (const auto* running = std::get_if<spec::UrlSystem>(&scenario.system.what)) {
    if (const auto target = check_target(running->url, scenario.allow); !target) {
      complain(scenario.file + ": system.url: " + target.error().message);
      good = false;
    }
  }
  for (const std::string& host : scenario.allow) {
    if (const auto allowed = EgressGuard{}.check_host(host); !allowed) {
      complain(scenario.file + ": allow: " + allowed.error().message);
      good = false;
    }
  }
  for (const std::string& problem : alert_problems(scenario)) {
    complain(problem);
    good = false;
  }
  for (const std::string& problem : live_alert_problems(scenario)) {
    complain(problem);
    good = false;
  }
  return feasible(scenario) && good;
}

}  // namespace

std::optional<std::vector<spec::Scenario>> load_scenarios(const ScenarioArguments& arguments) {
  LoadOptions options;
  options.overlays = arguments.overlays;
  options.sets = arguments.sets;
  options.target = arguments.target;
  options.env = [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string{name}.c_str());
    if (!value) return std::nullopt;
    return value;
  };
  std::vector<spec::Scenario> scenarios;
  bool good = true;
  for (const std::string& file : arguments.files) {
    Loaded loaded = load_scenario(file, options);
    for (const Problem& problem : loaded.problems) complain(format(problem));
    good = good && loaded.scenario && loaded.problems.empty() && sound(*loaded.scenario);
    if (good) scenarios.push_back(std::move(*loaded.scenario));
  }
  if (!good) return std::nullopt;
  return scenarios;
}

}  // namespace firedrill
