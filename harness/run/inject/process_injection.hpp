#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/spec/fault.hpp"

#include <boost/asio/steady_timer.hpp>

#include <string>
#include <vector>

namespace firedrill {

/// A process that is paused or killed.
class ProcessInjection final : public Injection {
 public:
  /// `fault` outlives it.
  ProcessInjection(const FaultTools& tools, const spec::ProcessFault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;

 private:
  [[nodiscard]] Result<std::vector<ProcessId>> victims() const;
  boost::asio::awaitable<Result<void>> pause(std::vector<ProcessId> victims, FaultRecord& record,
                                             WallTime expires);
  boost::asio::awaitable<void> kill(std::vector<ProcessId> victims, FaultRecord& record);

  SystemUnderDrill& system_;
  const spec::ProcessFault& fault_;
  boost::asio::steady_timer timer_;
  Leases leases_;
};

}  // namespace firedrill
