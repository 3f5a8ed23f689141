#pragma once

#include "faults/proxy/fault_set.hpp"
#include "faults/proxy/proxy.hpp"
#include "faults/proxy/tls_desk.hpp"
#include "harness/aio/egress_guard.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

class Session;

/// What the connections of one proxy have in common.
struct ProxyShared {
  ProxyShared(boost::asio::io_context& io_, const EgressGuard& guard_, FaultProxy::Options options_)
      : io{io_},
        guard{guard_},
        options{std::move(options_)},
        faults{options.seed},
        tls{options.tls},
        buffer(kBufferSize) {}

  static constexpr std::size_t kBufferSize = 64 * 1024;
  /// Bytes that may wait in all connections together, before each gets only `kQueuedLeast`.
  static constexpr std::size_t kQueuedMax = 256 * 1024 * 1024;
  static constexpr std::size_t kQueuedLeast = 64 * 1024;

  boost::asio::io_context& io;
  const EgressGuard& guard;
  FaultProxy::Options options;
  ProxyCounts counts;
  FaultSet faults;
  TlsDesk tls;
  std::string upstream_problem;  ///< Of the last connection that did not reach the server.
  ConversationFactory make_conversation;
  std::vector<char> buffer;  ///< What is being read, by whoever reads now.
  std::size_t queued = 0;    ///< Bytes that wait, of all connections.
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions;
  std::uint64_t next_connection = 0;
};

}  // namespace firedrill
