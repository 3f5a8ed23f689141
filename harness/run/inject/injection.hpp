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
#include <string>

namespace firedrill {

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

  /// Breaks it, and counts in `record` what is known to be hit. Leases run out at `expires`. On an
  /// error nothing, or not all, was broken; end() undoes what was.
  virtual boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) = 0;

  /// Undoes it, and looks whether it is undone. `ending`: the drill is over, and what would end
  /// with it need not be mended. Returns how, for people: "the system was started again and is
  /// ready". The error says what to do by hand.
  /// @pre begin() was called, whatever came of it
  virtual boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) = 0;
};

/// What injections reach for; all of it outlives them.
struct FaultTools {
  boost::asio::io_context& io;
  const spec::Scenario& scenario;
  LeaseJournal& journal;
  MockHost& mocks;
  SystemUnderDrill& system;
  ProxyHost& proxies;
};

/// The injection of fault `index` of the scenario.
[[nodiscard]] std::unique_ptr<Injection> make_injection(const FaultTools& tools, std::size_t index);

}  // namespace firedrill
