#pragma once

#include "faults/model/wire_faults.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace firedrill {

/// The least that a proxy of conversations needs, for tests against real servers: a listener on a
/// free port of 127.0.0.1, and a thread for each connection, at most 64. The proxy itself has tests
/// of its own; these are about what conversations decide.
class WireRelay {
 public:
  /// `server` is the port on 127.0.0.1 that connections are relayed to.
  WireRelay(WireProtocol protocol, std::uint16_t server);
  ~WireRelay();
  WireRelay(const WireRelay&) = delete;
  WireRelay& operator=(const WireRelay&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  void inject(const std::string& name, const spec::WireFault& fault);
  WireFaultCounts heal(const std::string& name);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
