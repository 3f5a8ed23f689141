#pragma once

#include "faults/model/conversation.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Makes what decides about the bytes of one connection; nullptr for a connection that passes
/// unread. `number` counts the connections of the proxy from 0; the Rng is the connection's own.
using ConversationFactory =
    std::function<std::unique_ptr<Conversation>(std::uint64_t number, Rng rng)>;

/// What went through a proxy so far. Live: nothing waits for a connection to end.
struct ProxyCounts {
  std::uint64_t accepted = 0;          ///< Connections of clients, whatever became of them.
  std::uint64_t open = 0;              ///< At the moment.
  std::uint64_t refused_by_limit = 0;  ///< Beyond `connections_max`, or without a descriptor.
  std::uint64_t refused_by_fault = 0;
  std::uint64_t upstream_failed = 0;  ///< The server could not be reached, or may not be.
  std::uint64_t reset_by_fault = 0;
  std::uint64_t closed_by_fault = 0;
  std::uint64_t handshakes_failed = 0;  ///< TLS with clients; they may have had their reasons.
  struct Bytes {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
  };
  Bytes upstream;    ///< From clients, to the server.
  Bytes downstream;  ///< From the server, to clients.
};

/// What one fault did so far.
struct ProxyFaultCounts {
  std::string name;
  spec::ProxyFault fault;
  std::uint64_t hits = 0;         ///< Stretches of bytes, ends or attempts that it changed.
  std::uint64_t connections = 0;  ///< Different connections among them.
  std::uint64_t bytes = 0;        ///< That it delayed, cut or swallowed.
  /// A closed port refuses in the kernel, where nobody can count: then attempts of the proxy itself
  /// that were refused as they should. They are no hits.
  std::uint64_t refusals_seen = 0;
  /// Handshakes that a client completed although it got a wrong certificate or an old protocol.
  std::uint64_t tls_tolerated = 0;
};

/// Told once, when a fault changes something for the first time.
using ProxyFirstHit = std::function<void(TimePoint at)>;

/// A TCP proxy that can be told to misbehave, on one io_context: `listen` here, `upstream` there.
/// Half-close is kept, and back-pressure: no more than `queue_max` bytes wait in one direction of a
/// connection. All waiting is until absolute times. Without faults bytes are not queued and no
/// timer runs.
///
/// Every fault is undone by remove_fault(): what it held flows on, the port listens again, and new
/// connections are as before. Connections that it had damaged stay closed.
///
/// Which connections a share picks, and every delay, depends on the seed, the name of the fault and
/// the number of the connection, and on nothing else.
///
/// Thread: all of it on the thread that runs `io`. Lifetime: `io` and the guard outlive the proxy;
/// destroy it after stop(), once `io` has run its handlers or will not run again.
class FaultProxy final {
 public:
  struct Options {
    std::string name = "proxy";
    std::string listen = "127.0.0.1:0";  ///< HOST:PORT; port 0 picks a free one.
    std::string upstream;                ///< HOST:PORT; resolved for each connection.
    std::uint64_t seed = 1;
    /// Each connection takes two descriptors; start() lowers this to what the process may have.
    std::size_t connections_max = 9'000;
    std::size_t queue_max = 4 * 1024 * 1024;  ///< Bytes that may wait in one direction.
    Duration connect_timeout = std::chrono::seconds{10};
    spec::ProxyTls tls;
  };

  FaultProxy(boost::asio::io_context& io, const EgressGuard& guard, Options options);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// Binds and listens. Fails when the address cannot be listened on ("listen tcp 127.0.0.1:80:
  /// bind: permission denied") or the upstream is a real provider's host.
  [[nodiscard]] Result<void> start();
  /// Stops listening and closes every connection; the faults stay. Safe to call twice; start()
  /// begins again at the same port.
  void stop();
  [[nodiscard]] bool running() const;

  /// HOST:PORT; after start() with the port that it really has.
  [[nodiscard]] const std::string& listen() const;
  [[nodiscard]] const std::string& upstream() const;
  [[nodiscard]] const std::string& name() const;
  /// @pre not running()
  void set_addresses(std::string listen, std::string upstream);

  /// From now on, for open connections too; fails when the name is taken or a value is out of
  /// range. `first_hit` comes on the thread of the proxy, from within whatever hits.
  [[nodiscard]] Result<void> add_fault(std::string name, const spec::ProxyFault& fault,
                                       ProxyFirstHit first_hit = {});
  /// Other values for the same kind of fault; what a connection has drawn for its share, it keeps.
  [[nodiscard]] Result<void> change_fault(std::string_view name, const spec::ProxyFault& fault);
  /// The same, in small steps: what waits keeps the time that it was given, where change_fault()
  /// times it anew; only a connection that joins the share, or leaves it, is timed anew.
  [[nodiscard]] Result<void> ramp_fault(std::string_view name, const spec::ProxyFault& fault);
  /// Looks for the first hits that the kernel makes for us, where nobody is called: of a port that
  /// does not answer.
  void look();
  /// Heals; the counts of the fault come back. Fails when there is none of that name, or when the
  /// port cannot be opened again.
  [[nodiscard]] Result<ProxyFaultCounts> remove_fault(std::string_view name);
  /// Heals all, the last one first.
  [[nodiscard]] Result<void> remove_faults();

  /// For connections from now on; empty for none. The faults above work on what it lets pass.
  void set_conversations(ConversationFactory make);

  [[nodiscard]] const ProxyCounts& counts() const;
  /// Why the server could not be reached last; "" when it always could.
  [[nodiscard]] const std::string& upstream_problem() const;
  /// In the order in which they were added.
  [[nodiscard]] std::vector<ProxyFaultCounts> fault_counts() const;

  /// PEM of the authority that good certificates come from, for clients to trust; "" without TLS.
  [[nodiscard]] std::string authority_pem() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with what is under way
};

}  // namespace firedrill
