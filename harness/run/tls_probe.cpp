#include "harness/run/tls_probe.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/load/curl_sender.hpp"

#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <utility>

namespace firedrill {
namespace {

const char* reason_of_end(SendResult::Kind kind) {
  switch (kind) {
    case SendResult::Kind::timed_out:
      return "did not answer in time";
    case SendResult::Kind::guard_refused:
      return "is not an address that this drill may talk to";
    case SendResult::Kind::refused:
      return "refused the connection, or the two certificates did not please each other";
    default:
      return "ended the connection without an answer";
  }
}

}  // namespace

boost::asio::awaitable<Result<int>> status_over_tls(boost::asio::io_context& io,
                                                    const EgressGuard& guard, std::string url,
                                                    std::string path, TlsOptions tls,
                                                    Duration timeout) {
  CurlLoop loop{io, guard};
  SenderOptions options;
  options.base_url = std::move(url);
  options.method = "GET";
  options.timeout = timeout;
  options.connections_max = 1;
  options.tls = std::move(tls);
  const auto sender = loop.make_sender(std::move(options));
  boost::asio::steady_timer done{io, TimePoint::max()};
  std::optional<SendResult> result;
  OutgoingRequest request;
  request.path = std::move(path);
  sender->send(std::move(request), [&](const SendResult& ended) {
    result = ended;
    done.cancel();
  });
  while (!result) co_await done.async_wait(as_result);
  if (result->kind != SendResult::Kind::answered) co_return Error{reason_of_end(result->kind)};
  co_return result->status;
}

}  // namespace firedrill
