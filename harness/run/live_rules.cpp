#include "harness/run/live_rules.hpp"

#include "harness/alerts/evaluate.hpp"
#include "harness/alerts/model/compress.hpp"
#include "harness/alerts/model/live_answers.hpp"
#include "harness/base/strings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

alerts::Compression compression_of(const spec::Scenario& scenario) {
  return {scenario.live_alerts->compress, scenario.live_alerts->scrape, scenario.alerts->scrape};
}

std::string refusal_text(const alerts::Refusal& refusal) {
  return refusal.place + ": the rule " + refusal.rule + " cannot run faster: " + refusal.why;
}

/// Only what is checked matters: nothing is sent there.
alerts::ReceiverUrls mocks_there(const spec::Scenario& scenario) {
  alerts::ReceiverUrls urls;
  for (const auto& [name, mock] : scenario.mocks) {
    if (mock.kind == spec::MockKind::pagerduty) urls.pagerduty = "http://127.0.0.1:1";
    if (mock.kind == spec::MockKind::slack) urls.slack = "http://127.0.0.1:1";
    if (mock.kind == spec::MockKind::alertmanager) urls.webhook = "http://127.0.0.1:1";
  }
  return urls;
}

/// How far back the ranges of a rule look, through the rules that record what it reads.
Duration ranges_of(const alerts::Rule& rule, const std::vector<alerts::RuleGroup>& groups) {
  Duration reach{0};
  for (const alerts::Rule* source : alerts::closure_of(rule, groups)) {
    for (const alerts::SelectorUse& use : alerts::selectors_of(source->expr))
      reach = std::max(reach, use.reach);
  }
  return reach;
}

std::optional<Offset> first_break(const spec::Scenario& scenario) {
  std::optional<Offset> first;
  for (const spec::Fault& fault : scenario.faults) {
    const Offset from = scenario.span_of(fault).first;
    first = std::min(first.value_or(from), from);
  }
  return first;
}

std::string check_times(const spec::Scenario& scenario, const spec::AlertExpectation& alert,
                        const std::vector<alerts::RuleGroup>& groups) {
  const std::uint32_t factor = scenario.live_alerts->compress;
  const auto rules = alerts::alerts_named(alert.alert, groups);
  std::optional<Duration> hold;
  for (const alerts::Rule* rule : rules) {
    hold = std::min(hold.value_or(rule->hold), rule->hold);
    const Duration reach = ranges_of(*rule, groups);
    const auto healthy = first_break(scenario);
    if (!healthy || *healthy * factor >= reach) continue;
    return "'" + alert.alert + "' looks back " + to_text(reach) +
           ", and before the first fault there are " + to_text(*healthy * factor) +
           " as production sees it: it would fire too early";
  }
  if (hold && alert.notifies->within && *alert.notifies->within < *hold) {
    return "within " + to_text(*alert.notifies->within) +
           " cannot be: the rule has for: " + to_text(*hold);
  }
  return "";
}

std::string check_receivers(const spec::AlertExpectation::Notifies& notifies,
                            const std::vector<std::string>& known) {
  for (const auto* names : {&notifies.reaches, &notifies.spares}) {
    for (const std::string& name : *names) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      return "Alertmanager's configuration has no receiver '" + name + "'" +
             did_you_mean(name, known) + "; it has: " + join_or(known);
    }
  }
  return "";
}

/// Problems of a private pair but for those of single expectations.
std::vector<std::string> whole_problems(const spec::Scenario& scenario) {
  const std::string place = scenario.live_alerts->place.text();
  const bool rules = scenario.alerts && !scenario.alerts->rule_files.empty();
  if (!rules) {
    return {place +
            ": the private Prometheus evaluates the rules of the drill: say 'alerts: { "
            "rules: [FILE] }'"};
  }
  if (scenario.alerts->alertmanager.empty()) {
    return {place +
            ": the private Alertmanager needs production's configuration: say 'alerts: { "
            "alertmanager: FILE }'"};
  }
  std::vector<std::string> out;
  const bool scraped = std::any_of(
      scenario.probes.begin(), scenario.probes.end(),
      [](const spec::Probe& probe) { return probe.kind == spec::Probe::Kind::metrics; });
  if (!scraped) out.push_back(place + ": nothing is scraped: the system needs a probe of metrics");
  for (const std::string& silence : scenario.live_alerts->silences) {
    const auto body = alerts::silence_body(silence, WallTime{}, WallTime{});
    if (!body) out.push_back(place + ": the silence '" + silence + "': " + body.error().message);
  }
  return out;
}

}  // namespace

Result<std::vector<alerts::RuleGroup>> live_rules(const spec::Scenario& scenario) {
  const auto groups = alerts::read_rules(scenario.alerts->rule_files);
  if (!groups) return groups.error();
  const alerts::Compression compression = compression_of(scenario);
  const auto refused = alerts::refuse(*groups, compression);
  if (!refused.empty()) return Error{refusal_text(refused.front())};
  return alerts::compressed(*groups, compression);
}

Result<alerts::LiveRoutes> live_routing(const spec::Scenario& scenario,
                                        const alerts::ReceiverUrls& urls) {
  const std::string& file = scenario.alerts->alertmanager;
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) return Error{file + ": cannot be read"};
  auto routes = alerts::live_routes(text, urls, scenario.live_alerts->compress,
                                    std::filesystem::path{file}.parent_path().string());
  if (!routes) return Error{file + ": " + routes.error().message};
  return routes;
}

std::vector<std::string> live_alert_problems(const spec::Scenario& scenario) {
  if (!scenario.live_alerts || scenario.live_alerts->attached()) return {};
  std::vector<std::string> problems = whole_problems(scenario);
  if (!problems.empty()) return problems;
  const auto groups = alerts::read_rules(scenario.alerts->rule_files);
  if (!groups) return {};  // has been said
  for (const alerts::Refusal& refusal : alerts::refuse(*groups, compression_of(scenario)))
    problems.push_back(refusal_text(refusal));
  const auto routes = live_routing(scenario, mocks_there(scenario));
  if (!routes) problems.push_back(routes.error().message);
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* alert = std::get_if<spec::AlertExpectation>(&expectation.what);
    if (!alert || !alert->notifies) continue;
    std::string problem = check_times(scenario, *alert, *groups);
    if (problem.empty() && routes) problem = check_receivers(*alert->notifies, routes->receivers);
    if (!problem.empty()) problems.push_back(expectation.place.text() + ": " + problem);
  }
  return problems;
}

}  // namespace firedrill
