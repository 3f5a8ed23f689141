#include "harness/run/proxy_host.hpp"

#include "faults/model/strength.hpp"
#include "harness/base/assert.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace firedrill {
namespace {

/// HOST:PORT of "http://HOST:PORT/path".
std::string address_of(std::string_view upstream) {
  const std::size_t scheme = upstream.find("://");
  if (scheme != std::string_view::npos) upstream.remove_prefix(scheme + 3);
  return std::string{upstream.substr(0, upstream.find('/'))};
}

std::string scheme_of(const spec::Proxy& proxy) {
  switch (proxy.protocol) {
    case spec::ProxyProtocol::tcp:
      break;
    case spec::ProxyProtocol::http:
      return proxy.tls.terminate ? "https" : "http";
    case spec::ProxyProtocol::postgres:
      return "postgres";
    case spec::ProxyProtocol::redis:
      return proxy.tls.terminate ? "rediss" : "redis";
  }
  return "tcp";
}

std::unique_ptr<WireFaults> wire_faults_of(spec::ProxyProtocol protocol, std::uint64_t seed) {
  switch (protocol) {
    case spec::ProxyProtocol::tcp:
      return nullptr;
    case spec::ProxyProtocol::http:
      return std::make_unique<WireFaults>(WireProtocol::http, seed);
    case spec::ProxyProtocol::postgres:
      return std::make_unique<WireFaults>(WireProtocol::postgres, seed);
    case spec::ProxyProtocol::redis:
      return std::make_unique<WireFaults>(WireProtocol::redis, seed);
  }
  detail::assert_failed("a protocol", __FILE__, __LINE__);
}

}  // namespace

ProxyHost::ProxyHost(const spec::Scenario& scenario, const EgressGuard& guard, Options options)
    : scenario_{scenario}, guard_{guard}, options_{std::move(options)} {}

ProxyHost::~ProxyHost() {
  // Two calls: what stop() cancels runs between them, while all of it is there.
  thread_.call([this] {
    for (Served& served : served_) served.proxy->stop();
  });
  thread_.call([this] { served_.clear(); });
}

Result<void> ProxyHost::start(const Template::Lookup& variables) {
  for (const auto& [name, proxy] : scenario_.proxies) {
    const std::string upstream = address_of(Template::parse(proxy.upstream)->render(variables));
    const auto started =
        thread_.call([&, name = name, proxy = proxy] { return start_one(name, proxy, upstream); });
    if (!started) return Error{"the proxy " + name + ": " + started.error().message};
  }
  return {};
}

Result<void> ProxyHost::start_one(const std::string& name, const spec::Proxy& spec,
                                  const std::string& upstream) {
  FaultProxy::Options options;
  options.name = name;
  options.listen = "127.0.0.1:" + std::to_string(spec.port);
  options.upstream = upstream;
  options.seed = options_.seed;
  options.tls = spec.tls;
  Served served{name, wire_faults_of(spec.protocol, options_.seed),
                std::make_unique<FaultProxy>(thread_.io(), guard_, std::move(options))};
  if (const WireFaults* wire = served.wire.get()) {
    served.proxy->set_conversations([wire](std::uint64_t, Rng) { return wire->converse(); });
  }
  if (auto started = served.proxy->start(); !started) return started;
  const std::string address = served.proxy->listen();
  const std::string prefix = "proxies." + name + ".";
  variables_[prefix + "address"] = address;
  variables_[prefix + "host"] = address.substr(0, address.rfind(':'));
  variables_[prefix + "port"] = address.substr(address.rfind(':') + 1);
  variables_[prefix + "url"] = scheme_of(spec) + "://" + address;
  const auto kept = keep_authority(served);
  served_.push_back(std::move(served));
  return kept;
}

Result<void> ProxyHost::keep_authority(const Served& served) {
  const std::string pem = served.proxy->authority_pem();
  if (pem.empty()) return {};
  const std::string path = options_.folder + "/proxy-" + served.name + "-ca.pem";
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << pem;
  file.close();
  if (!file) return Error{"cannot write " + path};
  variables_["proxies." + served.name + ".ca_file"] = path;
  return {};
}

std::string ProxyHost::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

ProxyHost::Served& ProxyHost::named(const std::string& name) {
  const auto found = std::find_if(served_.begin(), served_.end(),
                                  [&](const Served& served) { return served.name == name; });
  FD_ASSERT(found != served_.end());
  return *found;
}

/// A fault that flaps is a new one to its proxy each time; what the drill tells of is the first.
std::function<void(TimePoint)> ProxyHost::teller_of(std::size_t fault_index) {
  return [this, fault_index](TimePoint at) {
    if (told_.insert(fault_index).second) options_.first_hit(fault_index, at);
  };
}

Result<void> ProxyHost::inject(std::size_t fault_index, const spec::Fault& fault, double strength) {
  const auto& proxied = std::get<spec::ProxiedFault>(fault.what);
  return thread_.call([&]() -> Result<void> {
    Served& served = named(proxied.proxy);
    if (const auto* bytes = std::get_if<spec::ProxyFault>(&proxied.what)) {
      return served.proxy->add_fault(fault.name, strength < 1 ? weakened(*bytes, strength) : *bytes,
                                     teller_of(fault_index));
    }
    served.wire->inject(fault.name, std::get<spec::WireFault>(proxied.what),
                        teller_of(fault_index));
    served.wire->set_strength(fault.name, strength);
    return {};
  });
}

void ProxyHost::set_strength(const spec::Fault& fault, double strength) {
  const auto& proxied = std::get<spec::ProxiedFault>(fault.what);
  thread_.call([&] {
    Served& served = named(proxied.proxy);
    if (const auto* bytes = std::get_if<spec::ProxyFault>(&proxied.what)) {
      // A port that could not be opened again is found and told when the fault is healed.
      static_cast<void>(served.proxy->ramp_fault(fault.name, weakened(*bytes, strength)));
    } else {
      served.wire->set_strength(fault.name, strength);
    }
  });
}

void ProxyHost::look(const spec::Fault& fault) {
  thread_.call([&] { named(std::get<spec::ProxiedFault>(fault.what).proxy).proxy->look(); });
}

Result<ProxyHost::Counts> ProxyHost::heal(const spec::Fault& fault) {
  const auto& proxied = std::get<spec::ProxiedFault>(fault.what);
  return thread_.call([&]() -> Result<Counts> {
    Served& served = named(proxied.proxy);
    if (std::holds_alternative<spec::WireFault>(proxied.what)) {
      const WireFaultCounts counts = served.wire->heal(fault.name);
      return Counts{counts.seen, counts.hits};
    }
    const auto counts = served.proxy->remove_fault(fault.name);
    if (!counts) return counts.error();
    // A closed port refuses in the kernel: what proves it is that our own attempts were refused.
    const std::uint64_t hits = counts->hits + counts->refusals_seen;
    return Counts{hits, hits};
  });
}

}  // namespace firedrill
