#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace firedrill {

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;
};

/// Why there is no response.
struct HttpFailure {
  enum class Cause : std::uint8_t {
    refused_by_guard,
    no_connection,
    timed_out,
    connection_lost,
    not_http,
    too_large
  };
  Cause cause = Cause::no_connection;
  std::string message;
};

/// HTTP/1.1 client for probes, callbacks and the reference system: plain HTTP, keep-alive pool, one
/// deadline per request, connections only where the guard allows. A kept connection that the server
/// has closed meanwhile is not used; no request is ever sent twice.
///
/// Thread: use on the thread that runs `io`. Lifetime: `io` and the guard outlive the client, the
/// client outlives its requests.
class HttpClient final {
 public:
  struct Options {
    std::size_t idle_max = 64;  ///< Kept connections per host and port.
    std::uint64_t body_max = 64 * 1024 * 1024;
  };
  struct Request {
    std::string method = "GET";
    std::string url;  ///< http://host[:port]/path?query
    std::vector<HttpHeader> headers;
    std::string body;
    Duration timeout = std::chrono::seconds{10};  ///< Connect to last byte.
    Duration body_over{0};  ///< The body is sent bit by bit, over so long a time.
  };
  using Answer = std::variant<HttpResponse, HttpFailure>;

  HttpClient(boost::asio::io_context& io, const EgressGuard& guard, Options options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  boost::asio::awaitable<Answer> send(Request request);

  /// Closes every idle connection; requests under way end with connection_lost.
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with requests under way
};

}  // namespace firedrill
