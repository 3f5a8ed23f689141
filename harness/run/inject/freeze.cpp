#include "harness/run/inject/freeze.hpp"

#include "faults/process_state.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <signal.h>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kStopPoll = 1ms;
constexpr int kStopPolls = 500;

std::size_t stopped(const std::vector<ProcessId>& processes) {
  return static_cast<std::size_t>(std::count_if(processes.begin(), processes.end(), is_stopped));
}

}  // namespace

net::awaitable<Result<void>> freeze(net::io_context& io, Leases& leases,
                                    std::vector<ProcessId> processes, FaultRecord& record,
                                    WallTime expires) {
  for (const ProcessId& process : processes) {
    const auto promised = leases.promise(record.name, ContinueProcess{process}, expires);
    if (!promised) co_return promised.error();
  }
  for (const ProcessId& process : processes) {
    if (process.alive()) ::kill(process.pid, SIGSTOP);
  }
  net::steady_timer timer{io};
  for (int i = 0; i < kStopPolls && stopped(processes) < processes.size(); ++i) {
    timer.expires_after(kStopPoll);
    co_await timer.async_wait(as_result);
  }
  record.hits += stopped(processes);
  co_return Result<void>{};
}

}  // namespace firedrill
