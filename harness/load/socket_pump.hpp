#pragma once

#include "harness/base/time.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

/// Sockets and a deadline for a library that brings its own protocol: an epoll of its own inside an
/// Asio loop. One turn of the loop takes many sockets, a kept connection costs no system call
/// between its requests, and a deadline that only moves away costs no timer.
///
/// Thread: that of `io`, which outlives it, as does `owner`.
class SocketPump final {
 public:
  /// Who is told. Never called from inside a call of the pump.
  class Owner {
   public:
    virtual void on_ready(int fd, bool can_read, bool can_write) = 0;
    virtual void on_deadline() = 0;
    /// After each turn's calls of the other two.
    virtual void on_turn_end() = 0;

   protected:
    ~Owner() = default;
  };

  SocketPump(boost::asio::io_context& io, Owner& owner);
  ~SocketPump();
  SocketPump(const SocketPump&) = delete;
  SocketPump& operator=(const SocketPump&) = delete;

  /// `fd` may be watched from now on, until forget(), which comes before it is closed.
  void add(int fd);
  void forget(int fd);
  [[nodiscard]] bool knows(int fd) const;
  [[nodiscard]] std::size_t sockets() const { return sockets_; }

  /// What `fd` waits for. Level-triggered. @pre knows(fd)
  void want(int fd, bool read, bool write);
  /// on_deadline() comes in `delay`, or not at all when unset; only the last call counts.
  void set_deadline(std::optional<Duration> delay);

 private:
  struct Socket {
    bool known = false;
    std::uint32_t wanted = 0;      // EPOLLIN, EPOLLOUT
    std::uint32_t registered = 0;  // likewise, with the epoll; 0: not registered
  };

  void wait();
  void drain();
  void register_as(int fd, std::uint32_t events);
  void arm(TimePoint at);
  void deadline_passed();

  boost::asio::io_context& io_;
  Owner& owner_;
  boost::asio::posix::stream_descriptor epoll_;
  boost::asio::steady_timer timer_;
  std::vector<Socket> known_;  // by descriptor
  std::size_t sockets_ = 0;
  std::optional<TimePoint> deadline_;
  std::optional<TimePoint> armed_;  // when timer_ fires: never later than deadline_
  bool turn_posted_ = false;        // for a deadline that has come already
  // Handlers that are still queued when the pump goes must not touch it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace firedrill
