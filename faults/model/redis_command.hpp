#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What Redis itself says of its commands (COMMAND of Redis 7.0), as far as its errors need it.
// Names are in lower case.

/// Changes the data set: refused by a replica, and while snapshots fail.
[[nodiscard]] bool redis_writes(std::string_view command, std::string_view subcommand);
/// May need more memory: refused when it is used up.
[[nodiscard]] bool redis_needs_memory(std::string_view command, std::string_view subcommand);
/// Answered even while the data set is loaded.
[[nodiscard]] bool redis_allowed_while_loading(std::string_view command);
/// Answered even while a script runs.
[[nodiscard]] bool redis_allowed_while_busy(std::string_view command, std::string_view subcommand);
/// Answered before a client has logged in.
[[nodiscard]] bool redis_allowed_without_auth(std::string_view command);
/// After it, answers no longer match commands one to one: subscriptions, MONITOR, replication.
[[nodiscard]] bool redis_leaves_request_reply(std::string_view command,
                                              std::string_view subcommand);

/// The keys among `args`, whose first is the command in lower case. What was cut off for its length
/// is looked at as far as it goes.
[[nodiscard]] std::vector<std::string_view> redis_keys(const std::vector<std::string>& args);

}  // namespace firedrill
