#include "harness/aio/http_server.hpp"

#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using beast::error_code;

constexpr auto kAcceptRetryDelay = std::chrono::milliseconds{100};
constexpr auto kDrainTime = std::chrono::seconds{2};
constexpr std::size_t kDrainBytes = 64 * 1024 * 1024;

HttpRequest to_request(http::request<http::string_body>&& message, const std::string& peer) {
  HttpRequest request;
  request.method = std::string{message.method_string()};
  request.target = std::string{message.target()};
  const std::size_t mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
  for (const auto& field : message) {
    request.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  request.body = std::move(message.body());
  request.peer = peer;
  request.received_at = std::chrono::steady_clock::now();
  return request;
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

std::string head_of(const HttpReply& reply, bool chunked, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  head += reason_of(reply.status);
  head += "\r\n";
  for (const HttpHeader& header : reply.headers) head += header.name + ": " + header.value + "\r\n";
  if (chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (!has_no_body(reply.status)) {
    head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  }
  if (!keep_alive) head += "Connection: close\r\n";
  head += "\r\n";
  return head;
}

std::string chunk_of(const std::string& bytes) {
  std::array<char, 20> size{};
  const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  return std::string{size.data(), end} + "\r\n" + bytes + "\r\n";
}

/// The answer to a request that could not be read; unset when there is nobody to answer.
std::optional<HttpReply> reply_to_unreadable(const error_code& ec) {
  int status = 400;
  if (ec == http::error::header_limit) {
    status = 431;
  } else if (ec == http::error::body_limit) {
    status = 413;
  } else if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
             ec.category() != http::make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  HttpReply reply = json_reply(status, "{\"error\":\"" + std::string{reason_of(status)} + "\"}");
  reply.then = HttpReply::Then::close;
  return reply;
}

/// One connection: reads requests in order, answers them in order.
class Connection {
 public:
  Connection(tcp::socket socket, const HttpServer::Options& options)
      : stream_{std::move(socket)}, timer_{stream_.get_executor()}, options_{options} {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
    const auto remote = stream_.socket().remote_endpoint(ignored);
    peer_ = remote.address().to_string() + ":" + std::to_string(remote.port());
  }

  void close() {
    timer_.cancel();
    error_code ignored;
    stream_.socket().close(ignored);
  }

  net::awaitable<void> serve(HttpServer::Handler handler) {
    bool more = true;
    while (more) {
      auto request = co_await read_request();
      if (!request) break;
      const bool keep_alive = keep_alive_;
      const bool head_only = request->method == "HEAD";
      HttpReply reply = co_await handler(std::move(*request));
      const HttpDelivery delivery = co_await deliver(reply, keep_alive, head_only);
      more = delivery == HttpDelivery::complete && keep_alive &&
             reply.then == HttpReply::Then::keep_alive;
      if (reply.on_delivered) reply.on_delivered(delivery);
    }
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.socket().close(ignored);
  }

 private:
  net::awaitable<std::optional<HttpRequest>> read_request() {
    http::request_parser<http::string_body> parser;
    parser.header_limit(options_.head_max);
    parser.body_limit(options_.body_max);
    if (buffer_.size() == 0) {
      stream_.expires_after(options_.idle_timeout);
      const auto [waited] = co_await stream_.socket().async_wait(tcp::socket::wait_read, as_result);
      if (waited) co_return std::nullopt;
    }
    stream_.expires_after(options_.request_timeout);
    auto [ec, bytes] = co_await http::async_read_header(stream_, buffer_, parser, as_result);
    if (!ec && parser.get()[http::field::expect] == "100-continue") {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [failed, written] =
          co_await net::async_write(stream_, net::buffer(go_on), as_result);
      if (failed) co_return std::nullopt;
    }
    if (!ec) std::tie(ec, bytes) = co_await http::async_read(stream_, buffer_, parser, as_result);
    stream_.expires_never();
    if (ec) {
      if (const auto reply = reply_to_unreadable(ec)) co_await refuse(*reply);
      co_return std::nullopt;
    }
    keep_alive_ = parser.get().keep_alive();
    co_return to_request(parser.release(), peer_);
  }

  /// Answers, then reads what still comes in for a while: closing at once would make the kernel
  /// reset the connection and the peer would never see the answer.
  net::awaitable<void> refuse(const HttpReply& reply) {
    if (!co_await write(head_of(reply, false, false) + reply.body)) co_return;
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrainTime);
    std::array<char, 16384> sink{};
    std::size_t drained = 0;
    while (drained < kDrainBytes) {
      const auto [ec, bytes] = co_await stream_.async_read_some(net::buffer(sink), as_result);
      if (ec) break;
      drained += bytes;
    }
  }

  net::awaitable<HttpDelivery> deliver(const HttpReply& reply, bool keep_alive, bool head_only) {
    if (reply.delay > Duration{0} && !co_await pause(reply.delay))
      co_return HttpDelivery::caller_gone;
    if (reply.hang && reply.stream.empty()) co_return co_await hang(reply);
    const bool stays = keep_alive && reply.then == HttpReply::Then::keep_alive && !reply.cut_after;
    const bool chunked = !reply.stream.empty();
    const std::string head = head_of(reply, chunked, stays);
    if (head_only || has_no_body(reply.status)) co_return delivery_of(co_await write(head));
    if (chunked) co_return co_await deliver_stream(reply, head);
    co_return co_await deliver_body(reply, head);
  }

  net::awaitable<HttpDelivery> hang(const HttpReply& reply) {
    released_ = false;
    if (reply.on_hang) reply.on_hang(releaser());
    const bool wait = !released_ && *reply.hang > Duration{0};
    if (wait && !co_await pause(*reply.hang)) co_return HttpDelivery::caller_gone;
    end(reply.then);
    co_return HttpDelivery::cut;
  }

  net::awaitable<HttpDelivery> deliver_body(const HttpReply& reply, std::string head) {
    const std::size_t length = static_cast<std::size_t>(
        std::min<std::uint64_t>(reply.cut_after.value_or(reply.body.size()), reply.body.size()));
    if (reply.drip_bytes == 0) {
      head.append(reply.body, 0, length);
      if (!co_await write(head)) co_return HttpDelivery::caller_gone;
    } else {
      if (!co_await write(head)) co_return HttpDelivery::caller_gone;
      for (std::size_t at = 0; at < length; at += reply.drip_bytes) {
        if (!co_await pause(reply.drip_every)) co_return HttpDelivery::caller_gone;
        const std::string piece =
            reply.body.substr(at, std::min<std::size_t>(reply.drip_bytes, length - at));
        if (!co_await write(piece)) co_return HttpDelivery::caller_gone;
      }
    }
    if (!reply.cut_after) {
      if (reply.then == HttpReply::Then::reset) end(reply.then);
      co_return HttpDelivery::complete;
    }
    end(reply.then);
    co_return HttpDelivery::cut;
  }

  net::awaitable<HttpDelivery> deliver_stream(const HttpReply& reply, const std::string& head) {
    if (!co_await write(head)) co_return HttpDelivery::caller_gone;
    std::uint64_t left = reply.cut_after.value_or(UINT64_MAX);
    for (const HttpChunk& chunk : reply.stream) {
      if (chunk.after > Duration{0} && !co_await pause(chunk.after))
        co_return HttpDelivery::caller_gone;
      if (left < chunk.bytes.size()) {
        const std::string frame = chunk_of(chunk.bytes);
        co_await write(frame.substr(0, frame.find('\n') + 1 + static_cast<std::size_t>(left)));
        end(reply.then);
        co_return HttpDelivery::cut;
      }
      left -= chunk.bytes.size();
      if (!chunk.bytes.empty() && !co_await write(chunk_of(chunk.bytes)))
        co_return HttpDelivery::caller_gone;
    }
    if (reply.hang) co_return co_await hang(reply);
    co_return delivery_of(co_await write("0\r\n\r\n"));
  }

  static HttpDelivery delivery_of(bool written) {
    return written ? HttpDelivery::complete : HttpDelivery::caller_gone;
  }

  net::awaitable<bool> write(std::string text) {
    stream_.expires_after(options_.request_timeout);
    const auto [ec, bytes] = co_await net::async_write(stream_, net::buffer(text), as_result);
    stream_.expires_never();
    co_return !ec;
  }

  /// Waits; false when the peer closes meanwhile. Bytes that arrive early (pipelining) end the
  /// watch for the close, not the pause.
  net::awaitable<bool> pause(Duration length) {
    using namespace net::experimental::awaitable_operators;
    const bool forever = length == Duration::max();
    const auto deadline = std::chrono::steady_clock::now() + (forever ? Duration{0} : length);
    timer_.expires_at(forever ? std::chrono::steady_clock::time_point::max() : deadline);
    if (buffer_.size() == 0) {
      const auto first = co_await (timer_.async_wait(as_result) ||
                                   stream_.socket().async_wait(tcp::socket::wait_read, as_result));
      if (!stream_.socket().is_open()) co_return false;
      if (first.index() == 0) co_return true;
      if (peer_is_gone()) co_return false;
      timer_.expires_at(forever ? std::chrono::steady_clock::time_point::max() : deadline);
    }
    co_await timer_.async_wait(as_result);
    co_return stream_.socket().is_open();
  }

  /// Ends a hang early; does nothing once the connection is gone.
  std::function<void()> releaser() {
    return [self = std::weak_ptr{self_}] {
      const auto alive = self.lock();
      if (!alive) return;
      (*alive)->released_ = true;
      (*alive)->timer_.cancel();
    };
  }

  bool peer_is_gone() {
    char byte = 0;
    const ssize_t got = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }

  void end(HttpReply::Then then) {
    error_code ignored;
    if (then == HttpReply::Then::reset) {
      stream_.socket().set_option(net::socket_base::linger{true, 0}, ignored);
    } else {
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
    stream_.socket().close(ignored);
  }

  beast::tcp_stream stream_;
  net::steady_timer timer_;
  HttpServer::Options options_;
  beast::flat_buffer buffer_;
  std::string peer_;
  bool keep_alive_ = true;
  bool released_ = false;
  std::shared_ptr<Connection*> self_ =
      std::make_shared<Connection*>(this);  // watched by releaser()
};

}  // namespace

struct HttpServer::Impl {
  Impl(net::io_context& io_, Options options_, Handler handler_)
      : options{std::move(options_)},
        handler{std::move(handler_)},
        acceptor{io_},
        timer{io_},
        tasks{io_} {}

  Options options;
  Handler handler;
  tcp::acceptor acceptor;
  net::steady_timer timer;
  TaskGroup tasks;
  std::unordered_set<Connection*> open;
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

  static net::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    Connection connection{std::move(socket), self->options};
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
  for (Connection* connection : impl_->open) connection->close();
}

std::uint16_t HttpServer::port() const { return impl_->bound_port; }

std::uint64_t HttpServer::connections_refused() const { return impl_->refused; }

}  // namespace firedrill
