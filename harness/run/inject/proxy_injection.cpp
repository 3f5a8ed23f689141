#include "harness/run/inject/proxy_injection.hpp"

namespace firedrill {

namespace net = boost::asio;

ProxyInjection::ProxyInjection(const FaultTools& tools, std::size_t index, const spec::Fault& fault)
    : proxies_{tools.proxies}, index_{index}, fault_{fault} {}

net::awaitable<Result<void>> ProxyInjection::begin(FaultRecord& /*record*/, WallTime /*expires*/) {
  auto injected = proxies_.inject(index_, fault_);
  begun_ = injected.has_value();
  co_return injected;
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
