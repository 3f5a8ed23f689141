#pragma once

#include "faults/lease_journal.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_client.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/base/result.hpp"
#include "harness/metrics/live_alerts.hpp"
#include "harness/run/mock_host.hpp"
#include "harness/services/alert_server.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace firedrill {

/// The Prometheus and the Alertmanager of a drill: private ones, started when the system is there
/// and removed before it goes, or ones that run anyway and are only read. Watches both, and answers
/// PagerDuty as whoever is on call.
///
/// What goes wrong with them makes what is expected of alerts inconclusive, and nothing else.
/// Thread: the drill's.
class LiveAlertHost final {
 public:
  struct Options {
    std::string run_id;
    /// One of them ended by itself.
    std::function<void(const std::string& name, const std::string& how)> on_exit;
  };

  /// All that it is made with outlives it. @pre scenario.live_alerts
  LiveAlertHost(boost::asio::io_context& io, const spec::Scenario& scenario,
                const EgressGuard& guard, LeaseJournal& journal, MockHost& mocks, Options options);

  /// Done when both answer; take_record() says why not otherwise.
  boost::asio::awaitable<void> start(std::string system_url);
  void give_up();
  /// Begins to look, several times a second, until stop().
  void watch(TimeOrigin origin);
  /// Looks for the last time, ends and removes private ones. Safe to call twice. The error says
  /// what to do by hand.
  boost::asio::awaitable<Result<void>> stop();

  /// What was seen. @pre stop() is done
  [[nodiscard]] LiveAlertRecord take_record();

 private:
  boost::asio::awaitable<Result<void>> start_private(std::string system_url);
  Result<void> prepare(const std::string& system_url);
  Result<void> make_folder();
  boost::asio::awaitable<Result<void>> start_server(AlertServer* server);
  boost::asio::awaitable<Result<void>> silence();
  boost::asio::awaitable<void> introduce();
  boost::asio::awaitable<void> keep_watching();
  boost::asio::awaitable<void> look();
  boost::asio::awaitable<void> answer_pages();
  boost::asio::awaitable<std::optional<std::string>> get(std::string url);
  Result<AlertServer::Options> plan_server(const std::string& name, const spec::AlertServer& what);
  Result<AlertServer::Options> plan_alertmanager();
  Result<AlertServer::Options> plan_prometheus();
  [[nodiscard]] Offset now() const;
  void missed(const std::string& whom);

  boost::asio::io_context& io_;
  const spec::Scenario& scenario_;
  const EgressGuard& guard_;
  LeaseJournal& journal_;
  MockHost& mocks_;
  Options options_;
  HttpClient client_;
  boost::asio::steady_timer timer_;
  TaskGroup tasks_;
  std::string folder_;  // "" when there is none to remove
  std::optional<Lease> lease_;
  std::unique_ptr<AlertServer> alertmanager_;
  std::unique_ptr<AlertServer> prometheus_;
  std::string prometheus_url_;
  std::string alertmanager_url_;
  std::optional<TimeOrigin> origin_;
  std::set<std::string> acknowledged_;  // pages, by the place of their trigger; few
  LiveAlertRecord record_;
  int missed_in_a_row_ = 0;
  bool stopping_ = false;
};

}  // namespace firedrill
