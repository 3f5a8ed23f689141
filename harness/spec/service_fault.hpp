#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::spec {

// Faults of the real services of a drill. Each is a way in which a database or a cache goes wrong
// in production, done to a real one over its own protocol.

/// Sessions that do nothing but be there.
struct HoldConnections {
  std::optional<std::uint32_t> count;  ///< Unset: as many as the server gives.
};
/// Sessions that began a transaction, took locks and went to sleep.
struct IdleInTransaction {
  std::uint32_t sessions = 1;
  std::string table;  ///< "" locks nothing.
  bool rows = false;  ///< Its rows for update, rather than the table as a whole.
};
/// Sessions that run one long statement each.
struct LongQueries {
  std::uint32_t sessions = 1;
  std::string
      table;  ///< "" only sleeps; otherwise it holds the table's ACCESS SHARE lock meanwhile.
};
/// Ends the sessions of everybody else.
struct TerminateBackends {
  std::optional<Duration> every;  ///< Unset: once.
};
/// Every statement that takes longer is cancelled.
struct StatementTimeout {
  Duration time{0};
};
/// Transactions may not write.
struct ReadOnly {};
/// Nothing is left on the disk that the tables lie on.
struct NoSpace {
  std::uint64_t size = std::uint64_t{64} * 1024 * 1024;  ///< Of that disk, in bytes.
};

/// Memory is full and nothing may be evicted: writes fail with OOM.
struct MemoryFull {};
/// Memory is full and whatever was used least recently goes.
struct Evict {};
/// Clients are not served.
struct ClientPause {
  bool writes_only = false;
};
/// At most so many clients at a time, of which none is connected yet.
struct MaxClients {
  std::uint32_t count = 0;
};
/// Commands that block the server for this long, one after the other.
struct SlowCommands {
  Duration time{0};
};

/// The server goes away at once and comes back at once. Of a private one only.
struct Restart {};
/// The server goes away, and comes back when the fault is healed. Of a private one only.
struct Stop {};

using PostgresServerFault = std::variant<HoldConnections, IdleInTransaction, LongQueries,
                                         TerminateBackends, StatementTimeout, ReadOnly, NoSpace>;
using RedisServerFault = std::variant<MemoryFull, Evict, ClientPause, MaxClients, SlowCommands>;

/// A real service that misbehaves.
struct ServiceFault {
  std::string service;  ///< Key under `services:`.
  std::variant<PostgresServerFault, RedisServerFault, Restart, Stop> what;
};

}  // namespace firedrill::spec
