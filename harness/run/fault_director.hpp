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
/// time is over or the drill ends, whichever way. In between it turns them on and off (flap), makes
/// them stronger or weaker (ramp) and has them look at what they hit. How each kind of fault does
/// so is its Injection's.
///
/// Thread: the drill's. Lifetime: what it is made with outlives it.
class FaultDirector final {
 public:
  using Note = std::function<void(MomentKind kind, std::string subject, std::string text)>;

  FaultDirector(const FaultTools& tools, Note note);

  /// When something is to be done next; unset when nothing is left.
  [[nodiscard]] std::optional<Offset> next_event() const;

  /// Heals and injects what is due at `now`. Records go to `records`, one per fault of the
  /// scenario, in its order. An error is a fault that could not be healed, with what to do by hand.
  boost::asio::awaitable<Result<void>> act(TimeOrigin origin, std::vector<FaultRecord>& records);

  /// Heals everything that is active, the newest first. Nothing is injected from then on. The drill
  /// is ending: a system that was killed is not started again.
  boost::asio::awaitable<Result<void>> heal_all(TimeOrigin origin,
                                                std::vector<FaultRecord>& records);

 private:
  /// A fault whose time has come. When it flaps it may be off.
  struct Active {
    std::size_t fault = 0;
    bool on = false;
    bool full = true;  // its ramp is over
    Offset look{0};    // when to look at it next
  };

  /// A fault whose time is not over: as its ramp and its flapping want it at `now`.
  boost::asio::awaitable<Result<void>> steer(Active& active, Offset now, TimeOrigin origin,
                                             FaultRecord& record);
  boost::asio::awaitable<void> begin(Active& active, TimeOrigin origin, FaultRecord& record);
  boost::asio::awaitable<Result<void>> end(Active& active, bool ending, TimeOrigin origin,
                                           FaultRecord& record);
  [[nodiscard]] Offset next_event_of(const Active& active) const;

  const spec::Scenario& scenario_;
  Note note_;
  std::vector<std::unique_ptr<Injection>> injections_;  // one a fault of the scenario, in its order
  std::vector<std::size_t> waiting_;                    // not injected yet
  std::vector<Active> active_;                          // in order of injection
  Offset acted_{0};
};

}  // namespace firedrill
