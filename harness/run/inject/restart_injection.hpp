#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/spec/process_fault.hpp"

#include <boost/asio/steady_timer.hpp>

#include <string>
#include <vector>

namespace firedrill {

/// A system that the drill started ends and starts again: when the fault is over (kill), at once
/// (restart), or at once but so that it is held while the fault lasts (slow start). Healed is when
/// it is ready. Counts the processes that ended; of a slow start, those that were held.
///
/// No lease for the ending: whatever the drill starts is ended with it.
class RestartInjection final : public Injection {
 public:
  /// `fault` outlives it.
  RestartInjection(const FaultTools& tools, const spec::ProcessFault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;

 private:
  boost::asio::awaitable<std::uint64_t> end_all(std::vector<ProcessId> victims);

  boost::asio::io_context& io_;
  SystemUnderDrill& system_;
  const spec::ProcessFault& fault_;
  boost::asio::steady_timer timer_;
  Leases leases_;
  bool ended_ = false;  // by us, and not started again yet
};

}  // namespace firedrill
