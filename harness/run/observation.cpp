#include "harness/run/observation.hpp"

#include <chrono>

namespace firedrill {
namespace {

/// The series that expectations name: they are kept whatever else there is.
std::vector<std::string> series_of(const spec::Scenario& scenario) {
  std::vector<std::string> series;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* metric = std::get_if<spec::MetricExpectation>(&expectation.what);
    if (metric != nullptr) series.push_back(metric->selector);
    const auto* cost = std::get_if<spec::CostExpectation>(&expectation.what);
    if (cost == nullptr) continue;
    for (const auto& selector : {cost->prompt, cost->completion, cost->total, cost->spend}) {
      if (selector) series.push_back(*selector);
    }
  }
  for (const spec::Probe& probe : scenario.probes) {
    if (probe.kind != spec::Probe::Kind::metrics) continue;
    for (const spec::Probe::Breaker& breaker : probe.breakers) series.push_back(breaker.where);
  }
  return series;
}

}  // namespace

Observation::Observation(const spec::Scenario& scenario, const EgressGuard& guard)
    : scenario_{scenario}, guard_{guard} {
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* log = std::get_if<spec::LogExpectation>(&expectation.what);
    if (log != nullptr) log_.watch(expectation.name, *log);
  }
}

void Observation::start(const std::string& system_url, TimeOrigin origin) {
  origin_ = origin.steady;
  if (!std::holds_alternative<spec::UrlSystem>(scenario_.system.what)) log_.attach();
  if (scenario_.probes.empty()) return;
  observer_.emplace(
      Observer::Options{scenario_.probes, system_url, series_of(scenario_), origin.steady}, guard_);
  observer_->start();
}

void Observation::log_line(const std::string& line) {
  if (!log_.record().read) return;
  // Masked before anything is cut off: half a secret would not be known as one.
  log_.line(std::chrono::steady_clock::now() - origin_, scenario_.secrets.apply(line));
}

void Observation::fill(RunResult& result) {
  if (observer_) result.probes = observer_->snapshot();
  result.log = log_.record();
}

void Observation::finish(RunResult& result) {
  if (observer_) result.probes = observer_->finish();
  observer_.reset();
  result.log = log_.record();
}

}  // namespace firedrill
