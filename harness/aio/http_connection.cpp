#include "harness/aio/http_connection.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using beast::error_code;
using Parser = http::request_parser<http::string_body>;

constexpr auto kDrainTime = std::chrono::seconds{2};
constexpr std::size_t kDrainBytes = 64 * 1024 * 1024;
constexpr std::size_t kReadSize = 16 * 1024;

HttpRequest to_request(http::request<http::string_body>&& message, const std::string& peer) {
  HttpRequest request;
  request.headers.reserve(8);
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

HttpReply refusal(int status) {
  HttpReply reply = json_reply(status, "{\"error\":\"" + std::string{reason_of(status)} + "\"}");
  reply.then = HttpReply::Then::close;
  return reply;
}

/// What a request that is no HTTP, or too much of it, is answered.
int status_of_unreadable(const error_code& ec) {
  if (ec == http::error::header_limit) return 431;
  return ec == http::error::body_limit ? 413 : 400;
}

/// Nothing but a head and a body, at once.
bool is_plain(const HttpReply& reply) {
  return reply.delay <= Duration{0} && !reply.hang && !reply.cut_after && reply.stream.empty() &&
         reply.drip_bytes == 0 && reply.then != HttpReply::Then::reset;
}

HttpDelivery delivery_of(bool written) {
  return written ? HttpDelivery::complete : HttpDelivery::caller_gone;
}

}  // namespace

struct HttpConnection::Impl {
  Impl(tcp::socket socket, const HttpServer::Options& options, BodyBudget& budget)
      : socket_{std::move(socket)},
        timer_{socket_.get_executor()},
        options_{options},
        budget_{budget} {
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    peer_ = remote.address().to_string() + ":" + std::to_string(remote.port());
  }

