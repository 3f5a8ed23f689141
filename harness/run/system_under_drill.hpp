#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_client.hpp"
#include "harness/base/result.hpp"
#include "harness/process/child.hpp"
#include "harness/spec/system.hpp"
#include "harness/text/template.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Starts the system that a drill is about (or finds the one that runs already), waits until it is
/// ready, keeps its log, and ends it.
///
/// Thread: the thread that runs `io`. Lifetime: `io` and `guard` outlive it.
class SystemUnderDrill final {
 public:
  struct Options {
    spec::System system;
    std::vector<std::string> allow;  ///< Hosts beside loopback.
    std::string scenario_folder;     ///< Working directory of commands, unless they name one.
    std::string executable;          ///< Of firedrill, for the clinic.
    std::string run_id;
    Template::Lookup
        variables;  ///< "mocks.openai.url" and the like; "system.port" is answered here.
    std::function<void(pid_t group)> on_launch;  ///< Each time that a process was started.
    std::function<void(const std::string& line)> on_log;
    std::function<void(const std::string& how)> on_exit;  ///< It ended, and not because of stop().
  };

  SystemUnderDrill(boost::asio::io_context& io, const EgressGuard& guard, Options options);

  /// Done when it is ready, or with the reason why it never was. Call once.
  boost::asio::awaitable<Result<void>> start();

  /// Ends start(), launch_again() and become_ready() early, with an error.
  void give_up();
  [[nodiscard]] bool gave_up() const { return given_up_; }

  /// SIGTERM, some time to comply, SIGKILL; grandchildren too. Nothing for a system we did not
  /// start. The error names what could not be ended.
  boost::asio::awaitable<Result<void>> stop();

  /// A signal that is to end the whole group, as a fault: on_exit is not called. Not an error when
  /// nothing of it is left. @pre we started it
  void end_for_now(int signal_number);
  /// Waits until it has ended, and starts it again at the same address. It need not be ready then.
  /// @pre end_for_now() was called
  boost::asio::awaitable<Result<void>> launch_again();
  /// Waits until it is ready.
  boost::asio::awaitable<Result<void>> become_ready();
  /// The process group of a system that we started; 0 for one that runs already.
  [[nodiscard]] pid_t group() const { return child_ ? child_->pid() : 0; }

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::vector<std::string> log_tail() const { return {tail_.begin(), tail_.end()}; }
  /// "clinic (medicalcor)", the command line or the URL.
  [[nodiscard]] std::string description() const;

 private:
  Result<void> launch();
  Result<std::vector<std::string>> command_line(std::string& directory);
  void take_line(Child::Options::Stream stream, const std::string& line);
  boost::asio::awaitable<std::string> ask(Duration timeout);
  boost::asio::awaitable<bool> nap(Duration length);
  boost::asio::awaitable<Result<void>> wait_until_ready();
  [[nodiscard]] Error not_ready(const std::string& last_seen) const;

  Options options_;
  boost::asio::io_context& io_;
  const EgressGuard& guard_;
  HttpClient client_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Child> child_;
  std::optional<std::uint16_t> port_;
  std::string url_;
  std::deque<std::string> tail_;
  bool given_up_ = false;
  bool end_expected_ = false;  // by stop() or end_for_now()
};

}  // namespace firedrill
