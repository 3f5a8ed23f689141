#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/observe/state_reader.hpp"
#include "harness/run/service_host.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>
#include <vector>

namespace firedrill {

/// Reads the system's own state before a drill and after it.
///
/// Thread: the drill's. Lifetime: all that it is made with outlives it; it outlives its calls.
class StateWatch final {
 public:
  StateWatch(boost::asio::io_context& io, const spec::Scenario& scenario, const EgressGuard& guard,
             const ServiceHost& services, std::string system_url);

  /// What is there before the first request: the readings of `result` begin with it.
  boost::asio::awaitable<void> look_before(RunResult& result);

  struct Watch {
    std::function<void()> gather;   ///< Puts what mocks and probes saw so far into the result.
    std::function<bool()> hurried;  ///< The drill ended early: one look is enough.
  };
  /// After the load: reads again and again until nothing changes any more and every expectation on
  /// the state holds, or the scenario's `settle` is over. At once without such an expectation.
  boost::asio::awaitable<void> settle(RunResult& result, Watch watch);

 private:
  [[nodiscard]] bool has_expectations() const;
  [[nodiscard]] bool all_hold(const RunResult& result) const;
  boost::asio::awaitable<bool> read_all(RunResult& result, TimePoint load_ended);

  const spec::Scenario& scenario_;
  StateReader reader_;
  boost::asio::steady_timer timer_;
};

}  // namespace firedrill
