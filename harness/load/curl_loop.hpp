#pragma once

#include "harness/load/curl_sender.hpp"
#include "harness/load/socket_pump.hpp"

#include <cstdint>
#include <string>

struct curl_sockaddr;

namespace firedrill {

// libcurl's handles are `void*`, its sockets and results `int`: its header stays out of this one.

/// libcurl's multi handle on an Asio loop: sockets, timers, and finished transfers. Inside this
/// room only.
struct CurlLoop::Impl final : SocketPump::Owner {
  /// Something that finished transfers are handed back to.
  class Transfer {
   public:
    /// `code` is a CURLcode.
    virtual void finished(int code) = 0;

   protected:
    ~Transfer() = default;
  };

  Impl(boost::asio::io_context& io, const EgressGuard& guard);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void raise_connections_max(std::uint32_t count);
  /// Sockets are opened here, so that the guard sees every address and the pump every descriptor.
  int open_socket(const curl_sockaddr* address, SendResult::Kind& local_failure);
  static int close_socket(void* self_pointer, int fd);
  void collect();

  boost::asio::io_context& io;
  const EgressGuard& guard;
  SocketPump pump;
  void* multi;
  std::uint32_t connections_max = 0;
  std::string filler;  ///< What generated bodies are made of, again and again.

 private:
  static int on_socket(void* easy, int fd, int what, void* self_pointer, void* unused);
  static int on_timer(void* multi, long timeout_ms, void* self_pointer);
  void on_ready(int fd, bool can_read, bool can_write) override;
  void on_deadline() override;
  void on_turn_end() override;
};

/// Cookies of one person, kept by libcurl.
struct CurlCookies final : CookieJar {
  CurlCookies();
  ~CurlCookies() override;
  void* share;
};

}  // namespace firedrill
