#include "harness/run/mock_host.hpp"

#include <chrono>
#include <utility>

namespace firedrill {

MockHost::MockHost(const spec::Scenario& scenario, std::uint64_t seed, Mock::FirstHit first_hit) {
  MockSet::Options options;
  options.seed = seed;
  options.correlation_header = scenario.correlation_header;
  options.first_hit = std::move(first_hit);
  thread_.call([&] { mocks_ = std::make_unique<MockSet>(thread_.io(), scenario.mocks, options); });
}

MockHost::~MockHost() {
  thread_.call([this] {
    mocks_->stop();
    mocks_.reset();
  });
}

Result<void> MockHost::start() {
  return thread_.call([this]() -> Result<void> {
    if (auto started = mocks_->start(); !started) return started;
    for (const auto& mock : mocks_->all()) {
      variables_["mocks." + mock->name() + ".url"] = mock->url();
      variables_["mocks." + mock->name() + ".port"] = std::to_string(mock->port());
    }
    return {};
  });
}

std::string MockHost::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

void MockHost::inject(std::size_t fault_index, const spec::MockFault& fault) {
  thread_.call([&] {
    mocks_->find(fault.mock)
        ->inject(static_cast<int>(fault_index), fault, std::chrono::steady_clock::now());
  });
}

void MockHost::heal(std::size_t fault_index, const spec::MockFault& fault) {
  thread_.call([&] { mocks_->find(fault.mock)->heal(static_cast<int>(fault_index)); });
}

MockHost::Evidence MockHost::take_evidence(TimePoint origin) {
  return thread_.call([&] {
    Evidence evidence;
    for (const auto& mock : mocks_->all()) {
      evidence.ledgers.push_back(mock->take_ledger(origin));
      for (FaultReport& report : mock->fault_reports())
        evidence.faults.push_back(std::move(report));
    }
    return evidence;
  });
}

}  // namespace firedrill
