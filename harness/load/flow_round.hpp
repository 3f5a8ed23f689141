#pragma once

#include "harness/base/time.hpp"
#include "harness/load/feeder_rows.hpp"
#include "harness/load/outgoing_request.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// Values by the name that the scenario gave them.
using NamedValues = std::map<std::string, std::string, std::less<>>;
/// A row for each feeder, in the order of the stream's feeders; nullptr where it has none.
using FeederRow = std::vector<const FeederRows::Row*>;

/// A person: cookies, what the log-in gave them, rows of feeders that the log-in uses.
struct FlowSession {
  std::uint64_t number = 0;
  std::unique_ptr<CookieJar> jar;
  NamedValues values;
  FeederRow rows;
  bool logged_in = false;
  bool token_rejected = false;
  Offset token_since{0};
  std::uint32_t log_ins = 0;    ///< So far; tells their requests apart.
  std::uint32_t refreshes = 0;  ///< Likewise.
};

struct Round;

/// Rounds that were released together.
struct Group {
  std::uint64_t index = 0;
  std::uint32_t alive = 0;
  std::vector<Round*> waiting;  ///< At a step that waits for all; the owner removes the dead.
};

/// One way through the steps of a stream.
struct Round {
  std::uint64_t index = 0;
  std::size_t step = 0;                      ///< The one that is under way, or next.
  std::uint32_t attempt = 0;                 ///< Of that step.
  FlowSession* session = nullptr;            ///< Not owned.
  std::unique_ptr<FlowSession> own_session;  ///< Of somebody who does not come back.
  std::shared_ptr<Group> group;
  std::uint32_t rival = 0;  ///< Number within the group.
  std::uint32_t user = 0;   ///< In the closed model.
  bool in_flight = false;   ///< A request of it is on its way.
  NamedValues values;
  FeederRow rows;
};

}  // namespace firedrill
