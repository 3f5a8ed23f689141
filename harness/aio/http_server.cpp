#include "harness/aio/http_server.hpp"

#include "harness/aio/http_connection.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr auto kAcceptRetryDelay = std::chrono::milliseconds{100};

/// How often deadlines are looked at: a request may take this much longer than it is allowed.
Duration sweep_period(const HttpServer::Options& options) {
  const Duration shortest = std::min(options.idle_timeout, options.request_timeout);
  return std::clamp<Duration>(shortest / 8, std::chrono::milliseconds{10},
                              std::chrono::milliseconds{250});
}

}  // namespace

struct HttpServer::Impl {
  Impl(net::io_context& io_, Options options_, Handler handler_)
      : options{std::move(options_)},
        handler{std::move(handler_)},
        budget{options.bodies_max},
        acceptor{io_},
        timer{io_},
        sweep_timer{io_},
        tasks{io_} {}

  Options options;
  Handler handler;
  BodyBudget budget;
  tcp::acceptor acceptor;
  net::steady_timer timer;
  net::steady_timer sweep_timer;
  TaskGroup tasks;
  std::unordered_set<HttpConnection*> open;
  std::uint64_t refused = 0;
  std::uint16_t bound_port = 0;
  bool stopped = false;

  static net::awaitable<void> accept_loop(std::shared_ptr<Impl> self) {
    while (!self->stopped && self->acceptor.is_open()) {
      auto [ec, socket] = co_await self->acceptor.async_accept(as_result);
      if (ec == net::error::operation_aborted || self->stopped) co_return;
      if (ec) {  // out of descriptors, most likely: do not spin
        self->timer.expires_after(kAcceptRetryDelay);
        co_await self->timer.async_wait(as_result);
        continue;
      }
      if (self->open.size() >= self->options.connections_max) {
        ++self->refused;
        continue;
      }
      self->tasks.spawn("http connection", serve(self, std::move(socket)));
    }
  }

  /// Until nothing can need it any more.
  static net::awaitable<void> sweep_loop(std::shared_ptr<Impl> self) {
    const Duration period = sweep_period(self->options);
    while (!self->stopped && (self->acceptor.is_open() || !self->open.empty())) {
      self->sweep_timer.expires_after(period);
      co_await self->sweep_timer.async_wait(as_result);
      const TimePoint now = std::chrono::steady_clock::now();
      for (HttpConnection* connection : self->open) connection->expire(now);
    }
  }

  static net::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    HttpConnection connection{std::move(socket), self->options, self->budget};
    self->open.insert(&connection);
    co_await connection.serve(self->handler);
    self->open.erase(&connection);
  }
};

HttpServer::HttpServer(net::io_context& io, Options options, Handler handler)
    : impl_{std::make_shared<Impl>(io, std::move(options), std::move(handler))} {}

HttpServer::~HttpServer() { stop(); }

Result<void> HttpServer::start() {
  const std::string where = impl_->options.address + ":" + std::to_string(impl_->options.port);
  error_code ec;
  const auto address = net::ip::make_address(impl_->options.address, ec);
  if (ec) return Error{"'" + impl_->options.address + "' is not an IP address to listen on"};
  const tcp::endpoint endpoint{address, impl_->options.port};
  tcp::acceptor& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address{true}, ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) return Error{"cannot listen on " + where + ": " + ec.message()};
  impl_->bound_port = acceptor.local_endpoint(ec).port();
  impl_->tasks.spawn("http accept loop", Impl::accept_loop(impl_));
  impl_->tasks.spawn("http deadlines", Impl::sweep_loop(impl_));
  return {};
}

void HttpServer::stop_listening() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->timer.cancel();
}

void HttpServer::stop() {
  if (std::exchange(impl_->stopped, true)) return;
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->timer.cancel();
  impl_->sweep_timer.cancel();
  for (HttpConnection* connection : impl_->open) connection->close();
}

std::uint16_t HttpServer::port() const { return impl_->bound_port; }

std::uint64_t HttpServer::connections_refused() const { return impl_->refused; }

}  // namespace firedrill
