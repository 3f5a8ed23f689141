#pragma once

#include "harness/aio/http_server.hpp"
#include "harness/aio/io_thread.hpp"

#include <functional>
#include <memory>
#include <string>

namespace firedrill::test {

/// An HTTP server on a thread of its own, on a free port of 127.0.0.1.
class LoopbackServer {
 public:
  explicit LoopbackServer(HttpServer::Handler handler, HttpServer::Options options = {});
  ~LoopbackServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void stop();

 private:
  IoThread thread_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

/// Sends `bytes` on a fresh connection, then reads until the server closes or `patience` is over.
std::string exchange_raw(std::uint16_t port, const std::string& bytes,
                         Duration patience = std::chrono::seconds{5});

}  // namespace firedrill::test
