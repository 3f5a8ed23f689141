#pragma once

#include "faults/lease_journal.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/fault_record.hpp"
#include "harness/run/mock_host.hpp"
#include "harness/run/system_under_drill.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace firedrill {

class SkewedClock;

class ServiceHost;

class ProxyHost;

/// One fault of a scenario, able to begin and to end: again and again when it flaps. One class for
/// each kind of fault, in a file of its own.
///
/// Thread: the drill's. Owner: the FaultDirector.
class Injection {
 public:
  Injection() = default;
  Injection(const Injection&) = delete;
  Injection& operator=(const Injection&) = delete;
  virtual ~Injection() = default;

  /// Breaks it, and adds to `record` what is known to be hit. Leases run out at `expires`. On an
  /// error nothing, or not all, was broken; end() undoes what was.
  virtual boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) = 0;

  /// Undoes it, and looks whether it is undone. `ending`: the drill is over, and what would end
  /// with it need not be mended. Returns how, for people: "the system was started again and is
  /// ready". The error says what to do by hand.
  /// @pre begin() was called, whatever came of it
  virtual boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) = 0;

  /// How strong it is from now on, 0 to 1; called before begin() too. Only kinds that a scenario
  /// may ramp need it.
  virtual void set_strength(double strength) { static_cast<void>(strength); }

  /// Called every so often while it is on, for kinds that count what they hit by looking.
  virtual void look(FaultRecord& record) { static_cast<void>(record); }
  /// How often; unset: no need to.
  [[nodiscard]] virtual std::optional<Duration> look_every() const { return std::nullopt; }
};

/// What injections reach for; all of it outlives them.
struct FaultTools {
  boost::asio::io_context& io;
  const spec::Scenario& scenario;
  LeaseJournal& journal;
  MockHost& mocks;
  SystemUnderDrill& system;
  SkewedClock* clock;      ///< nullptr when no fault of the scenario wants one.
  std::string executable;  ///< Of firedrill, for children that press.
  std::string run_id;
  ServiceHost& services;
  ProxyHost& proxies;
};

/// The injection of fault `index` of the scenario.
[[nodiscard]] std::unique_ptr<Injection> make_injection(const FaultTools& tools, std::size_t index);

}  // namespace firedrill
