#pragma once

#include "harness/base/result.hpp"
#include "harness/clients/endpoint.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace firedrill {

// How faults of real services are undone. Part of `Undo` (lease.hpp).

/// Everything that works in the folder of a private server must end, and the folder go.
struct RemoveServiceFolder {
  std::string folder;
};

/// What we mounted there must be unmounted.
struct UnmountFolder {
  std::string folder;
};

/// A server. No journal holds its password: whoever undoes from a journal takes it from
/// FIREDRILL_POSTGRES_PASSWORD or FIREDRILL_REDIS_PASSWORD.
struct ServerAddress {
  Endpoint endpoint;
  bool ours = false;  ///< A private one: when it does not run any more, nothing is left to undo.
};

/// Statements that a PostgreSQL must run, and a query whose one value tells that it worked.
struct RunSql {
  ServerAddress at;
  std::vector<std::string> statements;
  std::string check;
  std::string expected;
};

/// Commands that a Redis must run, and one whose answer tells that it worked.
struct RunRedis {
  ServerAddress at;
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> check;
  std::string expected;
};

using ServiceUndo = std::variant<RemoveServiceFolder, UnmountFolder, RunSql, RunRedis>;

inline constexpr const char* kPostgresPassword = "FIREDRILL_POSTGRES_PASSWORD";
inline constexpr const char* kRedisPassword = "FIREDRILL_REDIS_PASSWORD";

/// For reports, and for the journal.
[[nodiscard]] std::string to_text(const ServiceUndo& undo);
[[nodiscard]] nlohmann::json json_of(const ServiceUndo& undo);
/// Nothing when it is of another kind.
[[nodiscard]] std::optional<ServiceUndo> service_undo_of(const nlohmann::json& json);

/// As carry_out() of lease.hpp. Blocks: a folder for at most 4 s, a server that does not answer for
/// about as long.
[[nodiscard]] Result<void> carry_out(const ServiceUndo& undo);

}  // namespace firedrill
