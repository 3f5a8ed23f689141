#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/load/sender.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

namespace firedrill {

/// Asks for `path` over https, in the way in which the load will, and gives the status of the
/// answer.
///
/// Thread: the thread that runs `io`. `io` and `guard` outlive the call.
[[nodiscard]] boost::asio::awaitable<Result<int>> status_over_tls(boost::asio::io_context& io,
                                                                  const EgressGuard& guard,
                                                                  std::string url, std::string path,
                                                                  TlsOptions tls, Duration timeout);

}  // namespace firedrill
