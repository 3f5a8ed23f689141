#include "harness/expect/observed_feasibility.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/expect/probe_view.hpp"

#include <algorithm>

namespace firedrill {
namespace {

std::optional<std::string> too_rare(const spec::Probe& probe,
                                    const std::vector<PlannedSpan>& spans) {
  const Duration length = total_length(spans);
  if (length >= probe.every * static_cast<Duration::rep>(kPollsNeeded)) return std::nullopt;
  return "probe " + probe.name + " is asked every " + to_text(probe.every) +
         ", and the window is " + to_text(length) + " long: ask at least " +
         std::to_string(kPollsNeeded) + " times in it";
}

const spec::Probe* first_of(const spec::Scenario& scenario, spec::Probe::Kind kind) {
  const auto found = std::find_if(scenario.probes.begin(), scenario.probes.end(),
                                  [&](const spec::Probe& probe) { return probe.kind == kind; });
  return found == scenario.probes.end() ? nullptr : &*found;
}

std::optional<std::string> check_health(const spec::Scenario& scenario,
                                        const spec::HealthExpectation& health,
                                        const std::vector<PlannedSpan>& spans) {
  for (const spec::Probe& probe : scenario.probes) {
    if (probe.name == health.probe) return too_rare(probe, spans);
  }
  return std::nullopt;  // the loader has said that there is none
}

std::optional<std::string> check_metric(const spec::Scenario& scenario,
                                        const std::vector<PlannedSpan>& spans) {
  const spec::Probe* const probe = first_of(scenario, spec::Probe::Kind::metrics);
  if (probe == nullptr) {
    return "no probe scrapes metrics: add one under 'probes', such as { metrics: /metrics }";
  }
  return too_rare(*probe, spans);
}

bool breaks(const spec::Scenario& scenario, const std::string& mock) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), [&](const spec::Fault& fault) {
    const auto* of_mock = std::get_if<spec::MockFault>(&fault.what);
    return of_mock != nullptr && of_mock->mock == mock;
  });
}

std::optional<std::string> check_telemetry(const spec::Scenario& scenario,
                                           const spec::TelemetryExpectation& telemetry) {
  const bool told = first_of(scenario, spec::Probe::Kind::breakers) != nullptr ||
                    first_of(scenario, spec::Probe::Kind::metrics) != nullptr;
  if (!told) {
    return "no probe tells the state of a breaker: add one under 'probes', such as "
           "{ breakers: /health/circuit-breakers }";
  }
  if (!breaks(scenario, telemetry.mock)) {
    return "nothing breaks " + telemetry.mock + ", so its breaker has no reason to open";
  }
  return std::nullopt;
}

std::optional<std::string> check_log(const spec::Scenario& scenario) {
  if (!std::holds_alternative<spec::UrlSystem>(scenario.system.what)) return std::nullopt;
  return "the log of a system that the drill does not start is not to be seen";
}

const spec::Probe* probe_named(const spec::Scenario& scenario, const std::string& name) {
  for (const spec::Probe& probe : scenario.probes) {
    if (probe.name == name) return &probe;
  }
  return nullptr;
}

std::optional<std::string> check_resources(const spec::Scenario& scenario,
                                           const spec::ResourcesExpectation& resources,
                                           const std::vector<PlannedSpan>& spans) {
  const spec::Probe* const probe = probe_named(scenario, resources.probe);
  if (probe == nullptr) return std::nullopt;  // the loader has said that there is none
  const Duration length = total_length(spans);
  if (resources.warm_up + probe->every * static_cast<Duration::rep>(kPollsNeeded) > length) {
    return "the window is " + to_text(length) + " long, and " + to_text(resources.warm_up) +
           " of it are the warm-up: nothing is left to measure";
  }
  const bool slope = resources.memory_slope.has_value();
  if (slope && (length - resources.warm_up) / probe->every < resources.samples_min) {
    return "probe " + probe->name + " is asked every " + to_text(probe->every) + ": that makes " +
           std::to_string((length - resources.warm_up) / probe->every) + " samples where " +
           std::to_string(resources.samples_min) + " are needed";
  }
  if (!resources.returns.empty() &&
      resources.within + probe->every * static_cast<Duration::rep>(kPollsNeeded) > length) {
    return "the window is " + to_text(length) + " long: too short to see what is back within " +
           to_text(resources.within);
  }
  return std::nullopt;
}

