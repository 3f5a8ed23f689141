#include "harness/run/observation.hpp"

#include "harness/run/privacy_watch.hpp"

#include <chrono>

namespace firedrill {
namespace {

/// What Prometheus clients say of their own process.
constexpr const char* kProcessSeries[] = {"process_resident_memory_bytes",
                                          "process_cpu_seconds_total", "process_open_fds",
                                          "process_start_time_seconds"};

/// The series that expectations name: they are kept whatever else there is.
std::vector<std::string> series_of(const spec::Scenario& scenario) {
  std::vector<std::string> series;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* metric = std::get_if<spec::MetricExpectation>(&expectation.what);
    if (metric != nullptr) series.push_back(metric->selector);
    const auto* happens = std::get_if<spec::HappensExpectation>(&expectation.what);
    if (happens != nullptr && !happens->selector.empty()) series.push_back(happens->selector);
    if (std::holds_alternative<spec::ResourcesExpectation>(expectation.what)) {
      for (const char* const name : kProcessSeries) series.emplace_back(name);
    }
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
    : scenario_{scenario}, guard_{guard}, watch_canaries_{watches_privacy(scenario)} {
  for (const spec::Expectation& expectation : scenario.expectations) {
    const auto* log = std::get_if<spec::LogExpectation>(&expectation.what);
    if (log != nullptr) log_.watch(expectation.name, *log);
    const auto* happens = std::get_if<spec::HappensExpectation>(&expectation.what);
    const bool in_log =
        happens != nullptr && happens->source == spec::HappensExpectation::Source::log;
    if (in_log) log_.watch(expectation.name, happens->line);
  }
}

void Observation::start(const std::string& system_url, TimeOrigin origin) {
  origin_ = origin.steady;
  if (!std::holds_alternative<spec::UrlSystem>(scenario_.system.what)) {
    log_.attach();
    if (watch_canaries_) log_canaries_.emplace();
  }
  if (scenario_.probes.empty()) return;
  Observer::Options options{scenario_.probes, system_url, series_of(scenario_), origin.steady};
  options.process = [this] { return process_.load(); };
  options.watch_canaries = watch_canaries_;
  observer_.emplace(std::move(options), guard_);
  observer_->start();
}

void Observation::log_line(const std::string& line) {
  if (!log_.record().read) return;
  // Masked before anything is cut off: half a secret would not be known as one.
  const Offset at = std::chrono::steady_clock::now() - origin_;
  log_.line(at, scenario_.secrets.apply(line));
  if (log_canaries_) log_canaries_->read(at, line);
}

void Observation::fill(RunResult& result) {
  if (observer_) result.probes = observer_->snapshot();
  result.log = log_.record();
}

void Observation::finish(RunResult& result) {
  if (observer_) {
    result.probes = observer_->finish();
    canaries_ = observer_->canaries();
  }
  observer_.reset();
  if (log_canaries_) canaries_.push_back(std::move(*log_canaries_));
  log_canaries_.reset();
  result.log = log_.record();
}

}  // namespace firedrill
