#include "faults/proxy/proxy.hpp"

#include "faults/proxy/fault_set.hpp"
#include "faults/proxy/port.hpp"
#include "faults/proxy/session.hpp"
#include "faults/proxy/shared.hpp"
#include "harness/aio/steady_now.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

/// Descriptors that a process needs for other things than the connections of a proxy.
constexpr std::size_t kDescriptorsKept = 1'000;
constexpr std::size_t kDescriptorsEach = 2;

std::size_t connections_possible() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  const auto all = static_cast<std::size_t>(files.rlim_cur);
  return all > 2 * kDescriptorsKept ? (all - kDescriptorsKept) / kDescriptorsEach
                                    : all / (2 * kDescriptorsEach);
}

bool closes_port(const spec::ProxyAction& action) {
  return std::holds_alternative<spec::ProxyDown>(action) ||
         std::holds_alternative<spec::ProxyRefuse>(action);
}

}  // namespace

struct FaultProxy::Impl : std::enable_shared_from_this<FaultProxy::Impl> {
  Impl(net::io_context& io, const EgressGuard& guard, Options options)
      : shared{std::make_shared<ProxyShared>(io, guard, std::move(options))},
        listen{shared->options.listen},
        tasks{io} {}

  std::shared_ptr<ProxyShared> shared;
  std::string listen;
  TaskGroup tasks;
  std::unique_ptr<Port> port;  // while running
  FaultSet::Port state = FaultSet::Port::open;

  Result<void> start() {
    const auto upstream = split_address(shared->options.upstream);
    if (!upstream) return Error{"upstream '" + shared->options.upstream + "': missing port"};
    if (auto named = shared->guard.check_host(upstream->host); !named) return named;
    const auto endpoint = parse_listen(listen);
    if (!endpoint) return endpoint.error();
    auto made = std::make_unique<Port>(
        shared->io, [this](tcp::socket socket) { accepted(std::move(socket)); },
        [this] {
          ++shared->counts.accepted;
          ++shared->counts.refused_by_limit;
        });
    if (auto bound = made->bind(*endpoint); !bound) return bound;
    listen = to_text(made->endpoint());
    port = std::move(made);
    shared->options.connections_max =
        std::min(shared->options.connections_max, connections_possible());
    state = FaultSet::Port::closed;
    auto opened = follow_faults();
    if (!opened) port.reset();
    return opened;
  }

  void stop() {
    leave_state();
    port.reset();
    close_sessions();
  }

  std::uint64_t close_sessions() {
    const auto all = shared->sessions;  // they take themselves out of the list
    for (const auto& [number, session] : all) session->close();
    return all.size();
  }

  void accepted(tcp::socket socket) {
    ProxyCounts& counts = shared->counts;
    ++counts.accepted;
    const std::uint64_t number = shared->next_connection++;
    const bool too_many = shared->sessions.size() >= shared->options.connections_max;
    ActiveFault* const refusing =
        too_many ? nullptr : shared->faults.refusing(number, shared->sessions.size());
    if (too_many || refusing != nullptr) {
      ++(too_many ? counts.refused_by_limit : counts.refused_by_fault);
      if (refusing != nullptr) {
        refusing->hit(1, steady_now());
        ++refusing->counts.connections;
      }
      error_code ignored;
      socket.set_option(net::socket_base::linger{true, 0}, ignored);
      socket.close(ignored);
      return;
    }
    auto session = std::make_shared<Session>(shared, number, std::move(socket));
    shared->sessions.emplace(number, session);
    ++counts.open;
    tasks.spawn("proxied connection", Session::set_up(std::move(session)));
  }

  /// The port becomes what the faults want it to be.
  Result<void> follow_faults() {
    if (!port) return {};
    const FaultSet::Port wanted = shared->faults.port();
    if (wanted == state) return {};
    leave_state();
    state = wanted;
    if (wanted == FaultSet::Port::closed) {
      port->shut();
      return {};
    }
    auto opened = port->open();
    if (!opened) {
      state = FaultSet::Port::closed;
      return opened;
    }
    // Where the kernel has no such filter, connections hang once they are taken; see Session.
    if (wanted == FaultSet::Port::silent) port->silence(true);
    return {};
  }

  void leave_state() {
    if (!port || state != FaultSet::Port::silent) return;
    const std::uint64_t dropped = port->dropped();
    for (const auto& fault : shared->faults.all()) {
      if (is_silencing(*fault)) fault->hit(dropped, steady_now());
    }
    port->silence(false);
    state = FaultSet::Port::open;
  }

  [[nodiscard]] static bool is_silencing(const ActiveFault& fault) {
    const auto* hang = std::get_if<spec::ProxyConnectHang>(&fault.action());
    return hang != nullptr && !hang->time && fault.counts.fault.share.value >= 1;
  }

  void look() {
    if (!port || state != FaultSet::Port::silent || port->dropped() == 0) return;
    for (const auto& fault : shared->faults.all()) {
      if (is_silencing(*fault)) fault->tell_first_hit(steady_now());
    }
  }

  void apply_to_sessions(const std::function<void(Session&, TimePoint)>& change) {
    const TimePoint now = steady_now();
    const auto all = shared->sessions;
    for (const auto& [number, session] : all) change(*session, now);
    shared->faults.restart_pipes(now);
    for (const auto& [number, session] : all) session->retime(now);
  }

  Result<void> begin(ActiveFault& fault) {
    auto followed = follow_faults();
    apply_to_sessions(
        [&fault](Session& session, TimePoint now) { session.fault_added(fault, now); });
    if (std::holds_alternative<spec::ProxyDown>(fault.action())) {
      const std::uint64_t closed = close_sessions();
      fault.hit(closed, steady_now());
      fault.counts.connections += closed;
      shared->counts.closed_by_fault += closed;
    }
    try_closed_port(fault);
    return followed;
  }

