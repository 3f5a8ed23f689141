#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/spec/process_fault.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// A process, of the system or not, that is paused or may open no more files.
///
/// Paused ones are counted by process. A lack of descriptors is counted by looking: a look counts
/// when some process has none left.
class ProcessInjection final : public Injection {
 public:
  /// `fault` outlives it.
  ProcessInjection(const FaultTools& tools, const spec::ProcessFault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void look(FaultRecord& record) override;
  [[nodiscard]] std::optional<Duration> look_every() const override;

 private:
  Result<void> limit(const ProcessId& victim, const FaultRecord& record, WallTime expires);

  boost::asio::io_context& io_;
  SystemUnderDrill& system_;
  const spec::ProcessFault& fault_;
  Leases leases_;
  std::vector<std::pair<ProcessId, std::uint64_t>> limited_;  // and to how many descriptors
};

}  // namespace firedrill
