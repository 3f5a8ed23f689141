#include "harness/run/inject/restart_injection.hpp"

#include "faults/process_state.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/run/inject/freeze.hpp"
#include "harness/run/inject/victims.hpp"

#include <algorithm>
#include <chrono>
#include <signal.h>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;
using Kind = spec::ProcessFault::Kind;

constexpr auto kReadyPoll = 1ms;
/// What a system that is asked to end has time for, as under most service managers, but shorter.
constexpr Duration kGrace = 5s;
constexpr Duration kDeath = 500ms;

std::uint64_t gone(const std::vector<ProcessId>& processes) {
  return static_cast<std::uint64_t>(
      std::count_if(processes.begin(), processes.end(),
                    [](const ProcessId& process) { return !process.alive(); }));
}

}  // namespace

RestartInjection::RestartInjection(const FaultTools& tools, const spec::ProcessFault& fault)
    : io_{tools.io},
      system_{tools.system},
      fault_{fault},
      timer_{tools.io},
      leases_{tools.journal} {}

/// Returns how many ended.
net::awaitable<std::uint64_t> RestartInjection::end_all(std::vector<ProcessId> victims) {
  const auto wait = [](Duration time) { return std::chrono::steady_clock::now() + time; };
  ended_ = true;
  TimePoint deadline = wait(fault_.kind == Kind::kill ? Duration{0} : kGrace);
  if (fault_.kind != Kind::kill) system_.end_for_now(SIGTERM);
  for (bool killed = false; gone(victims) < victims.size();) {
    if (std::chrono::steady_clock::now() >= deadline) {
      if (killed) break;
      killed = true;
      system_.end_for_now(SIGKILL);
      deadline = wait(kDeath);
    }
    timer_.expires_after(kReadyPoll);
    co_await timer_.async_wait(as_result);
  }
  co_return gone(victims);
}

net::awaitable<Result<void>> RestartInjection::begin(FaultRecord& record, WallTime expires) {
  const auto victims = victims_of(fault_, system_);
  if (!victims) co_return victims.error();
  const std::uint64_t dead = co_await end_all(*victims);
  if (fault_.kind != Kind::slow_start) {
    record.seen += victims->size();
    record.hits += dead;
  }
  if (fault_.kind == Kind::kill) co_return Result<void>{};
  if (auto launched = co_await system_.launch_again(); !launched) co_return launched;
  ended_ = false;
  if (fault_.kind == Kind::restart) co_return Result<void>{};
  const std::vector<ProcessId> fresh = processes_of_group(system_.group());
  record.seen += fresh.size();
  co_return co_await freeze(io_, leases_, fresh, record, expires);
}

net::awaitable<Result<std::string>> RestartInjection::end(FaultRecord& record, bool ending) {
  Result<void> healed = leases_.keep();
  if (!ending && healed && ended_) {
    healed = co_await system_.launch_again();
    ended_ = !healed;
  }
  if (!ending && healed) healed = co_await system_.become_ready();
  // Interrupted while it starts: it ends with the drill, and nothing is left to heal.
  if (ending || system_.gave_up()) co_return record.target + " ends with the drill";
  if (!healed) {
    co_return Error{healed.error().message +
                    "; see its log, and start it by hand if others need it"};
  }
  co_return record.target + " was started again and is ready";
}

}  // namespace firedrill
