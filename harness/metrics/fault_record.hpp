#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What became of one fault: a fault that hit nothing proves nothing.
struct FaultRecord {
  std::string name;
  std::string target;       ///< "mock openai"
  std::string description;  ///< "respond 503 until breaker.open, then …"
  std::string phase;
  std::string place;                  ///< "drill.yaml:40:7"
  std::optional<Offset> injected_at;  ///< Unset: never injected.
  std::optional<Offset> healed_at;    ///< Unset: not healed.
  std::uint64_t hits = 0;             ///< Requests, or whatever else is `counted`, that it changed.
  std::uint64_t seen = 0;             ///< Those that reached its target while it was active.
  std::string counted = "requests";   ///< What is counted: "processes", "MiB".
  std::vector<std::uint64_t> hits_by_step;
  bool hits_optional = false;
  friend bool operator==(const FaultRecord&, const FaultRecord&) = default;
};

}  // namespace firedrill
