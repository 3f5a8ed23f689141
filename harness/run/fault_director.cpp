#include "harness/run/fault_director.hpp"

#include "faults/process_state.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/run/fault_text.hpp"

#include <algorithm>
#include <numeric>
#include <signal.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// A lease outlives its fault by this much, before the guardian takes a hanging runner's place.
constexpr auto kLeaseSlack = 10s;
constexpr auto kStopPoll = 1ms;
constexpr int kStopPolls = 500;

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace

FaultDirector::FaultDirector(net::io_context& io, const spec::Scenario& scenario,
                             LeaseJournal& journal, MockHost& mocks, SystemUnderDrill& system,
                             Note note)
    : scenario_{scenario},
      journal_{journal},
      mocks_{mocks},
      system_{system},
      note_{std::move(note)},
      timer_{io},
      waiting_(scenario.faults.size()) {
  std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
  std::stable_sort(waiting_.begin(), waiting_.end(), [&](std::size_t a, std::size_t b) {
    return scenario.span_of(scenario.faults[a]).first < scenario.span_of(scenario.faults[b]).first;
  });
}

std::optional<Offset> FaultDirector::next_event() const {
  std::optional<Offset> next;
  if (!waiting_.empty()) next = scenario_.span_of(scenario_.faults[waiting_.front()]).first;
  for (const Active& active : active_) {
    const Offset end = scenario_.span_of(scenario_.faults[active.fault]).second;
    next = next ? std::min(*next, end) : end;
  }
  return next;
}

net::awaitable<Result<void>> FaultDirector::act(TimeOrigin origin,
                                                std::vector<FaultRecord>& records) {
  const Offset now = steady_now() - origin.steady;
  Result<void> healed;
  for (std::size_t i = active_.size(); i-- > 0;) {
    if (scenario_.span_of(scenario_.faults[active_[i].fault]).second > now) continue;
    Active over = std::move(active_[i]);
    active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
    const std::size_t fault = over.fault;
    if (auto one = co_await heal(std::move(over), false, origin, records[fault]); !one)
      healed = one;
  }
  while (!waiting_.empty() && scenario_.span_of(scenario_.faults[waiting_.front()]).first <= now) {
    const std::size_t fault = waiting_.front();
    waiting_.erase(waiting_.begin());
    co_await inject(fault, origin, records[fault]);
  }
  co_return healed;
}

net::awaitable<Result<void>> FaultDirector::heal_all(TimeOrigin origin,
                                                     std::vector<FaultRecord>& records) {
  waiting_.clear();
  Result<void> healed;
  while (!active_.empty()) {
    Active last = std::move(active_.back());
    active_.pop_back();
    const std::size_t fault = last.fault;
    if (auto one = co_await heal(std::move(last), true, origin, records[fault]); !one) healed = one;
  }
  co_return healed;
}

net::awaitable<void> FaultDirector::inject(std::size_t index, TimeOrigin origin,
                                           FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[index];
  record.injected_at = steady_now() - origin.steady;  // before: no hit may come earlier than this
  Active active{index, {}};
  Result<void> broken;
  if (const auto* mock = std::get_if<spec::MockFault>(&fault.what)) {
    mocks_.inject(index, *mock);
  } else {
    const auto& process = std::get<spec::ProcessFault>(fault.what);
    broken = co_await break_process(process, active, record);
  }
  active_.push_back(std::move(active));
  note_(MomentKind::fault_injected, fault.name,
        record.target + ": " + record.description +
            (broken ? "" : ", which did not happen: " + broken.error().message));
}

Result<std::vector<ProcessId>> FaultDirector::processes_of(
    const spec::ProcessFault& process) const {
  if (process.pid_file.empty()) {
    if (system_.group() == 0) {
      return Error{"the system was not started by the drill; name its process by a pid_file"};
    }
    return processes_of_group(system_.group());
  }
  const auto one = process_of_pid_file(process.pid_file);
  if (!one) return one.error();
  return std::vector{*one};
}

net::awaitable<Result<void>> FaultDirector::break_process(const spec::ProcessFault& process,
                                                          Active& active, FaultRecord& record) {
  const auto processes = processes_of(process);
  if (!processes) co_return processes.error();
  record.seen = processes->size();
  if (process.kind == spec::ProcessFault::Kind::pause) {
    co_return co_await pause(*processes, active, record);
  }
  // No lease: whatever the drill starts is ended with it, so nothing outlives a killed runner.
  system_.kill();
  for (int i = 0; i < kStopPolls; ++i) {
    record.hits = static_cast<std::uint64_t>(
        std::count_if(processes->begin(), processes->end(),
                      [](const ProcessId& process_id) { return !process_id.alive(); }));
    if (record.hits == record.seen) break;
    timer_.expires_after(kStopPoll);
    co_await timer_.async_wait(as_result);
  }
  co_return Result<void>{};
}

net::awaitable<Result<void>> FaultDirector::pause(const std::vector<ProcessId>& processes,
                                                  Active& active, FaultRecord& record) {
  const auto [from, to] = scenario_.span_of(scenario_.faults[active.fault]);
  const WallTime expires = std::chrono::system_clock::now() + (to - from) + kLeaseSlack;
  for (const ProcessId& process : processes) {
    auto lease = journal_.promise(record.name, ContinueProcess{process}, expires);
    if (!lease) co_return lease.error();
    active.leases.push_back(*std::move(lease));
  }
  for (const ProcessId& process : processes) {
    if (process.alive()) ::kill(process.pid, SIGSTOP);
  }
  for (int i = 0; i < kStopPolls; ++i) {
    record.hits =
        static_cast<std::uint64_t>(std::count_if(processes.begin(), processes.end(), is_stopped));
    if (record.hits == record.seen) break;
    timer_.expires_after(kStopPoll);
    co_await timer_.async_wait(as_result);
  }
  co_return Result<void>{};
}

Result<void> FaultDirector::keep(const std::vector<Lease>& leases) {
  Result<void> kept;
  for (auto lease = leases.rbegin(); lease != leases.rend(); ++lease) {
    auto undone = carry_out(lease->undo);
    if (undone) undone = journal_.release(*lease);
    if (!undone) kept = undone;
  }
  return kept;
}

net::awaitable<Result<void>> FaultDirector::heal(Active active, bool ending, TimeOrigin origin,
                                                 FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[active.fault];
  Result<void> healed;
  std::string how = record.target + " goes on";
  if (const auto* mock = std::get_if<spec::MockFault>(&fault.what)) {
    mocks_.heal(active.fault, *mock);
    how = record.target + " answers normally again";
  } else if (std::get<spec::ProcessFault>(fault.what).kind == spec::ProcessFault::Kind::kill) {
    if (!ending) healed = co_await system_.start_again();
    // Interrupted while it starts: it ends with the drill, and nothing is left to heal.
    const bool ends = ending || system_.gave_up();
    if (ends) healed = {};
    how = record.target + (ends ? " ends with the drill" : " was started again and is ready");
  } else {
    healed = keep(active.leases);
  }
  if (!healed) co_return Error{"fault " + fault.name + ": " + healed.error().message};
  record.healed_at = steady_now() - origin.steady;
  note_(MomentKind::fault_healed, fault.name, how);
  co_return Result<void>{};
}

}  // namespace firedrill
