#pragma once

#include "faults/proxy/proxy_list.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_server.hpp"
#include "harness/base/result.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <string>

namespace firedrill {

/// The version of Toxiproxy whose API this is.
inline constexpr const char* kToxiproxyVersion = "2.12.0";

/// What the API answers: the routes, codes and texts of Toxiproxy, and more; see README.md. Changes
/// `proxies` as it is asked to, and waits for nothing.
[[nodiscard]] HttpReply toxiproxy_reply(const HttpRequest& request, ProxyList& proxies);

/// An HTTP server with that API, and its proxies.
///
/// Thread and lifetime as for HttpServer; `guard` outlives it.
class ToxiproxyServer final {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8474;  ///< 0 picks a free one.
    ProxyList::Options proxies;
  };
  ToxiproxyServer(boost::asio::io_context& io, const EgressGuard& guard, const Options& options);

  [[nodiscard]] Result<void> start();
  void stop();
  [[nodiscard]] std::string url() const;
  [[nodiscard]] ProxyList& proxies() { return proxies_; }

 private:
  std::string address_;
  ProxyList proxies_;
  std::uint64_t requests_ = 0;
  HttpServer server_;
};

}  // namespace firedrill
