#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// Which bytes a fault of a proxy works on.
enum class ProxyStream {
  upstream,    ///< From the client to the server.
  downstream,  ///< From the server to the client.
  both,
};

// What a proxy does to the bytes of a connection. Several faults of one proxy work one after the
// other, in the order in which they were added.

/// Bytes, and the end of the stream, arrive later; they never overtake each other.
struct ProxyLatency {
  Delay delay;  ///< Drawn anew for every stretch of bytes that arrives.
  friend bool operator==(const ProxyLatency&, const ProxyLatency&) = default;
};

/// So many bytes a second. 0 lets nothing through.
struct ProxyBandwidth {
  std::uint64_t bytes_per_second = 0;
  bool in_total = false;  ///< For all connections together; otherwise for each.
  friend bool operator==(const ProxyBandwidth&, const ProxyBandwidth&) = default;
};

/// Bytes arrive in small pieces.
struct ProxySlicer {
  std::uint64_t average = 64;   ///< Bytes of a piece, at least 1 …
  std::uint64_t variation = 0;  ///< … plus or minus so many; below `average`.
  Duration pause{0};            ///< Between two pieces.
  friend bool operator==(const ProxySlicer&, const ProxySlicer&) = default;
};

/// The end of the stream arrives later.
struct ProxySlowClose {
  Duration delay{0};
  friend bool operator==(const ProxySlowClose&, const ProxySlowClose&) = default;
};

/// Lost packets: a stretch of bytes is late by the time that TCP takes to send it again, twice as
/// long each time that it is lost again. Nothing goes missing.
struct ProxyLoss {
  Ratio rate;
  Ratio correlation;  ///< How much the fate of a stretch is that of the one before.
  Duration resend_after = std::chrono::milliseconds{200};
  friend bool operator==(const ProxyLoss&, const ProxyLoss&) = default;
};

/// Nothing passes, and nothing is lost: what waits flows on when the fault is healed.
struct ProxyBlackhole {
  friend bool operator==(const ProxyBlackhole&, const ProxyBlackhole&) = default;
};

/// Everything is swallowed; the connection closes after `time` (unset: never). Connections that
/// lost bytes are closed when the fault is healed: they could not go on in good order.
struct ProxyTimeout {
  std::optional<Duration> time;  ///< From when the fault met the connection.
  friend bool operator==(const ProxyTimeout&, const ProxyTimeout&) = default;
};

/// RST: `after` from now for connections that are open, `after` their first bytes for new ones.
struct ProxyReset {
  Duration after{0};
  friend bool operator==(const ProxyReset&, const ProxyReset&) = default;
};

/// The connection closes when so many bytes have passed.
struct ProxyLimitData {
  std::uint64_t bytes = 0;
  friend bool operator==(const ProxyLimitData&, const ProxyLimitData&) = default;
};

// What it does to attempts to connect. `stream` says nothing here.

/// New connections are refused, open ones go on. For all: the port is closed (ECONNREFUSED). For a
/// share: taken and reset at once.
struct ProxyRefuse {
  friend bool operator==(const ProxyRefuse&, const ProxyRefuse&) = default;
};

/// The port is closed and so is every connection.
struct ProxyDown {
  friend bool operator==(const ProxyDown&, const ProxyDown&) = default;
};

/// With a `time`: connections are taken up so much later; until then nobody answers. Without, for
/// all: attempts to connect are not answered at all, as behind a firewall that drops them. Without,
/// for a share: connected, and never answered.
struct ProxyConnectHang {
  std::optional<Duration> time;
  friend bool operator==(const ProxyConnectHang&, const ProxyConnectHang&) = default;
};

/// At most so many connections at a time; further ones are reset.
struct ProxyConnectionCap {
  std::uint64_t most = 0;
  friend bool operator==(const ProxyConnectionCap&, const ProxyConnectionCap&) = default;
};

// What it does to TLS, for connections that begin while the fault lasts.

/// The client gets a certificate that it must refuse.
struct ProxyCertificate {
  enum class Wrong { expired, not_yet_valid, wrong_host, self_signed };
  Wrong wrong = Wrong::expired;
  friend bool operator==(const ProxyCertificate&, const ProxyCertificate&) = default;
};

/// The handshake is never answered, or only after `time`.
struct ProxyHandshakeHang {
  std::optional<Duration> time;
  friend bool operator==(const ProxyHandshakeHang&, const ProxyHandshakeHang&) = default;
};

/// Nothing newer than TLS 1.1 is spoken.
struct ProxyOldProtocol {
  friend bool operator==(const ProxyOldProtocol&, const ProxyOldProtocol&) = default;
};

using ProxyAction =
    std::variant<ProxyLatency, ProxyBandwidth, ProxySlicer, ProxySlowClose, ProxyLoss,
                 ProxyBlackhole, ProxyTimeout, ProxyReset, ProxyLimitData, ProxyRefuse, ProxyDown,
                 ProxyConnectHang, ProxyConnectionCap, ProxyCertificate, ProxyHandshakeHang,
                 ProxyOldProtocol>;

/// Something that a proxy does wrong, to all connections or to a share of them.
struct ProxyFault {
  ProxyStream stream = ProxyStream::downstream;
  Ratio share{1};  ///< Of the connections, drawn once for each from the seed and kept.
  ProxyAction action;
  friend bool operator==(const ProxyFault&, const ProxyFault&) = default;
};

/// How a proxy and TLS go together. By default the bytes pass as they are, encrypted or not.
struct ProxyTls {
  /// Clients speak TLS with the proxy, which has a certificate of the drill's own authority.
  /// Otherwise it speaks TLS only with connections that a fault of TLS hits.
  bool terminate = false;
  bool upstream = false;  ///< What was decrypted is encrypted again on its way to the server.
  std::vector<std::string> hosts{"localhost", "127.0.0.1"};  ///< What a good certificate is for.
};

}  // namespace firedrill::spec
