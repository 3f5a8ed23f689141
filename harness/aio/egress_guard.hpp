#pragma once

#include "harness/base/result.hpp"

#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace firedrill {

/// The one decision on outgoing connections: loopback, or a host the scenario lists under `allow:`;
/// the real providers never. Every sender asks it twice: by name before resolving, and by resolved
/// address before connecting, so that neither a redirect nor a surprising DNS answer gets out.
///
/// Immutable after construction; may be shared between threads.
class EgressGuard {
 public:
  /// Loopback only.
  EgressGuard() = default;

  /// Resolves the allowed hosts now; addresses are fixed for the drill. Fails for a real provider's
  /// host and for a name that does not resolve. Blocks on DNS: call at start-up.
  [[nodiscard]] static Result<EgressGuard> allowing(const std::vector<std::string>& hosts);

  /// By name: refuses the real providers' hosts and says so.
  [[nodiscard]] Result<void> check_host(std::string_view host) const;
  /// By resolved address: loopback or allowed.
  [[nodiscard]] bool permits(const sockaddr* address) const;
  /// The same for the text form, "127.0.0.1" or "::1".
  [[nodiscard]] bool permits_ip(std::string_view ip) const;

 private:
  std::vector<std::string> allowed_ips_;
};

/// May a drill that allows `allow` talk to this URL? By its text alone, nothing is resolved: the
/// host must be loopback or stand in the list. The error says what to do.
[[nodiscard]] Result<void> check_target(const std::string& url,
                                        const std::vector<std::string>& allow);

/// True for hosts of the real services that mocks stand in for, whatever a scenario allows.
[[nodiscard]] bool is_real_provider(std::string_view host);

}  // namespace firedrill
