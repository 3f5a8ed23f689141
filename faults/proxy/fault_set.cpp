#include "faults/proxy/fault_set.hpp"

#include "harness/base/overloaded.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

template <typename Action>
const Action* get(const ActiveFault& fault) {
  return std::get_if<Action>(&fault.action());
}

bool covers(spec::ProxyStream stream, Direction direction) {
  if (stream == spec::ProxyStream::both) return true;
  return (stream == spec::ProxyStream::upstream) == (direction == Direction::upstream);
}

/// Saturates: a fault may hang for longer than the clock goes.
TimePoint after(TimePoint start, const std::optional<Duration>& length) {
  return length ? start + *length : TimePoint::max();
}

bool is_for_all(const ActiveFault& fault) { return fault.counts.fault.share.value >= 1; }

}  // namespace

Result<void> check_proxy_fault(const spec::ProxyFault& fault) {
  if (!(fault.share.value >= 0 && fault.share.value <= 1)) {
    return Error{"the share of a fault is from 0 to 1, not " + std::to_string(fault.share.value)};
  }
  const auto fine = [](const auto&) { return Result<void>{}; };
  return std::visit(
      Overloaded{
          [](const spec::ProxySlicer& slicer) -> Result<void> {
            if (slicer.average >= 1 && slicer.variation < slicer.average) return {};
            return Error{"a slicer's pieces are of at least 1 byte, and vary by less than that"};
          },
          [](const spec::ProxyLoss& loss) -> Result<void> {
            const auto is_share = [](Ratio ratio) { return ratio.value >= 0 && ratio.value <= 1; };
            if (is_share(loss.rate) && is_share(loss.correlation)) return {};
            return Error{"the rate and the correlation of losses are from 0 to 1"};
          },
          [&](const spec::ProxyDown&) -> Result<void> {
            if (fault.share.value >= 1) return {};
            return Error{"a proxy is down for all connections or none; 'refuse' takes a share"};
          },
          fine,
      },
      fault.action);
}

Result<ActiveFault*> FaultSet::add(std::string name, const spec::ProxyFault& fault, TimePoint now) {
  if (find(name) != nullptr) return Error{"there is a fault '" + name + "' already"};
  if (auto checked = check_proxy_fault(fault); !checked) return checked.error();
  auto made = std::make_unique<ActiveFault>();
  made->number = next_++;
  made->since = now;
  made->counts.name = std::move(name);
  made->counts.fault = fault;
  faults_.push_back(std::move(made));
  return faults_.back().get();
}

Result<ActiveFault*> FaultSet::change(std::string_view name, const spec::ProxyFault& fault) {
  ActiveFault* const found = find(name);
  if (found == nullptr) return Error{"there is no fault '" + std::string{name} + "'"};
  if (found->action().index() != fault.action.index() ||
      found->counts.fault.stream != fault.stream) {
    return Error{"fault '" + std::string{name} + "' keeps its kind and its stream"};
  }
  if (auto checked = check_proxy_fault(fault); !checked) return checked.error();
  found->counts.fault = fault;
  return found;
}

std::unique_ptr<ActiveFault> FaultSet::take(std::string_view name) {
  const auto found = std::find_if(faults_.begin(), faults_.end(),
                                  [&](const auto& fault) { return fault->counts.name == name; });
  if (found == faults_.end()) return nullptr;
  auto taken = std::move(*found);
  faults_.erase(found);
  return taken;
}

ActiveFault* FaultSet::find(std::string_view name) const {
  for (const auto& fault : faults_) {
    if (fault->counts.name == name) return fault.get();
  }
  return nullptr;
}

ActiveFault* FaultSet::find(std::uint64_t number) const {
  for (const auto& fault : faults_) {
    if (fault->number == number) return fault.get();
  }
  return nullptr;
}

FaultSet::Port FaultSet::port() const {
  Port port = Port::open;
  for (const auto& fault : faults_) {
    if (!is_for_all(*fault)) continue;
    if (get<spec::ProxyDown>(*fault) || get<spec::ProxyRefuse>(*fault)) return Port::closed;
    const auto* hang = get<spec::ProxyConnectHang>(*fault);
    if (hang != nullptr && !hang->time) port = Port::silent;
  }
  return port;
}

bool FaultSet::picks(const ActiveFault& fault, std::uint64_t connection) const {
  if (is_for_all(fault)) return true;
  return Rng::derive(seed_, "share of " + fault.counts.name, connection)
      .chance(fault.counts.fault.share.value);
}

ActiveFault* FaultSet::refusing(std::uint64_t connection, std::uint64_t open) const {
  for (const auto& fault : faults_) {
    const auto* cap = get<spec::ProxyConnectionCap>(*fault);
    const bool refuses =
        cap != nullptr ? open >= cap->most : get<spec::ProxyRefuse>(*fault) != nullptr;
    if (refuses && picks(*fault, connection)) return fault.get();
  }
  return nullptr;
}

FaultSet::Wait FaultSet::hanging(std::uint64_t connection, TimePoint accepted,
                                 TimePoint now) const {
  for (const auto& fault : faults_) {
    const auto* hang = get<spec::ProxyConnectHang>(*fault);
    if (hang == nullptr || !picks(*fault, connection)) continue;
    const TimePoint until = after(accepted, hang->time);
    if (until > now) return {fault.get(), until};
  }
  return {};
}

FaultSet::Wait FaultSet::hanging_handshake(std::uint64_t connection, TimePoint begun,
                                           TimePoint now) const {
  for (const auto& fault : faults_) {
    const auto* hang = get<spec::ProxyHandshakeHang>(*fault);
    if (hang == nullptr || !picks(*fault, connection)) continue;
    const TimePoint until = after(begun, hang->time);
    if (until > now) return {fault.get(), until};
  }
  return {};
}

ActiveFault* FaultSet::spoiling_tls(std::uint64_t connection) const {
  for (const auto& fault : faults_) {
    const bool spoils = get<spec::ProxyCertificate>(*fault) || get<spec::ProxyOldProtocol>(*fault);
    if (spoils && picks(*fault, connection)) return fault.get();
  }
  return nullptr;
}

ProxyChain FaultSet::chain(std::uint64_t connection, Direction direction, TimePoint now) const {
  ProxyChain chain;
  for (const auto& fault : faults_) {
    const auto made = stage(*fault, connection, direction, {now, false, nullptr});
    if (made) chain.add(fault->number, *made);
  }
  return chain;
}

std::optional<ProxyStage> FaultSet::stage(ActiveFault& fault, std::uint64_t connection,
                                          Direction direction,
                                          const ProxyStage::Start& start) const {
  if (!ProxyStage::works_on_bytes(fault.action()) ||
      !covers(fault.counts.fault.stream, direction) || !picks(fault, connection)) {
    return std::nullopt;
  }
  const bool up = direction == Direction::upstream;
  ProxyStage::Start begin = start;
  begin.shared = &fault.pipes.at(up ? 0 : 1);
  const std::string component = fault.counts.name + (up ? " upstream" : " downstream");
  return ProxyStage{fault.action(), Rng::derive(seed_, component, connection), begin};
}

void FaultSet::restart_pipes(TimePoint now) {
  for (const auto& fault : faults_) {
    for (auto& pipe : fault->pipes) pipe.free_at = now;
  }
}

}  // namespace firedrill