std::optional<std::string> check_happens(const spec::Scenario& scenario,
                                         const spec::HappensExpectation& happens,
                                         const std::vector<PlannedSpan>& spans) {
  using Source = spec::HappensExpectation::Source;
  if (happens.source == Source::log) {
    if (auto problem = check_log(scenario)) return problem;
  }
  if (happens.source == Source::metric) {
    if (auto problem = check_metric(scenario, spans)) return problem;
    const spec::Probe& probe = *first_of(scenario, spec::Probe::Kind::metrics);
    if (happens.every && *happens.every < 2 * probe.every) {
      return "probe " + probe.name + " is asked every " + to_text(probe.every) +
             ": too rarely to tell whether something comes every " + to_text(*happens.every);
    }
  }
  const Duration length = total_length(spans);
  for (const auto& limit : {happens.every, happens.by}) {
    if (limit && *limit > length) {
      return "the window is " + to_text(length) + " long: too short to wait " + to_text(*limit);
    }
  }
  return std::nullopt;
}

std::optional<std::string> check_privacy(const spec::Scenario& scenario,
                                         const spec::PrivacyExpectation& privacy) {
  using spec::LeakPlace;
  for (const LeakPlace place : privacy.never_in) {
    if (place == LeakPlace::logs) {
      if (auto problem = check_log(scenario)) return problem;
    }
    if (place == LeakPlace::third_party_calls && scenario.mocks.empty()) {
      return "there is no mock, so nobody sees what third parties are told";
    }
    const bool asked = std::any_of(
        scenario.probes.begin(), scenario.probes.end(),
        [](const spec::Probe& probe) { return probe.kind != spec::Probe::Kind::resources; });
    if (place == LeakPlace::metrics && !asked) {
      return "no probe reads metrics or health: add one under 'probes'";
    }
  }
  return std::nullopt;
}

/// The probe that an expectation is about, or nullptr.
const spec::Probe* probe_of(const spec::Scenario& scenario, const spec::Expectation& expectation) {
  if (const auto* health = std::get_if<spec::HealthExpectation>(&expectation.what)) {
    for (const spec::Probe& probe : scenario.probes) {
      if (probe.name == health->probe) return &probe;
    }
  }
  if (std::holds_alternative<spec::MetricExpectation>(expectation.what)) {
    return first_of(scenario, spec::Probe::Kind::metrics);
  }
  if (const auto* resources = std::get_if<spec::ResourcesExpectation>(&expectation.what)) {
    return probe_named(scenario, resources->probe);
  }
  if (std::holds_alternative<spec::TelemetryExpectation>(expectation.what)) {
    return first_of(scenario, spec::Probe::Kind::breakers);
  }
  return nullptr;
}

}  // namespace

std::optional<std::uint64_t> expected_polls(const spec::Scenario& scenario,
                                            const spec::Expectation& expectation) {
  const spec::Probe* const probe = probe_of(scenario, expectation);
  if (probe == nullptr) return std::nullopt;
  const Duration length = total_length(planned_window(scenario, expectation));
  return static_cast<std::uint64_t>(length / probe->every);
}

std::optional<std::string> check_observed(const spec::Scenario& scenario,
                                          const spec::Expectation& expectation,
                                          const std::vector<PlannedSpan>& spans) {
  return std::visit(
      Overloaded{
          [&](const spec::HealthExpectation& health) {
            return check_health(scenario, health, spans);
          },
          [&](const spec::MetricExpectation&) { return check_metric(scenario, spans); },
          [&](const spec::CostExpectation&) { return check_metric(scenario, spans); },
          [&](const spec::TelemetryExpectation& telemetry) {
            return check_telemetry(scenario, telemetry);
          },
          [&](const spec::LogExpectation&) { return check_log(scenario); },
          [&](const spec::ResourcesExpectation& resources) {
            return check_resources(scenario, resources, spans);
          },
          [&](const spec::HappensExpectation& happens) {
            return check_happens(scenario, happens, spans);
          },
          [&](const spec::PrivacyExpectation& privacy) { return check_privacy(scenario, privacy); },
          [](const auto&) -> std::optional<std::string> { return std::nullopt; }},
      expectation.what);
}

}  // namespace firedrill
