#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::spec {

/// The real services there are. A scenario names them by these: "postgres", "redis".
enum class ServiceKind { postgres, redis };

[[nodiscard]] inline std::string_view name_of(ServiceKind kind) {
  return kind == ServiceKind::postgres ? "postgres" : "redis";
}
[[nodiscard]] inline std::optional<ServiceKind> service_kind(std::string_view name) {
  if (name == "postgres") return ServiceKind::postgres;
  if (name == "redis") return ServiceKind::redis;
  return std::nullopt;
}

/// A real PostgreSQL or Redis of a drill: one that it starts for itself and removes again, or one
/// that is given by its URL.
struct Service {
  ServiceKind kind = ServiceKind::postgres;
  std::string url;         ///< "" starts a private one; otherwise the one that runs there.
  std::uint16_t port = 0;  ///< Of a private one; 0 picks a free one.
  Duration within = std::chrono::seconds{30};  ///< To be ready.
  std::string database = "drill";              ///< Of a private PostgreSQL.
  std::string init_file;                       ///< As written; for messages. "" for none.
  std::string init_sql;  ///< Its text, run once when the private PostgreSQL is ready.
  /// For postgresql.conf or redis.conf of a private one.
  std::vector<std::pair<std::string, std::string>> settings;
  Place place;

  [[nodiscard]] bool given() const { return !url.empty(); }
};

}  // namespace firedrill::spec
