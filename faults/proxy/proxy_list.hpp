#pragma once

#include "faults/proxy/proxy.hpp"
#include "faults/proxy/refusal.hpp"
#include "faults/proxy/toxic.hpp"
#include "faults/proxy/wire_toxic.hpp"
#include "harness/aio/egress_guard.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// A proxy with the toxics that were asked for.
struct NamedProxy {
  std::unique_ptr<FaultProxy> proxy;
  std::optional<WireProtocol> protocol;  ///< That it reads.
  std::shared_ptr<WireFaults> wire;      ///< With a protocol; its conversations share it.
  std::vector<Toxic> toxics;             ///< In the order in which they came.

  [[nodiscard]] Toxic* find(std::string_view name);
  /// What each toxic did, in their order.
  [[nodiscard]] std::vector<ProxyFaultCounts> toxic_counts() const;
};

/// The proxies of an API, by name: what its routes mean, without HTTP. Every change is whole or not
/// at all; none waits for traffic.
///
/// Thread and lifetime as for FaultProxy.
class ProxyList {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::size_t proxies_max = 1'000;
    std::size_t toxics_max = 100;  ///< Of one proxy.
  };
  ProxyList(boost::asio::io_context& io, const EgressGuard& guard, Options options);

  [[nodiscard]] NamedProxy* find(const std::string& name);
  [[nodiscard]] const std::map<std::string, NamedProxy>& all() const { return proxies_; }

  /// From its JSON, with toxics when it lists some; it may be disabled.
  Refused create(const nlohmann::ordered_json& json);
  /// Many at once: those that are there already, as they are described, stay as they are. `done`
  /// gets the names of those that are there then, also when one is refused.
  Refused populate(const nlohmann::ordered_json& json, std::vector<std::string>& done);
  Refused update(NamedProxy& named, const nlohmann::ordered_json& json);
  void remove(const std::string& name);
  /// All enabled, no toxics.
  Refused reset();

  /// `added` gets its name.
  Refused add_toxic(NamedProxy& named, const nlohmann::ordered_json& json, std::string& added);
  Refused update_toxic(NamedProxy& named, const std::string& toxic,
                       const nlohmann::ordered_json& json);
  Refused remove_toxic(NamedProxy& named, const std::string& toxic);

  void stop();

 private:
  struct Ending {
    TimePoint at;
    std::string proxy;
    std::string toxic;
  };
  Refused put_toxics(NamedProxy& named, const nlohmann::ordered_json& list);
  Refused replace_toxics(NamedProxy& named, const nlohmann::ordered_json& list);
  Refused clear_toxics(NamedProxy& named);
  void end_later(const NamedProxy& named, const Toxic& toxic);
  void forget_ending(const std::string& proxy, const std::string& toxic);
  void set_timer();
  void end_due();

  boost::asio::io_context& io_;
  const EgressGuard& guard_;
  Options options_;
  std::map<std::string, NamedProxy> proxies_;
  std::vector<Ending> endings_;
  boost::asio::steady_timer timer_;
};

[[nodiscard]] nlohmann::ordered_json to_json(const NamedProxy& named);
/// Toxics in the order that clients know: upstream first.
[[nodiscard]] nlohmann::ordered_json toxics_json(const NamedProxy& named);

}  // namespace firedrill
