#pragma once

#include "faults/model/conversation.hpp"
#include "faults/model/proxy_chain.hpp"
#include "faults/proxy/proxy.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// A fault in force, with what it did.
struct ActiveFault {
  std::uint64_t number = 0;  ///< Never used twice in one proxy.
  TimePoint since;
  ProxyFaultCounts counts;
  std::array<ProxyStage::Pipe, 2> pipes;  ///< By direction.
  ProxyFirstHit first_hit;                ///< Empty once told.

  void hit(std::uint64_t hits, TimePoint at) {
    if (hits == 0) return;
    counts.hits += hits;
    tell_first_hit(at);
  }
  void tell_first_hit(TimePoint at) {
    if (const ProxyFirstHit tell = std::exchange(first_hit, nullptr)) tell(at);
  }
  [[nodiscard]] const spec::ProxyAction& action() const { return counts.fault.action; }
};

/// The faults of one proxy, and what they decide about a connection. Pure: connections are numbers
/// here, and the time is an argument.
class FaultSet {
 public:
  explicit FaultSet(std::uint64_t seed) : seed_{seed} {}

  /// Fails when the name is taken or a value is out of range.
  Result<ActiveFault*> add(std::string name, const spec::ProxyFault& fault, TimePoint now);
  /// Fails too when the kind, the stream or a value would not fit.
  Result<ActiveFault*> change(std::string_view name, const spec::ProxyFault& fault);
  /// Unset when there is none of that name.
  std::unique_ptr<ActiveFault> take(std::string_view name);

  [[nodiscard]] ActiveFault* find(std::string_view name) const;
  [[nodiscard]] ActiveFault* find(std::uint64_t number) const;
  [[nodiscard]] const std::vector<std::unique_ptr<ActiveFault>>& all() const { return faults_; }

  /// The port as a whole.
  enum class Port : std::uint8_t {
    open,
    silent,  ///< Attempts to connect are dropped.
    closed,
  };
  [[nodiscard]] Port port() const;

  /// Is this connection one of the fault's share? The same answer however often it is asked.
  [[nodiscard]] bool picks(const ActiveFault& fault, std::uint64_t connection) const;

  /// The fault that resets a new connection at once; nullptr when none does. `open` are those there
  /// are already.
  [[nodiscard]] ActiveFault* refusing(std::uint64_t connection, std::uint64_t open) const;

  /// A fault that makes a new connection wait, and until when (TimePoint::max(): until it is
  /// healed); nullptr when none does, or not any more.
  struct Wait {
    ActiveFault* fault = nullptr;
    TimePoint until;
  };
  [[nodiscard]] Wait hanging(std::uint64_t connection, TimePoint accepted, TimePoint now) const;
  /// The same for the TLS handshake.
  [[nodiscard]] Wait hanging_handshake(std::uint64_t connection, TimePoint begun,
                                       TimePoint now) const;
  /// The fault that spoils TLS for this connection; nullptr when none does.
  [[nodiscard]] ActiveFault* spoiling_tls(std::uint64_t connection) const;

  /// What works on the bytes of a connection that begins now.
  [[nodiscard]] ProxyChain chain(std::uint64_t connection, Direction direction,
                                 TimePoint now) const;
  /// The same of one fault, for a connection that was open before it; unset when it does not work
  /// on these bytes.
  [[nodiscard]] std::optional<ProxyStage> stage(ActiveFault& fault, std::uint64_t connection,
                                                Direction direction,
                                                const ProxyStage::Start& start) const;

  /// Empties the pipes that connections share.
  void restart_pipes(TimePoint now);

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 1;
  std::vector<std::unique_ptr<ActiveFault>> faults_;
};

/// Nothing when the values of a fault make sense together.
[[nodiscard]] Result<void> check_proxy_fault(const spec::ProxyFault& fault);

}  // namespace firedrill
