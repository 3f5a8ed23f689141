#pragma once

#include "faults/lease_journal.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/fault_record.hpp"
#include "harness/metrics/moment.hpp"
#include "harness/run/mock_host.hpp"
#include "harness/run/system_under_drill.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Injects the faults of a scenario when they are due and heals them, in reverse order, when their
/// time is over or the drill ends, whichever way. A fault that outlives a killed runner has its
/// lease in the journal before it begins.
///
/// Thread: the thread that runs `io`. Lifetime: what it is made with outlives it.
class FaultDirector final {
 public:
  using Note = std::function<void(MomentKind kind, std::string subject, std::string text)>;

  FaultDirector(boost::asio::io_context& io, const spec::Scenario& scenario, LeaseJournal& journal,
                MockHost& mocks, SystemUnderDrill& system, Note note);

  /// When something is to be done next: an injection or a healing; unset when nothing is left.
  [[nodiscard]] std::optional<Offset> next_event() const;

  /// Heals and injects what is due at `now`. Records go to `records`, one per fault of the
  /// scenario, in its order. An error is a fault that could not be healed, with what to do by hand.
  boost::asio::awaitable<Result<void>> act(TimeOrigin origin, std::vector<FaultRecord>& records);

  /// Heals everything that is active, the newest first. Nothing is injected from then on. The drill
  /// is ending: a system that was killed is not started again.
  boost::asio::awaitable<Result<void>> heal_all(TimeOrigin origin,
                                                std::vector<FaultRecord>& records);

 private:
  struct Active {
    std::size_t fault = 0;
    std::vector<Lease> leases;
  };

  boost::asio::awaitable<void> inject(std::size_t fault, TimeOrigin origin, FaultRecord& record);
  boost::asio::awaitable<Result<void>> heal(Active active, bool ending, TimeOrigin origin,
                                            FaultRecord& record);
  boost::asio::awaitable<Result<void>> break_process(const spec::ProcessFault& process,
                                                     Active& active, FaultRecord& record);
  boost::asio::awaitable<Result<void>> pause(const std::vector<ProcessId>& processes,
                                             Active& active, FaultRecord& record);
  Result<std::vector<ProcessId>> processes_of(const spec::ProcessFault& process) const;
  Result<void> keep(const std::vector<Lease>& leases);

  const spec::Scenario& scenario_;
  LeaseJournal& journal_;
  MockHost& mocks_;
  SystemUnderDrill& system_;
  Note note_;
  boost::asio::steady_timer timer_;
  std::vector<std::size_t> waiting_;  // not injected yet
  std::vector<Active> active_;        // in order of injection
};

}  // namespace firedrill
