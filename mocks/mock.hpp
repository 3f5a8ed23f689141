#pragma once

#include "harness/aio/http_server.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/ledger.hpp"
#include "harness/spec/fault.hpp"
#include "mocks/mock_core.hpp"
#include "mocks/webhooks/deliveries.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// One mock on a port of 127.0.0.1, with its ledger and its faults.
///
/// Thread: construct, use and destroy on the thread that runs `io`. Lifetime: `io` outlives the
/// mock; exchanges still under way when it is destroyed end on their own.
class Mock final {
 public:
  using Options = MockOptions;
  using FirstHit = MockCore::FirstHit;

  Mock(boost::asio::io_context& io, Options options, FirstHit first_hit = {});
  ~Mock();
  Mock(const Mock&) = delete;
  Mock& operator=(const Mock&) = delete;

  /// Makes the provider, binds and listens. The error names the mock. Call once.
  [[nodiscard]] Result<void> start();

  /// Stops listening and closes every connection. Safe to call twice.
  void stop();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// "http://127.0.0.1:12111", without a trailing slash. @pre start() succeeded, like all below.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;

  /// Makes `fault` (an index that the caller chooses) active from the next request on.
  void inject(int fault, const spec::MockFault& spec, TimePoint now);
  void set_strength(int fault, double strength);
  /// Ends it; requests that it holds lose their connection.
  void heal(int fault);
  [[nodiscard]] std::vector<FaultReport> fault_reports() const;

  // For whoever steers a mock by hand, as the control server does.

  /// Faults that may be injected this way at a time.
  static constexpr std::size_t kNamedFaultsMax = 100;
  /// Injects a fault that is known by its name; "control-1" and so on unless it has one. Fails when
  /// there is one of that name, or too many. Returns the name.
  [[nodiscard]] Result<std::string> inject(std::string name, const spec::MockFault& spec,
                                           TimePoint now);
  /// Ends and forgets the fault; unset when none has that name and was injected so.
  std::optional<FaultReport> end_fault(const std::string& name);
  void set(const spec::MockSettings& settings);
  [[nodiscard]] const spec::Mock& spec() const;
  [[nodiscard]] std::string state() const;
  /// What it was told of alerts; nullptr for a mock that receives none.
  [[nodiscard]] const NoticeBook* notices() const;
  void reset();

  /// Everything received so far, in offsets from `origin`; the ledger starts empty again.
  [[nodiscard]] Ledger take_ledger(TimePoint origin);

  /// The ledger as it is being written, and the instant that its offsets are best shown from.
  [[nodiscard]] const LedgerBook& book() const;
  [[nodiscard]] const TimeOrigin& origin() const;
  /// What became of the calls that it makes by itself, as it is being written.
  [[nodiscard]] DeliveryBook& deliveries();
  [[nodiscard]] const DeliveryBook& deliveries() const;

  /// Forgets what was received; returns how many entries that were.
  std::size_t clear_ledger();

 private:
  std::shared_ptr<Deliveries> make_deliveries();
  /// Far above the indices that a drill counts its faults by.
  static constexpr int kFirstNamed = 1'000'000'000;

  boost::asio::io_context& io_;
  std::string name_;
  Options options_;
  FirstHit first_hit_;
  int next_named_ = kFirstNamed;
  std::shared_ptr<MockCore> core_;  // shared with exchanges under way, which may outlive the mock
  std::shared_ptr<Deliveries> deliveries_;  // the same
  std::unique_ptr<HttpServer> server_;
};

}  // namespace firedrill
