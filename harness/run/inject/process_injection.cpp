#include "harness/run/inject/process_injection.hpp"

#include "faults/process_state.hpp"
#include "harness/aio/tokens.hpp"

#include <algorithm>
#include <chrono>
#include <signal.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kPoll = 1ms;
constexpr int kPolls = 500;

template <typename Test>
std::uint64_t count(const std::vector<ProcessId>& processes, Test test) {
  return static_cast<std::uint64_t>(std::count_if(processes.begin(), processes.end(), test));
}

bool is_gone(const ProcessId& process) { return !process.alive(); }

}  // namespace

ProcessInjection::ProcessInjection(const FaultTools& tools, const spec::ProcessFault& fault)
    : system_{tools.system}, fault_{fault}, timer_{tools.io}, leases_{tools.journal} {}

Result<std::vector<ProcessId>> ProcessInjection::victims() const {
  if (fault_.pid_file.empty()) {
    if (system_.group() == 0) {
      return Error{"the system was not started by the drill; name its process by a pid_file"};
    }
    return processes_of_group(system_.group());
  }
  const auto one = process_of_pid_file(fault_.pid_file);
  if (!one) return one.error();
  return std::vector{*one};
}

net::awaitable<Result<void>> ProcessInjection::begin(FaultRecord& record, WallTime expires) {
  const auto found = victims();
  if (!found) co_return found.error();
  record.seen += found->size();
  if (fault_.kind == spec::ProcessFault::Kind::pause) {
    co_return co_await pause(*found, record, expires);
  }
  co_await kill(*found, record);
  co_return Result<void>{};
}

net::awaitable<void> ProcessInjection::kill(std::vector<ProcessId> victims, FaultRecord& record) {
  // No lease: whatever the drill starts is ended with it, so nothing outlives a killed runner.
  system_.kill();
  for (int i = 0; i < kPolls && count(victims, is_gone) < victims.size(); ++i) {
    timer_.expires_after(kPoll);
    co_await timer_.async_wait(as_result);
  }
  record.hits += count(victims, is_gone);
}

net::awaitable<Result<void>> ProcessInjection::pause(std::vector<ProcessId> victims,
                                                     FaultRecord& record, WallTime expires) {
  for (const ProcessId& victim : victims) {
    const auto promised = leases_.promise(record.name, ContinueProcess{victim}, expires);
    if (!promised) co_return promised.error();
  }
  for (const ProcessId& victim : victims) {
    if (victim.alive()) ::kill(victim.pid, SIGSTOP);
  }
  for (int i = 0; i < kPolls && count(victims, is_stopped) < victims.size(); ++i) {
    timer_.expires_after(kPoll);
    co_await timer_.async_wait(as_result);
  }
  record.hits += count(victims, is_stopped);
  co_return Result<void>{};
}

net::awaitable<Result<std::string>> ProcessInjection::end(FaultRecord& record, bool ending) {
  if (fault_.kind == spec::ProcessFault::Kind::pause) {
    if (const auto kept = leases_.keep(); !kept) co_return kept.error();
    co_return record.target + " goes on";
  }
  Result<void> started;
  if (!ending) started = co_await system_.start_again();
  // Interrupted while it starts: it ends with the drill, and nothing is left to heal.
  if (ending || system_.gave_up()) co_return record.target + " ends with the drill";
  if (!started) co_return started.error();
  co_return record.target + " was started again and is ready";
}

}  // namespace firedrill
