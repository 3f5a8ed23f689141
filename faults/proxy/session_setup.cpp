// How a connection begins: its turn, the client's handshake, the way to the server.
#include "faults/proxy/port.hpp"
#include "faults/proxy/session.hpp"
#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

WallTime wall_now() { return std::chrono::system_clock::now(); }

/// Unset for what must be looked up.
std::optional<tcp::endpoint> literal_endpoint(const HostPort& address) {
  error_code ec;
  const auto ip = net::ip::make_address(address.host, ec);
  std::uint16_t port = 0;
  const char* const end = address.port.data() + address.port.size();
  const auto [stopped, error] = std::from_chars(address.port.data(), end, port);
  if (ec || error != std::errc{} || stopped != end) return std::nullopt;
  return tcp::endpoint{ip, port};
}

/// Has the client sent anything? False too when it has gone.
bool has_spoken(tcp::socket& socket) {
  char byte = 0;
  return ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace

net::awaitable<void> Session::set_up(std::shared_ptr<Session> self) {
  // One co_await an expression: g++ 12 loses its way in `co_await a || co_await b`.
  bool met = co_await self->wait_for_turn();
  if (met) met = co_await self->meet_client();
  if (!met) {
    self->close();  // in good order: the client must get to read why its handshake failed
    co_return;
  }
  const bool reached = co_await self->reach_server();
  if (!reached) {
    if (!self->ended_) ++self->shared_->counts.upstream_failed;
    self->reset();
    co_return;
  }
  if (!self->ended_) self->begin();
}

bool Session::no_way(std::string why) {
  shared_->upstream_problem = std::move(why);
  return false;
}

net::awaitable<void> Session::sleep_until(TimePoint until) {
  sleeping_ = true;
  timer_.expires_at(until);
  co_await timer_.async_wait(as_result);
  sleeping_ = false;
}

/// False when the connection has ended meanwhile.
net::awaitable<bool> Session::wait_for_turn() {
  while (!ended_) {
    const auto wait = shared_->faults.hanging(number_, accepted_, steady_now());
    if (wait.fault == nullptr) co_return true;
    if (!was_hit_by(wait.fault->number)) count_hit(wait.fault->number, {1, 0});
    co_await sleep_until(wait.until);
  }
  co_return false;
}

net::awaitable<bool> Session::meet_client() {
  const TimePoint begun = steady_now();
  while (!ended_) {
    const auto wait = shared_->faults.hanging_handshake(number_, begun, steady_now());
    if (wait.fault == nullptr) break;
    if (!was_hit_by(wait.fault->number)) count_hit(wait.fault->number, {1, 0});
    co_await sleep_until(wait.until);
  }
  if (ended_) co_return false;
  if (!shared_->options.tls.terminate && shared_->faults.spoiling_tls(number_) == nullptr) {
    co_return true;
  }
  co_return co_await handshake_with_client();
}

net::awaitable<bool> Session::handshake_with_client() {
  co_await client_->socket().async_wait(tcp::socket::wait_read, as_result);
  if (ended_ || !has_spoken(client_->socket())) co_return false;
  // Asked for only now: a connection that was opened in advance meets what is in force when it is
  // used.
  ActiveFault* const spoiling = shared_->faults.spoiling_tls(number_);
  if (spoiling == nullptr && !shared_->options.tls.terminate) co_return true;
  const std::uint64_t fault = spoiling == nullptr ? 0 : spoiling->number;
  if (spoiling != nullptr) count_hit(fault, {1, 0});
  const auto context = spoiling == nullptr ? shared_->tls.good(wall_now())
                                           : shared_->tls.spoilt(spoiling->action(), wall_now());
  if (!context) co_return false;
  auto encrypted = std::make_unique<TlsStream>(std::move(client_->socket()), *context);
  TlsStream& stream = *encrypted;
  client_ = std::move(encrypted);
  decrypted_ = true;
  const Status status = co_await handshake(stream);
  if (ended_) co_return false;
  if (status != Status::done) {
    ++shared_->counts.handshakes_failed;
    co_return false;
  }
  if (ActiveFault* const still = shared_->faults.find(fault); still != nullptr) {
    ++still->counts.tls_tolerated;
  }
  co_return true;
}

net::awaitable<ByteStream::Status> Session::handshake(TlsStream& stream) {
  while (!ended_) {
    const Status status = stream.handshake();
    if (status != Status::want_read && status != Status::want_write) co_return status;
    const auto wait =
        status == Status::want_read ? tcp::socket::wait_read : tcp::socket::wait_write;
    const auto [ec] = co_await stream.socket().async_wait(wait, as_result);
    if (ec) break;
  }
  co_return Status::broken;
}

net::awaitable<bool> Session::reach_server() {
  const auto address = split_address(shared_->options.upstream);
  if (!address) co_return no_way(address.error().message);
  if (auto named = shared_->guard.check_host(address->host); !named) {
    co_return no_way(named.error().message);
  }
  std::vector<tcp::endpoint> endpoints;
  const auto literal = literal_endpoint(*address);
  if (literal) {
    endpoints.push_back(*literal);
  } else {
    tcp::resolver resolver{shared_->io};
    const auto [failed, found] =
        co_await resolver.async_resolve(address->host, address->port, as_result);
    if (failed) co_return no_way(address->host + " does not resolve: " + failed.message());
    if (ended_) co_return false;
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  const bool dialled = co_await dial(std::move(endpoints));
  if (!dialled) co_return false;
  server_ = std::make_unique<PlainStream>(std::move(dialled_));
  if (decrypted_ && shared_->options.tls.upstream) co_return co_await encrypt_to_server();
  co_return !ended_;
}

net::awaitable<bool> Session::dial(std::vector<tcp::endpoint> endpoints) {
  for (const tcp::endpoint& endpoint : endpoints) {
    if (shared_->guard.permits(endpoint.data())) continue;
    co_return no_way(to_text(endpoint) +
                     " may not be reached: only loopback and hosts that are allowed may");
  }
  error_code why = net::error::host_not_found;
  timer_.expires_after(shared_->options.connect_timeout);
  timer_.async_wait([self = shared_from_this()](const error_code& ec) {
    error_code ignored;
    if (!ec) self->dialled_.close(ignored);
  });
  for (const tcp::endpoint& endpoint : endpoints) {
    dialled_.open(endpoint.protocol(), why);
    if (why) break;
    const auto [failed] = co_await dialled_.async_connect(endpoint, as_result);
    if (ended_) co_return false;
    if (!failed && dialled_.is_open()) {
      timer_.cancel();
      co_return true;
    }
    why = dialled_.is_open() ? failed : error_code{net::error::timed_out};
    if (!dialled_.is_open()) break;
    error_code ignored;
    dialled_.close(ignored);
  }
  timer_.cancel();
  co_return no_way(shared_->options.upstream + ": " + why.message());
}

net::awaitable<bool> Session::encrypt_to_server() {
  const auto context = shared_->tls.client();
  const auto address = split_address(shared_->options.upstream);
  if (!context || !address) co_return false;
  auto encrypted =
      std::make_unique<TlsStream>(std::move(server_->socket()), *context, address->host);
  TlsStream& stream = *encrypted;
  server_ = std::move(encrypted);
  const Status status = co_await handshake(stream);
  co_return status == Status::done && !ended_;
}

}  // namespace firedrill