  void close() {
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  void expire(TimePoint now) {
    if (now < deadline_) return;
    if (!reading_) return close();
    expired_ = true;
    error_code ignored;
    socket_.cancel(ignored);
  }

  net::awaitable<void> serve(const HttpServer::Handler& handler) {
    bool more = true;
    while (more) {
      auto request = co_await read_request();
      if (!request) break;
      const bool keep_alive = keep_alive_;
      const bool head_only = request->method == "HEAD";
      HttpReply reply = co_await handler(std::move(*request));
      const HttpDelivery delivery = co_await deliver(reply, keep_alive, head_only);
      share_ = {};
      more = delivery == HttpDelivery::complete && keep_alive &&
             reply.then == HttpReply::Then::keep_alive;
      if (reply.on_delivered) reply.on_delivered(delivery);
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    socket_.close(ignored);
  }

  /// What `parser` makes of the bytes that are there: an error, or none and more bytes are needed
  /// unless it is done.
  error_code parse(Parser& parser) {
    while (buffer_.size() > 0 && !parser.is_done()) {
      error_code ec;
      const std::size_t used = parser.put(buffer_.data(), ec);
      buffer_.consume(used);
      if (ec == http::error::need_more) break;
      if (ec) return ec;
      if (used == 0) break;
    }
    // A head is limited by the parser; what it leaves beyond that is the endless head of a chunk.
    if (buffer_.size() > options_.head_max + kReadSize) return http::error::header_limit;
    return {};
  }

  /// False when a large body finds no room beside the others.
  bool has_room(const Parser& parser) {
    if (!share_.empty() || parser.get().body().size() <= BodyBudget::kSmall) return true;
    share_ = budget_.take(parser.content_length().value_or(options_.body_max));
    return !share_.empty();
  }

  /// False when the peer is gone.
  net::awaitable<bool> read_some() {
    reading_ = true;
    expired_ = false;
    const auto [ec, bytes] =
        co_await socket_.async_read_some(buffer_.prepare(kReadSize), as_result);
    reading_ = false;
    if (!ec) buffer_.commit(bytes);
    co_return !ec;
  }

  net::awaitable<std::optional<HttpRequest>> read_request() {
    Parser parser;
    parser.eager(true);
    parser.header_limit(options_.head_max);
    parser.body_limit(options_.body_max);
    bool begun = false;
    bool told_to_go_on = false;
    deadline_ = steady_now() + options_.idle_timeout;
    for (;;) {
      if (buffer_.size() > 0) {
        if (!std::exchange(begun, true)) deadline_ = steady_now() + options_.request_timeout;
        const error_code ec = parse(parser);
        if (ec || !has_room(parser)) {
          co_await refuse(ec ? status_of_unreadable(ec) : 503);
          co_return std::nullopt;
        }
        const bool waits = parser.is_header_done() && !told_to_go_on &&
                           parser.get()[http::field::expect] == "100-continue";
        if (waits) {
          told_to_go_on = true;
          if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return std::nullopt;
          deadline_ = steady_now() + options_.request_timeout;
        }
        if (parser.is_done()) break;
      }
      if (co_await read_some()) continue;
      if (std::exchange(expired_, false) && begun) co_await refuse(408);
      co_return std::nullopt;
    }
    deadline_ = TimePoint::max();
    if (buffer_.size() == 0 && buffer_.capacity() > 4 * kReadSize) buffer_.shrink_to_fit();
    keep_alive_ = parser.get().keep_alive();
    co_return to_request(parser.release(), peer_);
  }

  /// Answers, then reads what still comes in for a while: closing at once would make the kernel
  /// reset the connection and the peer would never see the answer.
  net::awaitable<void> refuse(int status) {
    const HttpReply reply = refusal(status);
    if (!co_await write(head_of(reply, false, false), reply.body)) co_return;
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    deadline_ = steady_now() + kDrainTime;
    std::size_t drained = 0;
    while (drained < kDrainBytes) {
      buffer_.clear();
      if (!co_await read_some()) break;
      drained += buffer_.size();
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
    if (is_plain(reply)) co_return delivery_of(co_await write(head, reply.body));
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

  net::awaitable<HttpDelivery> deliver_body(const HttpReply& reply, const std::string& head) {
    const std::size_t length = static_cast<std::size_t>(
        std::min<std::uint64_t>(reply.cut_after.value_or(reply.body.size()), reply.body.size()));
    const std::string_view body = std::string_view{reply.body}.substr(0, length);
    if (reply.drip_bytes == 0) {
      if (!co_await write(head, body)) co_return HttpDelivery::caller_gone;
    } else {
      if (!co_await write(head)) co_return HttpDelivery::caller_gone;
      for (std::size_t at = 0; at < length; at += reply.drip_bytes) {
        if (!co_await pause(reply.drip_every)) co_return HttpDelivery::caller_gone;
        if (!co_await write(body.substr(at, reply.drip_bytes))) {
          co_return HttpDelivery::caller_gone;
        }
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
      const std::string frame = chunk_of(chunk.bytes);
      if (left < chunk.bytes.size()) {
        const std::size_t kept = frame.find('\n') + 1 + static_cast<std::size_t>(left);
        co_await write(std::string_view{frame}.substr(0, kept));
        end(reply.then);
        co_return HttpDelivery::cut;
      }
      left -= chunk.bytes.size();
      if (!chunk.bytes.empty() && !co_await write(frame)) co_return HttpDelivery::caller_gone;
    }
    if (reply.hang) co_return co_await hang(reply);
    co_return delivery_of(co_await write("0\r\n\r\n"));
  }

  /// Two stretches, one after the other, which must live until this is over. Most answers fit into
  /// the socket at once; then nothing waits.
  net::awaitable<bool> write(std::string_view head, std::string_view body = {}) {
    error_code ec;
    const std::array<net::const_buffer, 2> all{net::buffer(head), net::buffer(body)};
    std::size_t sent = socket_.write_some(all, ec);
    if (ec && ec != net::error::would_block && ec != net::error::try_again) co_return false;
    if (ec) sent = 0;
    if (sent == head.size() + body.size()) co_return true;
    const std::array<net::const_buffer, 2> rest{
        net::buffer(all[0] + sent), net::buffer(all[1] + (sent - std::min(sent, head.size())))};
    deadline_ = steady_now() + options_.request_timeout;
    const auto [failed, bytes] = co_await net::async_write(socket_, rest, as_result);
    deadline_ = TimePoint::max();
    co_return !failed;
  }

  /// Waits; false when the peer closes meanwhile. Bytes that arrive early (pipelining) end the
  /// watch for the close, not the pause.
  net::awaitable<bool> pause(Duration length) {
    using namespace net::experimental::awaitable_operators;
    const bool forever = length == Duration::max();
    const auto deadline = steady_now() + (forever ? Duration{0} : length);
    timer_.expires_at(forever ? std::chrono::steady_clock::time_point::max() : deadline);
    if (buffer_.size() == 0) {
      const auto first = co_await (timer_.async_wait(as_result) ||
                                   socket_.async_wait(tcp::socket::wait_read, as_result));
      if (!socket_.is_open()) co_return false;
      if (first.index() == 0) co_return true;
      if (peer_is_gone()) co_return false;
      timer_.expires_at(forever ? std::chrono::steady_clock::time_point::max() : deadline);
    }
    co_await timer_.async_wait(as_result);
    co_return socket_.is_open();
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
    const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }

  void end(HttpReply::Then then) {
    error_code ignored;
    if (then == HttpReply::Then::reset) {
      socket_.set_option(net::socket_base::linger{true, 0}, ignored);
    } else {
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
    }
    socket_.close(ignored);
  }

  tcp::socket socket_;
  net::steady_timer timer_;
  const HttpServer::Options& options_;
  BodyBudget& budget_;
  BodyBudget::Share share_;  // of the request at hand
  beast::flat_buffer buffer_;
  std::string peer_;
  TimePoint deadline_ = TimePoint::max();
  bool reading_ = false;
  bool expired_ = false;
  bool keep_alive_ = true;
  bool released_ = false;
  std::shared_ptr<Impl*> self_ = std::make_shared<Impl*>(this);  // watched by releaser()
};

HttpConnection::HttpConnection(tcp::socket socket, const HttpServer::Options& options,
                               BodyBudget& budget)
    : impl_{std::make_unique<Impl>(std::move(socket), options, budget)} {}

HttpConnection::~HttpConnection() = default;

net::awaitable<void> HttpConnection::serve(const HttpServer::Handler& handler) {
  return impl_->serve(handler);
}

void HttpConnection::close() { impl_->close(); }

void HttpConnection::expire(TimePoint now) { impl_->expire(now); }

}  // namespace firedrill
