#pragma once

#include "faults/model/conversation.hpp"
#include "faults/model/http_faults.hpp"
#include "faults/model/postgres_faults.hpp"
#include "faults/model/redis_conversation.hpp"
#include "harness/spec/wire_fault.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// The protocol that a proxy reads.
enum class WireProtocol : std::uint8_t { http, postgres, redis };

/// What one fault did so far.
struct WireFaultCounts {
  std::uint64_t seen = 0;  ///< Requests that it fits.
  std::uint64_t hits = 0;  ///< Requests that it changed.
};

/// The faults of a proxy that knows its protocol, while they are injected, and the conversations
/// that look at them. A fault takes effect from the next request on, on open connections too.
///
/// Deterministic in (seed, name of the fault, order of arrival). Outlives its conversations; not
/// thread-safe.
class WireFaults {
 public:
  WireFaults(WireProtocol protocol, std::uint64_t seed) : protocol_{protocol}, seed_{seed} {}
  WireFaults(const WireFaults&) = delete;
  WireFaults& operator=(const WireFaults&) = delete;

  /// @pre `fault` is one of the protocol's; no fault of that name is active
  void inject(const std::string& name, const spec::WireFault& fault, LiveFault::FirstHit first_hit);
  /// How strong it is from now on, 0 to 1: see strength.hpp. Harmless when there is none of that
  /// name.
  void set_strength(const std::string& name, double strength);
  /// Nothing is changed any more. What it did comes back; nothing when there is none of that name.
  WireFaultCounts heal(const std::string& name);
  [[nodiscard]] WireFaultCounts counts(const std::string& name) const;

  /// For one connection.
  [[nodiscard]] std::unique_ptr<Conversation> converse() const;

 private:
  WireProtocol protocol_;
  std::uint64_t seed_;
  std::vector<std::pair<std::string, LiveFault*>> live_;  // by name; owned by the lists below
  LiveFaults<LiveHttpFault> http_;
  LiveFaults<LivePostgresFault> postgres_;
  LiveFaults<LiveRedisFault> redis_;
};

}  // namespace firedrill
