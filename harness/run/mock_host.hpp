#pragma once

#include "harness/aio/io_thread.hpp"
#include "harness/base/result.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/run/attached_mocks.hpp"
#include "harness/spec/scenario.hpp"
#include "harness/text/canary_notes.hpp"
#include "mocks/mock_set.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// The mocks of a drill on a thread of their own, and those that are served elsewhere.
///
/// Thread: use on the owner's thread; `first_hit` comes on the mocks' thread.
class MockHost final {
 public:
  /// `guard` says where the mocks' own calls may go.
  MockHost(const spec::Scenario& scenario, std::uint64_t seed, const EgressGuard& guard,
           Mock::FirstHit first_hit);
  ~MockHost();
  MockHost(const MockHost&) = delete;
  MockHost& operator=(const MockHost&) = delete;

  [[nodiscard]] Result<void> start();

  /// "mocks.NAME.url" and "mocks.NAME.port"; "" for anything else. Safe on every thread once
  /// started.
  [[nodiscard]] std::string variable(std::string_view name) const;

  /// What "${system.url}" in the mocks' own calls is from now on.
  void set_system_url(const std::string& url);

  /// From here on what mocks receive is searched for canaries, if an expectation is about privacy.
  void watch_canaries(TimePoint origin);

  /// The first attempt of a stream of webhooks is over: for its ledger and its retries. Safe on
  /// every thread. @pre the scenario has such a stream
  void webhook_attempted(const std::string& stream, Deliveries::Attempted attempted);

  void inject(std::size_t fault_index, const spec::MockFault& fault, double strength);
  void set_strength(std::size_t fault_index, const spec::MockFault& fault, double strength);
  void heal(std::size_t fault_index, const spec::MockFault& fault);

  /// What a mock was told of alerts so far.
  struct Told {
    std::string mock;
    std::vector<Notice> notices;
    std::uint64_t not_kept = 0;
  };
  [[nodiscard]] std::vector<Told> told();

  struct Evidence {
    std::vector<Ledger> ledgers;  ///< Since the last time.
    std::vector<FaultReport> faults;
    std::vector<WebhookLedger> webhooks;  ///< Of mocks that sent any, and of streams of webhooks.
  };
  /// What was received so far. The ledgers begin anew; faults keep counting.
  [[nodiscard]] Evidence take_evidence(TimePoint origin);
  /// Brings the ledgers, webhooks and faults of a result up to date. May be called again.
  void add_evidence(RunResult& result);
  /// The canaries in what each mock received, after those that are given. Once; nothing is added
  /// unless an expectation is about privacy.
  [[nodiscard]] std::vector<CanaryNotes> take_canaries(std::vector<CanaryNotes> before);

 private:
  [[nodiscard]] Result<void> attach();

  std::vector<std::pair<std::string, std::string>> elsewhere_;  // mocks and control addresses
  void search(const std::string& mock, const HttpRequest& request, TimePoint at);

  IoThread thread_;
  AttachedMocks attached_;
  std::unique_ptr<MockSet> mocks_;  // lives on thread_
  std::map<std::string, std::string, std::less<>> variables_;
  // All below live on thread_.
  std::string system_url_;
  std::map<std::string, std::unique_ptr<Deliveries>, std::less<>> streams_;
  std::optional<TimePoint> canaries_since_;  // offset 0, once they are watched
  std::map<std::string, CanaryNotes, std::less<>> canaries_;
};

}  // namespace firedrill
