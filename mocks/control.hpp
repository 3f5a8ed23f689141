#pragma once

#include "harness/aio/http_server.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/fault.hpp"
#include "harness/spec/mock_settings.hpp"
#include "mocks/mock_set.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill {

/// How the bodies of requests are understood: in the words of a scenario, which this room does not
/// read itself. A function that is unset refuses every body.
struct ControlLanguage {
  /// One of a mock; its name is "" unless the request gives one.
  std::function<Result<spec::Fault>(std::string_view json)> fault;
  std::function<Result<spec::MockSettings>(std::string_view json)> settings;
};

/// What the control server answers; mocks/README.md describes the API. Every answer is JSON.
/// Requests that a web page could have made are refused: a Host that is not this machine's
/// loopback (DNS rebinding), an Origin that is not the server itself.
[[nodiscard]] HttpReply control_reply(const HttpRequest& request, const MockSet& mocks,
                                      const ControlLanguage& language, TimePoint now);

/// Entries of a ledger in one answer.
inline constexpr std::size_t kLedgerPage = 10'000;

/// A small HTTP server on 127.0.0.1 that shows what running mocks received, breaks and mends them.
///
/// Thread and lifetime as for HttpServer; `mocks` outlives it and has been started.
class Control final {
 public:
  Control(boost::asio::io_context& io, const MockSet& mocks, ControlLanguage language = {},
          std::uint16_t port = 0);

  [[nodiscard]] Result<void> start();
  void stop();
  [[nodiscard]] std::string url() const;

 private:
  std::unique_ptr<HttpServer> server_;
};

}  // namespace firedrill
