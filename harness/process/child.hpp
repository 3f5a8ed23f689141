#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <signal.h>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace firedrill {

/// A user of this machine.
struct UserId {
  uid_t user = 0;
  gid_t group = 0;
};

/// A child process in a process group of its own, with its output read line by line.
///
/// It dies with the runner (parent-death signal, and the guardian finds its descendants by the
/// run's cookie). Thread: the thread that runs `io`. Lifetime: `io` outlives the child.
class Child final {
 public:
  struct Options {
    std::vector<std::string> argv;                         ///< argv[0] is looked up on PATH.
    std::vector<std::pair<std::string, std::string>> env;  ///< Added to our own environment.
    std::string directory;                                 ///< "" for our own.
    std::string run_id;                                    ///< Marks it as ours.
    /// Who it runs as; ours unless set, which only root can do.
    std::optional<UserId> user;
    int death_signal = SIGKILL;  ///< What it gets when the runner dies.
    enum class Stream { out, err };
    std::function<void(Stream, std::string line)> on_line;  ///< Lines are cut at 64 KiB.
    std::function<void(std::string how)> on_exit;  ///< "exit code 1", "killed by signal 9"; once.
  };

  /// The error says which program could not be started, and why.
  [[nodiscard]] static Result<std::unique_ptr<Child>> start(boost::asio::io_context& io,
                                                            Options options);

  /// Kills what is left of the group.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const;
  /// "exit code 0" once it has ended.
  [[nodiscard]] std::optional<std::string> ended() const;
  /// Sends a signal to the whole group.
  void signal_group(int signal_number) const;

 private:
  struct Impl;
  explicit Child(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;  // shared with reads under way
};

/// A TCP port on 127.0.0.1 that was free a moment ago.
[[nodiscard]] Result<std::uint16_t> free_port();

}  // namespace firedrill
