#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_client.hpp"
#include "harness/clients/endpoint.hpp"
#include "harness/observe/state_rows.hpp"
#include "harness/spec/state.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace firedrill {

/// Reads the system's own state over HTTP, from its PostgreSQL and from its Redis, and changes
/// nothing of it: queries run in transactions that cannot write.
///
/// Thread: the one that runs `io`. Lifetime: `io` and the guard outlive it; it outlives its calls.
class StateReader final {
 public:
  struct Options {
    std::string base_url;  ///< Of the system, without a slash at the end.
    /// Where a service of that name is, and who we are to it.
    std::function<Endpoint(const std::string& service)> endpoint;
    Duration within = std::chrono::seconds{2};  ///< For one reading.
  };

  StateReader(boost::asio::io_context& io, const EgressGuard& guard, Options options);

  /// The rows now, or why there are none; ends within twice the time of one reading.
  boost::asio::awaitable<StateRead> read(spec::StateReading reading);

 private:
  boost::asio::awaitable<StateRead> get(spec::StateReading reading);
  boost::asio::awaitable<StateRead> query(spec::StateReading reading);
  boost::asio::awaitable<StateRead> command(spec::StateReading reading);

  boost::asio::io_context& io_;
  const EgressGuard& guard_;
  Options options_;
  HttpClient http_;
};

}  // namespace firedrill
