#pragma once

#include "harness/base/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace firedrill::clinic {

/// Where log lines go. Lines end with '\n'.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(std::string line) = 0;
  /// Lines lost since the last call, once there is room again to say so; 0 otherwise.
  [[nodiscard]] virtual std::uint64_t take_lost() = 0;
};

/// Writes lines to a file descriptor from a thread of its own, so that a reader that is slow or
/// stuck never holds up the service. Lines wait in memory up to a limit; beyond it they are lost
/// and counted. Whole lines are written at a time, so that other writers of a pipe do not cut into
/// them.
///
/// The destructor writes everything that still waits, and gives up only when the reader takes
/// nothing for `exit_patience`. A descriptor that fails (its reader is gone) is given up at once;
/// ignore SIGPIPE to get that far. Thread: any one; the descriptor must stay open and is not
/// closed.
class FdLogSink final : public LogSink {
 public:
  struct Options {
    int fd = 2;
    std::size_t backlog_max = std::size_t{8} * 1024 * 1024;  ///< Bytes.
    Duration exit_patience = std::chrono::seconds{2};
  };

  explicit FdLogSink(Options options);
  ~FdLogSink() override;
  FdLogSink(const FdLogSink&) = delete;
  FdLogSink& operator=(const FdLogSink&) = delete;

  void write(std::string line) override;
  [[nodiscard]] std::uint64_t take_lost() override;

 private:
  void run();
  bool take(std::string& batch);
  void write_out(std::string_view text);
  [[nodiscard]] bool await_writable();
  [[nodiscard]] bool stopping();

  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string backlog_;     // guarded by mutex_
  std::uint64_t lost_ = 0;  // guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  bool broken_ = false;     // writer thread only
  std::thread writer_;      // last: starts when everything else is there
};

}  // namespace firedrill::clinic
