#pragma once

#include "faults/lease_journal.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/services/service.hpp"
#include "harness/spec/scenario.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The real services of a drill: started before the system, removed after it.
///
/// Thread: the drill's; variable() is safe on every thread once all are started.
class ServiceHost final {
 public:
  struct Options {
    std::string run_id;
    /// A private service ended by itself.
    std::function<void(const std::string& name, const std::string& how)> on_exit;
  };

  /// All that it is made with outlives it.
  ServiceHost(boost::asio::io_context& io, const spec::Scenario& scenario, const EgressGuard& guard,
              LeaseJournal& journal, Options options);

  /// One after the other. That a private one will be removed is promised before it is made. The
  /// error says which was not ready, and why.
  boost::asio::awaitable<Result<void>> start();
  void give_up();
  /// Ends and removes the private ones, the newest first. The errors say what to do by hand.
  boost::asio::awaitable<std::vector<std::string>> stop();

  /// "services.postgres.url" and the like; "" for anything else.
  [[nodiscard]] std::string variable(std::string_view name) const;
  /// @pre the scenario has it
  [[nodiscard]] Service& named(std::string_view name) const;
  [[nodiscard]] const std::string& run_id() const { return options_.run_id; }

 private:
  boost::asio::awaitable<Result<void>> start_one(const std::string& name,
                                                 const spec::Service& spec);

  boost::asio::io_context& io_;
  const spec::Scenario& scenario_;
  const EgressGuard& guard_;
  LeaseJournal& journal_;
  Options options_;
  std::vector<std::unique_ptr<Service>> services_;
  std::vector<Lease> leases_;  // of private ones, in the order of services_
  std::map<std::string, std::string, std::less<>> variables_;
  bool given_up_ = false;
};

/// What the guardian must know to log in to services that are given with a password, which no
/// journal holds: "NAME=VALUE" of its environment.
[[nodiscard]] std::vector<std::string> passwords_for_guardian(const spec::Scenario& scenario);

}  // namespace firedrill
