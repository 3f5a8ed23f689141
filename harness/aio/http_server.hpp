#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace firedrill {

/// HTTP/1.1 server on one io_context: keep-alive, pipelining in order, chunked and streamed
/// answers, and every way of misbehaving that a mock's fault needs.
///
/// Limits are part of the contract: too large a head answers 431, too large a body 413, a malformed
/// request 400, one that does not arrive in time 408, a large body for which `bodies_max` leaves no
/// room 503; beyond `connections_max` new connections are closed at once.
///
/// Thread: construct, start, stop and destroy on the thread that runs `io`. The handler runs there
/// too; it must not block. Lifetime: `io` outlives the server; destroy it only after stop() and
/// once `io` has run its handlers or will not run again.
class HttpServer final {
 public:
  using Handler = std::function<boost::asio::awaitable<HttpReply>(HttpRequest)>;

  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 picks a free one, see port().
    std::size_t connections_max = 4096;
    std::uint64_t body_max = 16 * 1024 * 1024;
    std::uint64_t bodies_max = 256 * 1024 * 1024;  ///< All bodies above 64 KiB together.
    std::uint32_t head_max = 64 * 1024;
    Duration request_timeout = std::chrono::seconds{30};  ///< To receive one whole request.
    Duration idle_timeout = std::chrono::seconds{75};     ///< Between requests.
  };

  HttpServer(boost::asio::io_context& io, Options options, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and listens. The error names address, port and reason. Call once.
  [[nodiscard]] Result<void> start();

  /// Stops listening; open connections are served on. For an orderly end: stop_listening(), wait
  /// for what is under way, stop(). Safe to call twice.
  void stop_listening();

  /// Stops listening and closes every connection. Safe to call twice.
  void stop();

  /// @pre start() succeeded.
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint64_t connections_refused() const;

 private:
  struct Impl;
  std::shared_ptr<Impl>
      impl_;  // shared with the coroutines of open connections, which may outlive stop()
};

}  // namespace firedrill
