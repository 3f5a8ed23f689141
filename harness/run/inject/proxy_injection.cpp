#include "harness/run/inject/proxy_injection.hpp"

#include <chrono>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// How often to look for hits that only the kernel sees; see FaultProxy::look().
constexpr Duration kLookAtPort = std::chrono::milliseconds{50};

bool leaves_port_silent(const spec::Fault& fault) {
  const auto* bytes = std::get_if<spec::ProxyFault>(&std::get<spec::ProxiedFault>(fault.what).what);
  const auto* hang =
      bytes == nullptr ? nullptr : std::get_if<spec::ProxyConnectHang>(&bytes->action);
  return hang != nullptr && !hang->time;
}

}  // namespace

ProxyInjection::ProxyInjection(const FaultTools& tools, std::size_t index, const spec::Fault& fault)
    : proxies_{tools.proxies}, index_{index}, fault_{fault} {}

net::awaitable<Result<void>> ProxyInjection::begin(FaultRecord& /*record*/, WallTime /*expires*/) {
  auto injected = proxies_.inject(index_, fault_, strength_);
  begun_ = injected.has_value();
  co_return injected;
}

void ProxyInjection::set_strength(double strength) {
  strength_ = strength;
  if (begun_) proxies_.set_strength(fault_, strength);
}

void ProxyInjection::look(FaultRecord& /*record*/) {
  if (begun_) proxies_.look(fault_);
}

std::optional<Duration> ProxyInjection::look_every() const {
  return leaves_port_silent(fault_) ? std::optional{kLookAtPort} : std::nullopt;
}

net::awaitable<Result<std::string>> ProxyInjection::end(FaultRecord& record, bool /*ending*/) {
  if (begun_) {
    const auto counts = proxies_.heal(fault_);
    if (!counts) co_return counts.error();
    begun_ = false;
    record.hits += counts->hits;
    record.seen += counts->seen;
  }
  co_return record.target + " passes everything on again";
}

}  // namespace firedrill
