#pragma once

#include "harness/spec/place.hpp"
#include "harness/spec/proxy.hpp"
#include "harness/spec/wire_fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// What a proxy of a drill reads of that which passes through it.
enum class ProxyProtocol : std::uint8_t { tcp, http, postgres, redis };

/// One proxy of a scenario, on 127.0.0.1.
struct Proxy {
  std::string upstream;  ///< Template: HOST:PORT, or a URL of which only these count.
  ProxyProtocol protocol = ProxyProtocol::tcp;
  std::uint16_t port = 0;  ///< 0 picks a free one.
  ProxyTls tls;
  Place place;
};

/// A proxy that misbehaves.
struct ProxiedFault {
  std::string proxy;  ///< Key under `proxies:`.
  std::variant<ProxyFault, WireFault> what;
};

// The names of all this, as scenarios write them.

[[nodiscard]] std::vector<std::string> proxy_protocol_names();  ///< In the order of ProxyProtocol.
[[nodiscard]] std::string_view name_of(ProxyProtocol protocol);
[[nodiscard]] std::optional<ProxyProtocol> proxy_protocol(std::string_view name);
/// The protocol whose proxies can have such a fault.
[[nodiscard]] ProxyProtocol protocol_of(const WireFault& fault);

[[nodiscard]] std::vector<std::string> statement_kind_names();  ///< In the order of StatementKind.
[[nodiscard]] std::string_view name_of(StatementKind kind);

/// "disk_full": what a proxy tells a client of PostgreSQL.
[[nodiscard]] std::vector<std::string> postgres_error_names();
[[nodiscard]] std::optional<PostgresFault::Kind> postgres_error(std::string_view name);
[[nodiscard]] std::string_view name_of(PostgresFault::Kind kind);
/// "oom": what a proxy tells a client of Redis.
[[nodiscard]] std::vector<std::string> redis_error_names();
[[nodiscard]] std::optional<RedisFault::Kind> redis_error(std::string_view name);
[[nodiscard]] std::string_view name_of(RedisFault::Kind kind);

[[nodiscard]] std::vector<std::string> wrong_certificate_names();  ///< In the order of the enum.
[[nodiscard]] std::string_view name_of(ProxyCertificate::Wrong wrong);

}  // namespace firedrill::spec
