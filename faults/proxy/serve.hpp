#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace firedrill {

struct ServeProxyOptions {
  std::string api = "127.0.0.1:8474";  ///< HOST:PORT of the API; port 0 picks a free one.
  std::string config;                  ///< A JSON file with proxies to begin with; "" for none.
  std::uint64_t seed = 1;
  std::vector<std::string> allow;  ///< Hosts outside loopback that upstreams may be on.
};

/// The fault proxy by itself, until SIGINT or SIGTERM: `firedrill proxy`. Once the API answers, one
/// line of JSON with its address goes to `out`; problems go to `err`. Returns the exit code: 0
/// after a signal, 104 for wrong arguments, 113 when it cannot start. Blocks.
[[nodiscard]] int serve_proxy(const ServeProxyOptions& options, std::ostream& out,
                              std::ostream& err);

}  // namespace firedrill
