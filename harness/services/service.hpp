#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/clients/endpoint.hpp"
#include "harness/clients/postgres.hpp"
#include "harness/process/child.hpp"
#include "harness/services/server_log.hpp"
#include "harness/services/setup.hpp"
#include "harness/spec/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

/// One real PostgreSQL or Redis of a drill: a private one that it starts, or one that is given.
///
/// Thread: the thread that runs `io`. Lifetime: `io` and `guard` outlive it.
class Service final {
 public:
  struct Options {
    std::string name;  ///< Its key in the scenario.
    spec::Service spec;
    std::string folder;  ///< Of a private one, see service_folder(); promised to be removed before.
    std::string run_id;
    /// A private one ended, and nobody asked it to.
    std::function<void(const std::string& how)> on_exit;
  };

  Service(boost::asio::io_context& io, const EgressGuard& guard, Options options);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Done when a client was answered (and a private PostgreSQL has its database), or with the
  /// reason why not within the time the scenario gives. Call once.
  boost::asio::awaitable<Result<void>> start();
  /// Ends start() and start_again() early, with an error.
  void give_up();
  /// Ends a private one and removes its folder. The error says what to do by hand.
  boost::asio::awaitable<Result<void>> stop();

  /// Ends the server, as a fault. @pre ours()
  boost::asio::awaitable<Result<void>> halt();
  /// Starts it again where it was, and waits until it is ready. @pre halt() was called
  boost::asio::awaitable<Result<void>> start_again();

  [[nodiscard]] bool ours() const { return !options_.spec.given(); }
  [[nodiscard]] bool running() const { return !ours() || (child_ && !child_->ended()); }
  [[nodiscard]] spec::ServiceKind kind() const { return options_.spec.kind; }
  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] const std::string& folder() const { return options_.folder; }
  [[nodiscard]] std::optional<UserId> user() const { return plan_.user; }
  /// Who the system under drill is to it, and who faults are: the same for one that is given.
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] const Endpoint& admin() const { return admin_; }
  [[nodiscard]] const ServerLog& log() const { return log_; }
  [[nodiscard]] const EgressGuard& guard() const { return guard_; }

  /// "url", "address", "host", "port", "user" or "database" of what the system connects to; "" for
  /// anything else.
  [[nodiscard]] std::string variable(std::string_view part) const;

 private:
  boost::asio::awaitable<Result<void>> start_private(TimePoint deadline);
  boost::asio::awaitable<Result<void>> prepare(TimePoint deadline);
  boost::asio::awaitable<Result<void>> wait_until_ready(TimePoint deadline);
  boost::asio::awaitable<Result<void>> make_database(TimePoint deadline);
  /// "" when it answers, otherwise why not.
  boost::asio::awaitable<std::string> ask(TimePoint deadline);
  boost::asio::awaitable<bool> end_within(Duration grace);
  boost::asio::awaitable<void> nap(Duration length);
  Result<void> launch();
  Child::Options child_options(std::vector<std::string> argv);
  [[nodiscard]] Error cannot_start(const Error& why) const;
  [[nodiscard]] Error not_ready(const std::string& why) const;

  boost::asio::io_context& io_;
  const EgressGuard& guard_;
  Options options_;
  boost::asio::steady_timer timer_;
  ServerPlan plan_;
  Endpoint endpoint_;
  Endpoint admin_;
  ServerLog log_;
  std::unique_ptr<Child> child_;
  bool end_expected_ = true;
  bool given_up_ = false;
};

}  // namespace firedrill
