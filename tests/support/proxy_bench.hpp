#pragma once

#include "faults/proxy/proxy.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/aio/io_thread.hpp"
#include "tests/support/tcp_peer.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

namespace firedrill::test {

/// A proxy on a thread of its own, in front of an echo server.
class ProxyBench {
 public:
  explicit ProxyBench(FaultProxy::Options options = {}) {
    if (options.upstream.empty()) options.upstream = server.address();
    thread_.call([&] {
      proxy_ = std::make_unique<FaultProxy>(thread_.io(), guard_, options);
      const auto started = proxy_->start();
      FD_ASSERT(started.has_value());
      const std::string& listen = proxy_->listen();
      port = static_cast<std::uint16_t>(
          std::strtoul(listen.substr(listen.rfind(':') + 1).c_str(), nullptr, 10));
    });
  }
  ~ProxyBench() {
    thread_.call([this] { proxy_.reset(); });
  }
  ProxyBench(const ProxyBench&) = delete;
  ProxyBench& operator=(const ProxyBench&) = delete;

  void inject(const std::string& name, const spec::ProxyFault& fault) {
    thread_.call([&] { REQUIRE(proxy_->add_fault(name, fault)); });
  }
  void inject(const std::string& name, const spec::ProxyAction& action, double share = 1,
              spec::ProxyStream stream = spec::ProxyStream::downstream) {
    inject(name, spec::ProxyFault{stream, {share}, action});
  }
  ProxyFaultCounts heal(const std::string& name) {
    return thread_.call([&] {
      const auto removed = proxy_->remove_fault(name);
      FD_ASSERT(removed.has_value());
      return *removed;
    });
  }
  [[nodiscard]] ProxyCounts counts() {
    return thread_.call([this] { return proxy_->counts(); });
  }
  [[nodiscard]] ProxyFaultCounts fault(const std::string& name) {
    return thread_.call([&] {
      for (const auto& counts : proxy_->fault_counts()) {
        if (counts.name == name) return counts;
      }
      return ProxyFaultCounts{};
    });
  }
  template <typename Work>
  auto with_proxy(Work work) {
    return thread_.call([&] { return work(*proxy_); });
  }
  /// Looks until it is so, for at most five seconds.
  template <typename Condition>
  bool eventually(Condition condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }
  [[nodiscard]] bool carries_traffic() {
    TcpClient client;
    return client.connect(port) == Seen::bytes && client.echoes("as before");
  }

  EchoServer server;
  std::uint16_t port = 0;

 private:
  EgressGuard guard_;
  IoThread thread_;
  std::unique_ptr<FaultProxy> proxy_;
};

}  // namespace firedrill::test
