#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// HTTP messages as plain values, so that handlers, mocks and the reference system need no HTTP
// library of their own.

struct HttpHeader {
  std::string name;
  std::string value;
};

/// First value of a header by name, ignoring case; "" when absent.
[[nodiscard]] std::string_view find_header(const std::vector<HttpHeader>& headers,
                                           std::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;  ///< As sent: path and query.
  std::string path;    ///< Without the query.
  std::string query;   ///< Without the '?'; not decoded.
  std::vector<HttpHeader> headers;
  std::string body;
  std::string peer;         ///< "127.0.0.1:50312"
  TimePoint received_at{};  ///< Last byte read.
};

/// A stretch of a streamed body.
struct HttpChunk {
  Duration after{0};  ///< Pause before it is sent.
  std::string bytes;
};

/// How the server ended an exchange.
enum class HttpDelivery : std::uint8_t {
  complete,     ///< Everything was handed to the network.
  cut,          ///< Ended early, as the reply demanded (cut_after, hang, reset).
  caller_gone,  ///< The peer closed first.
};

/// An answer, and how it is to be delivered: enough for every fault of a mock.
struct HttpReply {
  enum class Then : std::uint8_t {
    keep_alive,  ///< As the request asks.
    close,       ///< Orderly end.
    reset,       ///< RST.
  };

  int status = 200;
  std::vector<HttpHeader> headers;  ///< Content-Length or Transfer-Encoding are added.
  std::string body;
  std::vector<HttpChunk> stream;  ///< When not empty: sent chunked, instead of `body`.

  Duration delay{0};  ///< Before the first byte.
  /// Send nothing for this long (Duration::max(): until the peer goes), then do `then`. With a
  /// `stream`: after its chunks, instead of its end.
  std::optional<Duration> hang;
  /// Send the head with the full length, then only this many body bytes, then `then`.
  std::optional<std::uint64_t> cut_after;
  /// Send the body this many bytes at a time …
  std::uint64_t drip_bytes = 0;
  /// … with this pause between.
  Duration drip_every{0};
  Then then = Then::keep_alive;

  /// Called once, on the server's thread, when `hang` begins, with a function that ends it early:
  /// the server then does `then` at once. Calling that later, or twice, is harmless.
  std::function<void(std::function<void()> release)> on_hang;

  /// Called once, on the server's thread, when the exchange is over.
  std::function<void(HttpDelivery)> on_delivered;
};

/// A JSON answer with its Content-Type.
[[nodiscard]] HttpReply json_reply(int status, std::string body);

/// Reason phrase of a status: "Service Unavailable"; "" when unknown.
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace firedrill
