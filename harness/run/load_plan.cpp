#include "harness/run/load_plan.hpp"

#include "harness/load/load_generator.hpp"
#include "harness/metrics/series.hpp"
#include "harness/run/privacy_watch.hpp"
#include "harness/spec/expectation.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

/// The answers that an expectation wants counted.
struct CountedAnswers {
  std::string stream;
  const spec::ResponseMatch* when = nullptr;
};

CountedAnswers counted_by(const spec::Expectation& expectation) {
  if (const auto* fallback = std::get_if<spec::FallbackExpectation>(&expectation.what)) {
    return {fallback->stream, &fallback->when};
  }
  using Witness = spec::MetricExpectation::Equals::Witness;
  const auto* metric = std::get_if<spec::MetricExpectation>(&expectation.what);
  if (metric == nullptr || !metric->equals) return {};
  if (metric->equals->witness != Witness::answers) return {};
  return {metric->equals->name, &metric->equals->when};
}

std::vector<Watch> watches_of(const spec::Scenario& scenario, const std::string& stream) {
  std::vector<Watch> watches;
  for (const spec::Expectation& expectation : scenario.expectations) {
    const CountedAnswers counted = counted_by(expectation);
    if (!counted.when || !belongs_to(counted.stream, stream)) continue;
    const bool of_step = counted.stream != stream;
    watches.push_back({expectation.name, *counted.when, of_step ? counted.stream : ""});
  }
  return watches;
}

/// The streams whose every answer an expectation wants to see, and what it wants of it.
std::vector<ReceiptPlan> receipts_asked_by(const spec::Expectation& expectation) {
  std::vector<ReceiptPlan> asked;
  if (const auto* ledger = std::get_if<spec::LedgerExpectation>(&expectation.what)) {
    for (const std::string& name : ledger->of) asked.push_back({name, ledger->acknowledged.id});
  }
  if (const auto* audit = std::get_if<spec::AuditExpectation>(&expectation.what)) {
    for (const std::string& name : audit->of) asked.push_back({name, ""});
  }
  const auto* order = std::get_if<spec::OrderExpectation>(&expectation.what);
  if (order != nullptr && !order->as.empty()) asked.push_back({order->as, ""});
  return asked;
}

std::vector<ReceiptPlan> receipts_of(const spec::Scenario& scenario, const std::string& stream) {
  std::vector<ReceiptPlan> receipts;
  for (const spec::Expectation& expectation : scenario.expectations) {
    for (ReceiptPlan& asked : receipts_asked_by(expectation)) {
      if (belongs_to(asked.series, stream)) receipts.push_back(std::move(asked));
    }
  }
  return receipts;
}

std::vector<FeederShare> feeder_shares_of(const spec::Scenario& scenario) {
  std::vector<FeederShare> shares;
  for (const spec::Feeder& feeder : scenario.feeders) {
    FeederShare share{feeder, {}};
    for (const spec::Stream& stream : scenario.traffic) {
      const auto& used = stream.feeders;
      if (std::find(used.begin(), used.end(), feeder.name) != used.end())
        share.streams.push_back(stream.name);
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

}  // namespace

std::vector<PhaseSpan> spans_of(const spec::Scenario& scenario) {
  std::vector<PhaseSpan> spans;
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    spans.push_back({scenario.phase_start(i), scenario.timeline[i].length});
  }
  return spans;
}

LoadWorker::Options load_plan_of(const spec::Scenario& scenario, TimeOrigin origin,
                                 std::string system_url, std::uint64_t seed) {
  LoadWorker::Options load;
  for (const spec::Stream& stream : scenario.traffic) {
    load.streams.push_back({stream, watches_of(scenario, stream.name)});
    load.streams.back().receipts = receipts_of(scenario, stream.name);
  }
  load.feeders = feeder_shares_of(scenario);
  load.tls = {scenario.system.tls.ca, scenario.system.tls.certificate, scenario.system.tls.key};
  load.today = origin.wall;
  load.phases = spans_of(scenario);
  load.origin = origin.steady;
  load.base_url = std::move(system_url);
  load.correlation_header = scenario.correlation_header;
  load.seed = seed;
  load.watch_canaries = watches_privacy(scenario);
  return load;
}

unsigned workers_wanted(const spec::Scenario& scenario) {
  const bool local = !std::holds_alternative<spec::UrlSystem>(scenario.system.what);
  const unsigned reserved = (scenario.mocks.empty() ? 0U : 1U) + (local ? 1U : 0U);
  return workers_for(scenario.traffic, scenario.length(), physical_cores(), reserved);
}

}  // namespace firedrill
