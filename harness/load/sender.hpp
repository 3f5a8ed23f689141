#pragma once

#include "harness/base/time.hpp"
#include "harness/load/outgoing_request.hpp"
#include "harness/metrics/series.hpp"
#include "harness/spec/request.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What came back of one request.
struct SendResult {
  enum class Kind : std::uint8_t {
    answered,  ///< A whole HTTP response.
    refused,   ///< No connection could be made.
    reset,     ///< The connection was lost before the response was whole.
    timed_out,
    garbled,         ///< The answer is not HTTP.
    cancelled,       ///< By cancel_all().
    no_descriptor,   ///< Local: not sent, no file descriptor left.
    port_exhausted,  ///< Local: not sent, no local port left.
    guard_refused,   ///< Local: not sent, the address is neither loopback nor allowed.
  };
  Kind kind = Kind::answered;
  int status = 0;
  const std::string* body = nullptr;  ///< Only when the stream keeps bodies; valid during the call.
  /// Header lines of the response, only when the stream keeps them; valid during the call.
  const std::vector<std::string>* header_lines = nullptr;
  /// When each server-sent event was complete, only when the sender was told to look for them;
  /// valid during the call. At most kEventTimesMax are kept.
  const std::vector<TimePoint>* events = nullptr;
  Exchange exchange;
  bool injected = false;        ///< The answer bore kInjectedHeader.
  std::uint64_t body_lost = 0;  ///< Bytes beyond what is kept of a body.
};

inline constexpr std::size_t kEventTimesMax = 10'000;

/// How the system is spoken to over TLS. Files in PEM.
struct TlsOptions {
  std::string ca_file{};           ///< "" trusts what this machine trusts.
  std::string certificate_file{};  ///< "" sends none.
  std::string key_file{};
};

/// Puts requests on the wire. One implementation a protocol family; the release loop knows only
/// this.
///
/// Thread: all calls and callbacks on the thread of the loop that it was made for.
class Sender {
 public:
  using Done = std::function<void(const SendResult&)>;

  virtual ~Sender() = default;

  /// Sends now, without waiting. `done` is called exactly once, later, from the loop.
  virtual void send(OutgoingRequest request, Done done) = 0;

  /// Ends every request under way with Kind::cancelled.
  virtual void cancel_all() = 0;
};

/// What a sender must know about a stream, fixed for the drill.
struct SenderOptions {
  std::string base_url;  ///< "http://127.0.0.1:8080"
  std::string method;
  std::vector<std::string> headers;  ///< Sent with every request.
  bool sends_body = false;
  Duration timeout{};      ///< From sending to the last byte.
  bool keep_body = false;  ///< For checks that look into the answer.
  bool keep_headers = false;
  std::uint32_t connections_max = 0;  ///< Kept open between requests.
  std::uint32_t redirects_max = 0;    ///< Followed; each hop passes the guard.
  bool http2 = false;                 ///< Nothing else is accepted then.
  bool compressed = false;            ///< Asks for compressed answers, and unpacks them.
  std::optional<spec::EventStream> events{};
  TlsOptions tls{};
};

}  // namespace firedrill
