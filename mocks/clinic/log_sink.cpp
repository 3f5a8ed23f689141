#include "mocks/clinic/log_sink.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>
#include <utility>

namespace firedrill::clinic {
namespace {

using namespace std::chrono_literals;

/// How long the writer lets lines gather before it writes them in one go.
constexpr auto kGather = 20ms;
/// Enough lines to write without waiting longer.
constexpr std::size_t kPlenty = std::size_t{64} * 1024;
/// How long one look at a stuck descriptor lasts.
constexpr auto kLook = 50ms;

/// The longest piece of whole lines that a pipe takes without blocking once poll() says that it is
/// writable; a line longer than that goes in pieces.
std::size_t piece_of(std::string_view text) {
  if (text.size() <= PIPE_BUF) return text.size();
  const std::size_t newline = text.rfind('\n', PIPE_BUF - 1);
  return newline == std::string_view::npos ? std::size_t{PIPE_BUF} : newline + 1;
}

}  // namespace

FdLogSink::FdLogSink(Options options) : options_{options} {
  // Signals are for the thread that serves.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  writer_ = std::thread{[this] { run(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

FdLogSink::~FdLogSink() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  writer_.join();
}

void FdLogSink::write(std::string line) {
  bool wake = false;
  {
    const std::lock_guard lock{mutex_};
    if (backlog_.size() + line.size() > options_.backlog_max) {
      ++lost_;
      return;
    }
    const bool was_plenty = backlog_.size() >= kPlenty;
    wake = backlog_.empty();
    backlog_ += line;
    wake = wake || (!was_plenty && backlog_.size() >= kPlenty);
  }
  if (wake) wake_.notify_one();
}

std::uint64_t FdLogSink::take_lost() {
  const std::lock_guard lock{mutex_};
  // Half empty: room for the line that says so and for some more after it.
  if (backlog_.size() > options_.backlog_max / 2) return 0;
  return std::exchange(lost_, 0);
}

void FdLogSink::run() {
  std::string batch;
  while (take(batch)) write_out(batch);
}

bool FdLogSink::take(std::string& batch) {
  std::unique_lock lock{mutex_};
  wake_.wait(lock, [this] { return stopping_ || !backlog_.empty(); });
  wake_.wait_for(lock, kGather, [this] { return stopping_ || backlog_.size() >= kPlenty; });
  batch.clear();
  batch.swap(backlog_);
  return !batch.empty();  // nothing to write means that it is over
}

void FdLogSink::write_out(std::string_view text) {
  while (!text.empty() && !broken_ && await_writable()) {
    const ssize_t written = ::write(options_.fd, text.data(), piece_of(text));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      broken_ = true;
    }
  }
}

/// False when the descriptor failed, or took nothing for too long while the process wants to end.
bool FdLogSink::await_writable() {
  Duration patience = options_.exit_patience;
  while (true) {
    pollfd waited{.fd = options_.fd, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(kLook.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) break;
    if (!stopping()) continue;
    patience -= kLook;
    if (patience <= Duration::zero()) break;
  }
  broken_ = true;
  return false;
}

bool FdLogSink::stopping() {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

}  // namespace firedrill::clinic
