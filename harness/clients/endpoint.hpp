#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill {

inline constexpr std::uint16_t kPostgresPort = 5432;
inline constexpr std::uint16_t kRedisPort = 6379;

/// Where a server is, and who we are to it.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string user;
  std::string password;  ///< Never in an error or a log.
  std::string database;  ///< Of Redis a number; "" for the default.

  /// "127.0.0.1:5432"
  [[nodiscard]] std::string address() const { return host + ":" + std::to_string(port); }
};

/// "postgres://user:password@host:port/database" and "redis://…" alike; `default_port` when the URL
/// has none. Parts may be percent-encoded; a query is ignored. The error does not quote the URL: it
/// may hold a password.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url, std::uint16_t default_port);

/// The same the other way round, with the password in it.
[[nodiscard]] std::string url_of(std::string_view scheme, const Endpoint& endpoint);

/// The first address of the host that the guard permits. The error says who refused.
[[nodiscard]] boost::asio::awaitable<Result<boost::asio::ip::tcp::endpoint>> resolve(
    Endpoint endpoint, const EgressGuard& guard);

}  // namespace firedrill
