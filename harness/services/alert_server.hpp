#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_client.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/process/child.hpp"
#include "harness/services/server_log.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// A private Prometheus or Alertmanager of a drill: a child that is ready when it says so over
/// HTTP.
///
/// Thread: the thread that runs `io`. Lifetime: `io` and `guard` outlive it.
class AlertServer final {
 public:
  struct Options {
    std::string name;                   ///< "prometheus", for messages.
    std::string package;                ///< Debian's package of it.
    std::vector<std::string> programs;  ///< Its names; the first that is there is taken.
    std::vector<std::string> arguments;
    std::string folder;  ///< It works there; there already, and promised to be removed.
    std::uint16_t port = 0;
    std::string run_id;
    Duration within{0};  ///< To be ready.
    /// It ended, and nobody asked it to.
    std::function<void(const std::string& how)> on_exit;
  };

  AlertServer(boost::asio::io_context& io, const EgressGuard& guard, Options options);
  AlertServer(const AlertServer&) = delete;
  AlertServer& operator=(const AlertServer&) = delete;

  /// Done when it is ready. The error says why not, with how to install what is missing. Call once.
  boost::asio::awaitable<Result<void>> start();
  /// Ends start() early, with an error.
  void give_up();
  /// Ends it: at first as it wishes, after 3 s at once. Safe to call twice.
  boost::asio::awaitable<Result<void>> stop();

  /// "http://127.0.0.1:9090"
  [[nodiscard]] std::string url() const;

 private:
  [[nodiscard]] Result<void> launch();
  boost::asio::awaitable<bool> end_within(Duration grace);
  boost::asio::awaitable<void> nap(Duration length);
  [[nodiscard]] bool running() const { return child_ && !child_->ended(); }
  [[nodiscard]] Error not_ready(const std::string& why) const;

  boost::asio::io_context& io_;
  Options options_;
  HttpClient client_;
  boost::asio::steady_timer timer_;
  ServerLog log_;
  std::unique_ptr<Child> child_;
  bool end_expected_ = true;
  bool given_up_ = false;
};

}  // namespace firedrill