  Result<void> ramp(ActiveFault& fault) {
    const FaultSet::Port before = state;
    auto followed = follow_faults();
    const TimePoint now = steady_now();
    const auto all = shared->sessions;  // one that is reset takes itself out of the list
    for (const auto& [number, session] : all) {
      session->fault_changed(fault);
      if (session->share_changed(fault, now)) session->retime(now);
    }
    if (before != state) try_closed_port(fault);
    return followed;
  }

  void try_closed_port(const ActiveFault& fault) {
    if (!port || state != FaultSet::Port::closed || !closes_port(fault.action())) return;
    tasks.spawn("proxy tries its own port", try_port(shared, fault.number, port->endpoint()));
  }

  /// Nobody can count what the kernel refuses; but whether it refuses can be seen.
  static net::awaitable<void> try_port(std::shared_ptr<ProxyShared> shared, std::uint64_t number,
                                       tcp::endpoint endpoint) {
    tcp::socket socket{shared->io};
    const auto [ec] = co_await socket.async_connect(endpoint, as_result);
    ActiveFault* const fault = shared->faults.find(number);
    if (fault == nullptr || ec != net::error::connection_refused) co_return;
    ++fault->counts.refusals_seen;
    fault->tell_first_hit(steady_now());
  }

  [[nodiscard]] ProxyFaultCounts counts_of(const ActiveFault& fault) const {
    ProxyFaultCounts counts = fault.counts;
    if (port && state == FaultSet::Port::silent && is_silencing(fault)) {
      counts.hits += port->dropped();
    }
    return counts;
  }
};

FaultProxy::FaultProxy(net::io_context& io, const EgressGuard& guard, Options options)
    : impl_{std::make_shared<Impl>(io, guard, std::move(options))} {}

FaultProxy::~FaultProxy() { stop(); }

Result<void> FaultProxy::start() { return running() ? Result<void>{} : impl_->start(); }

void FaultProxy::stop() { impl_->stop(); }

bool FaultProxy::running() const { return impl_->port != nullptr; }

const std::string& FaultProxy::listen() const { return impl_->listen; }

const std::string& FaultProxy::upstream() const { return impl_->shared->options.upstream; }

const std::string& FaultProxy::name() const { return impl_->shared->options.name; }

void FaultProxy::set_addresses(std::string listen, std::string upstream) {
  FD_ASSERT(!running());
  impl_->listen = std::move(listen);
  impl_->shared->options.upstream = std::move(upstream);
}

Result<void> FaultProxy::add_fault(std::string name, const spec::ProxyFault& fault,
                                   ProxyFirstHit first_hit) {
  const auto added = impl_->shared->faults.add(std::move(name), fault, steady_now());
  if (!added) return added.error();
  (*added)->first_hit = std::move(first_hit);
  return impl_->begin(**added);
}

Result<void> FaultProxy::change_fault(std::string_view name, const spec::ProxyFault& fault) {
  ActiveFault* const before = impl_->shared->faults.find(name);
  const double share = before == nullptr ? 0 : before->counts.fault.share.value;
  impl_->leave_state();
  const auto changed = impl_->shared->faults.change(name, fault);
  auto followed = impl_->follow_faults();
  if (!changed) return changed.error();
  ActiveFault& now_is = **changed;
  const bool same_share = share == now_is.counts.fault.share.value;
  impl_->apply_to_sessions([&](Session& session, TimePoint now) {
    session.fault_changed(now_is);
    if (!same_share) static_cast<void>(session.share_changed(now_is, now));
  });
  return followed;
}

Result<void> FaultProxy::ramp_fault(std::string_view name, const spec::ProxyFault& fault) {
  // What a silent port has dropped is counted as long as the fault still silences it.
  if (fault.share.value < 1) impl_->leave_state();
  const auto changed = impl_->shared->faults.change(name, fault);
  if (!changed) return changed.error();
  return impl_->ramp(**changed);
}

void FaultProxy::look() { impl_->look(); }

Result<ProxyFaultCounts> FaultProxy::remove_fault(std::string_view name) {
  const ActiveFault* const found = impl_->shared->faults.find(name);
  if (found == nullptr) return Error{"there is no fault '" + std::string{name} + "'"};
  ProxyFaultCounts counts = impl_->counts_of(*found);
  impl_->leave_state();
  const auto taken = impl_->shared->faults.take(name);
  auto followed = impl_->follow_faults();
  impl_->apply_to_sessions(
      [&taken](Session& session, TimePoint) { session.fault_removed(*taken); });
  if (!followed) return followed.error();
  return counts;
}

Result<void> FaultProxy::remove_faults() {
  Result<void> all;
  while (!impl_->shared->faults.all().empty()) {
    const auto removed = remove_fault(std::string{impl_->shared->faults.all().back()->counts.name});
    if (!removed) all = removed.error();
  }
  return all;
}

void FaultProxy::set_conversations(ConversationFactory make) {
  impl_->shared->make_conversation = std::move(make);
}

const ProxyCounts& FaultProxy::counts() const { return impl_->shared->counts; }

const std::string& FaultProxy::upstream_problem() const { return impl_->shared->upstream_problem; }

std::vector<ProxyFaultCounts> FaultProxy::fault_counts() const {
  std::vector<ProxyFaultCounts> all;
  for (const auto& fault : impl_->shared->faults.all()) all.push_back(impl_->counts_of(*fault));
  return all;
}

std::string FaultProxy::authority_pem() const {
  if (!impl_->shared->options.tls.terminate) return "";
  const auto pem = impl_->shared->tls.authority_pem(std::chrono::system_clock::now());
  return pem ? *pem : "";
}

}  // namespace firedrill
