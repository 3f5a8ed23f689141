#pragma once

#include "harness/base/result.hpp"
#include "harness/process/child.hpp"
#include "harness/spec/service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// How a private server is made and started.
struct ServerPlan {
  std::string package;               ///< Debian's name of what has the programs.
  std::string folder;                ///< Of all its files; made by prepare_folder().
  std::uint16_t port = 0;            ///< On 127.0.0.1.
  std::optional<UserId> user;        ///< Who it runs as; unset for us.
  std::vector<std::string> prepare;  ///< A command to run first; empty for none.
  std::vector<std::string> serve;    ///< The server itself, in the foreground.
  std::vector<std::pair<std::string, std::string>> env;  ///< For both.
  int stop_signal = 0;   ///< An orderly end that does not wait for clients.
  int death_signal = 0;  ///< An end at once, when the runner dies.
};

/// The administrator's role of a private PostgreSQL, and the system's.
inline constexpr const char* kPostgresAdmin = "firedrill_admin";
inline constexpr const char* kPostgresUser = "drill";

/// What a private server of that kind takes. The error says what this machine lacks.
[[nodiscard]] Result<ServerPlan> plan_server(const spec::Service& service, std::string folder);

/// Makes the folder, for the server's user alone. The error names it.
[[nodiscard]] Result<void> prepare_folder(const ServerPlan& plan);

/// Writes the server's configuration; after `prepare` has run.
[[nodiscard]] Result<void> write_configuration(const spec::Service& service,
                                               const ServerPlan& plan);

}  // namespace firedrill
