#pragma once

#include "harness/aio/http_server.hpp"
#include "harness/base/result.hpp"
#include "mocks/mock_set.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace firedrill {

/// What the control server answers; mocks/README.md describes the API. Every answer is JSON. Pure.
[[nodiscard]] HttpReply control_reply(const HttpRequest& request, const MockSet& mocks);

/// Entries of a ledger in one answer.
inline constexpr std::size_t kLedgerPage = 10'000;

/// A small HTTP server on 127.0.0.1 that shows what running mocks received.
///
/// Thread and lifetime as for HttpServer; `mocks` outlives it and has been started.
class Control final {
 public:
  Control(boost::asio::io_context& io, const MockSet& mocks, std::uint16_t port = 0);

  [[nodiscard]] Result<void> start();
  void stop();
  [[nodiscard]] std::string url() const;

 private:
  std::unique_ptr<HttpServer> server_;
};

}  // namespace firedrill
