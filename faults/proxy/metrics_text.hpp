#pragma once

#include "faults/proxy/proxy_list.hpp"

#include <string>

namespace firedrill {

/// What the proxies have counted, as Prometheus reads it: Toxiproxy's two counters, but live, and
/// more of ours.
[[nodiscard]] std::string metrics_text(const ProxyList& proxies);

}  // namespace firedrill
