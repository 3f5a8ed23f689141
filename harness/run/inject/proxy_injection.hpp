#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/run/proxy_host.hpp"
#include "harness/spec/fault.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace firedrill {

/// A proxy that misbehaves. It counts its hits itself and tells them when it is healed. It needs no
/// lease: proxies live in our own process, and whoever outlives it finds a closed port.
class ProxyInjection final : public Injection {
 public:
  /// `fault` outlives it. @pre it is one of a proxy
  ProxyInjection(const FaultTools& tools, std::size_t index, const spec::Fault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void set_strength(double strength) override;
  void look(FaultRecord& record) override;
  [[nodiscard]] std::optional<Duration> look_every() const override;

 private:
  ProxyHost& proxies_;
  std::size_t index_;
  const spec::Fault& fault_;
  double strength_ = 1;
  bool begun_ = false;
};

}  // namespace firedrill
