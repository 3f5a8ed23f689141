#pragma once

#include "faults/model/wire_faults.hpp"
#include "faults/proxy/proxy.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/aio/io_thread.hpp"
#include "harness/base/result.hpp"
#include "harness/spec/proxies.hpp"
#include "harness/spec/scenario.hpp"
#include "harness/text/template.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// The proxies of a drill on a thread of their own.
///
/// Thread: use on the owner's thread; `first_hit` comes on the proxies' thread.
class ProxyHost final {
 public:
  struct Options {
    std::uint64_t seed = 0;
    std::string folder;  ///< For the certificates of authorities; must exist.
    /// Told the index of a fault of the scenario, once for each, however often it comes and goes.
    std::function<void(std::size_t fault, TimePoint at)> first_hit;
  };

  /// `scenario` and `guard` outlive it.
  ProxyHost(const spec::Scenario& scenario, const EgressGuard& guard, Options options);
  ~ProxyHost();
  ProxyHost(const ProxyHost&) = delete;
  ProxyHost& operator=(const ProxyHost&) = delete;

  /// `variables` says what stands for "mocks.openai.url" and the like in their upstreams.
  [[nodiscard]] Result<void> start(const Template::Lookup& variables);

  /// "proxies.NAME.address", "….host", "….port", "….url" and "….ca_file"; "" for anything else.
  /// Safe on every thread once started.
  [[nodiscard]] std::string variable(std::string_view name) const;

  /// What one fault has done.
  struct Counts {
    std::uint64_t seen = 0;
    std::uint64_t hits = 0;
  };
  /// `strength` is from 0 to 1, see faults/model/strength.hpp; below 1 only for a fault that is
  /// ramped.
  [[nodiscard]] Result<void> inject(std::size_t fault_index, const spec::Fault& fault,
                                    double strength);
  /// From now on. @pre injected, and ramped
  void set_strength(const spec::Fault& fault, double strength);
  /// Looks for hits that nobody tells us of. @pre injected
  void look(const spec::Fault& fault);
  /// The error says what to do by hand.
  [[nodiscard]] Result<Counts> heal(const spec::Fault& fault);

 private:
  struct Served {
    std::string name;
    std::unique_ptr<WireFaults> wire;  // nullptr for bytes; outlives the proxy's conversations
    std::unique_ptr<FaultProxy> proxy;
  };

  [[nodiscard]] Result<void> start_one(const std::string& name, const spec::Proxy& spec,
                                       const std::string& upstream);
  [[nodiscard]] Result<void> keep_authority(const Served& served);
  [[nodiscard]] Served& named(const std::string& name);
  [[nodiscard]] std::function<void(TimePoint)> teller_of(std::size_t fault_index);

  const spec::Scenario& scenario_;
  const EgressGuard& guard_;
  Options options_;
  IoThread thread_;
  std::map<std::string, std::string, std::less<>> variables_;
  std::vector<Served> served_;  // lives on thread_, and so does
  std::set<std::size_t> told_;  // whose first hit was told
};

}  // namespace firedrill
