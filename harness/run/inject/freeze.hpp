#pragma once

#include "harness/metrics/fault_record.hpp"
#include "harness/run/inject/leases.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <vector>

namespace firedrill {

/// Stops processes with SIGSTOP, each with a lease that lets it go on; counts those that the kernel
/// says have stopped. On an error (of the journal) none is stopped. `leases` outlives it.
boost::asio::awaitable<Result<void>> freeze(boost::asio::io_context& io, Leases& leases,
                                            std::vector<ProcessId> processes, FaultRecord& record,
                                            WallTime expires);

}  // namespace firedrill
