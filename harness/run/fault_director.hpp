#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/fault_record.hpp"
#include "harness/metrics/moment.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Injects the faults of a scenario when they are due and heals them, in reverse order, when their
/// time is over or the drill ends, whichever way. How each kind of fault begins and ends is its
/// Injection's.
///
/// Thread: the drill's. Lifetime: what it is made with outlives it.
class FaultDirector final {
 public:
  using Note = std::function<void(MomentKind kind, std::string subject, std::string text)>;

  FaultDirector(const FaultTools& tools, Note note);

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
  boost::asio::awaitable<void> begin(std::size_t fault, TimeOrigin origin, FaultRecord& record);
  boost::asio::awaitable<Result<void>> end(std::size_t fault, bool ending, TimeOrigin origin,
                                           FaultRecord& record);

  const spec::Scenario& scenario_;
  Note note_;
  std::vector<std::unique_ptr<Injection>> injections_;  // one a fault of the scenario, in its order
  std::vector<std::size_t> waiting_;                    // not injected yet
  std::vector<std::size_t> active_;                     // in order of injection
};

}  // namespace firedrill
