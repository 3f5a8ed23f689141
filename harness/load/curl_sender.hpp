#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/load/sender.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace firedrill {

/// Senders on libcurl's multi interface, driven by curl_multi_socket_action from one Asio loop. All
/// streams of a worker share one CurlLoop.
///
/// Proxies of the environment are ignored, redirects are followed only when asked to, TLS is
/// verified, every socket passes the guard. Easy handles are pooled and keep their settings between
/// requests; header lists are built once.
///
/// Thread: the thread that runs `io`. Lifetime: `io` and `guard` outlive the loop, the loop
/// outlives its senders.
class CurlLoop final {
 public:
  CurlLoop(boost::asio::io_context& io, const EgressGuard& guard);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  [[nodiscard]] std::unique_ptr<Sender> make_sender(SenderOptions options);
  /// Open now, idle ones included.
  [[nodiscard]] std::size_t connections() const;

  [[nodiscard]] static std::unique_ptr<CookieJar> make_cookie_jar();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
