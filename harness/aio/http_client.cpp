#include "harness/aio/http_client.hpp"

#include "harness/aio/tokens.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <cerrno>
#include <map>
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
using Cause = HttpFailure::Cause;

struct Target {
  std::string host;
  std::string port;
  std::uint16_t port_number = 0;
  std::string path;
  [[nodiscard]] std::string key() const { return host + ":" + port; }
};

Result<Target> parse_target(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  // Boost.URL 1.81 takes 127.0.0.1.example.com for the address with a path ".example.com".
  const bool odd_path =
      parsed && !parsed->encoded_path().empty() && parsed->encoded_path().front() != '/';
  if (!parsed || odd_path || parsed->scheme() != "http" || parsed->host().empty()) {
    return Error{"'" + url + "' is not a URL of the form http://host:port/path"};
  }
  Target target;
  target.host = parsed->host_address();
  target.port_number =
      parsed->has_port() && parsed->port_number() != 0 ? parsed->port_number() : 80;
  target.port = std::to_string(target.port_number);
  target.path = std::string{parsed->encoded_resource()};
  const std::size_t fragment = target.path.find('#');
  if (fragment != std::string::npos) target.path.resize(fragment);
  if (target.path.empty() || target.path.front() == '?') target.path.insert(0, "/");
  return target;
}

struct Kept {
  explicit Kept(net::io_context& io) : stream{io} {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
};

HttpFailure failure(Cause cause, std::string message) {
  return HttpFailure{cause, std::move(message)};
}

Cause cause_of(const error_code& ec) {
  if (ec == beast::error::timeout) return Cause::timed_out;
  if (ec == http::error::body_limit || ec == http::error::header_limit) return Cause::too_large;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message)
    return Cause::connection_lost;
  if (ec.category() == http::make_error_code(http::error::bad_method).category())
    return Cause::not_http;
  return Cause::connection_lost;
}

HttpResponse to_response(http::response<http::string_body>&& message) {
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

struct HttpClient::Impl {
  Impl(net::io_context& io_, const EgressGuard& guard_, Options options_)
      : io{io_}, guard{guard_}, options{options_} {}

  net::io_context& io;
  const EgressGuard& guard;
  Options options;
  std::map<std::string, std::vector<std::unique_ptr<Kept>>> idle;
  std::unordered_set<Kept*> busy;
  bool closed = false;

  /// A kept connection that the server has not closed meanwhile.
  std::unique_ptr<Kept> take_idle(const std::string& key) {
    auto& kept = idle[key];
    while (!kept.empty()) {
      auto connection = std::move(kept.back());
      kept.pop_back();
      if (is_quiet(connection->stream.socket().native_handle())) return connection;
    }
    return nullptr;
  }

  /// Open, with nothing to read: bytes or an end that nobody asked for make a connection useless.
  static bool is_quiet(int fd) {
    char byte = 0;
    const ssize_t got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && errno == EAGAIN;
  }

  void keep(const std::string& key, std::unique_ptr<Kept> connection) {
    connection->stream.expires_never();
    auto& kept = idle[key];
    if (!closed && kept.size() < options.idle_max) kept.push_back(std::move(connection));
  }

  net::awaitable<std::optional<HttpFailure>> connect(Kept& connection, const Target& target) {
    error_code bad;
    std::vector<tcp::endpoint> endpoints;
    const auto literal = net::ip::make_address(target.host, bad);
    if (!bad) {
      endpoints.emplace_back(literal, target.port_number);
    } else {
      tcp::resolver resolver{io};
      const auto [ec, found] = co_await resolver.async_resolve(target.host, target.port, as_result);
      if (ec)
        co_return failure(Cause::no_connection, target.host + " does not resolve: " + ec.message());
      for (const auto& entry : found) endpoints.push_back(entry.endpoint());
    }
    for (const auto& endpoint : endpoints) {
      if (!guard.permits(endpoint.data())) {
        co_return failure(Cause::refused_by_guard,
                          "connection to " + target.host + " (" + endpoint.address().to_string() +
                              ") refused: only loopback and hosts under 'allow:' may be reached");
      }
    }
    const auto [ec, endpoint] = co_await connection.stream.async_connect(endpoints, as_result);
    if (ec == beast::error::timeout) co_return failure(Cause::timed_out, "connect timed out");
    if (ec) co_return failure(Cause::no_connection, ec.message());
    connection.stream.socket().set_option(tcp::no_delay{true}, bad);
    co_return std::nullopt;
  }

  using Message = http::request<http::string_body>;

  static net::awaitable<error_code> write(Kept& connection, Message& message) {
    const auto [ec, written] = co_await http::async_write(connection.stream, message, as_result);
    co_return ec;
  }

  /// Writes the head at once and the body in pieces, the last of them when `over` has passed.
  static net::awaitable<error_code> trickle(Kept& connection, Message& message, Duration over) {
    constexpr std::size_t kPieces = 20;
    http::request_serializer<http::string_body> serializer{message};
    const auto [head_error, head] =
        co_await http::async_write_header(connection.stream, serializer, as_result);
    if (head_error) co_return head_error;
    const std::string& body = message.body();
    const std::size_t piece = body.size() / kPieces + 1;
    const std::size_t pieces = (body.size() + piece - 1) / piece;
    net::steady_timer timer{connection.stream.get_executor()};
    for (std::size_t i = 0; i < pieces; ++i) {
      timer.expires_after(over / pieces);
      co_await timer.async_wait(as_result);
      const auto bytes =
          net::buffer(body.data() + i * piece, std::min(piece, body.size() - i * piece));
      const auto [ec, written] = co_await net::async_write(connection.stream, bytes, as_result);
      if (ec) co_return ec;
    }
    co_return error_code{};
  }

  /// One request on one connection.
  net::awaitable<Answer> exchange(std::unique_ptr<Kept> connection, const Target& target,
                                  const Request& wanted) {
    Message message;
    message.method_string(wanted.method);
    message.target(target.path);
    message.version(11);
    message.set(http::field::host, target.port_number == 80 ? target.host : target.key());
    for (const HttpHeader& header : wanted.headers) message.insert(header.name, header.value);
    message.body() = wanted.body;
    if (!wanted.body.empty() || wanted.method == "POST" || wanted.method == "PUT")
      message.prepare_payload();

    const error_code write_error = wanted.body_over > Duration{0}
                                       ? co_await trickle(*connection, message, wanted.body_over)
                                       : co_await write(*connection, message);
    if (write_error) co_return failure(cause_of(write_error), write_error.message());

    http::response_parser<http::string_body> parser;
    parser.body_limit(options.body_max);
    if (wanted.method == "HEAD") parser.skip(true);
    const auto [read_error, bytes] =
        co_await http::async_read(connection->stream, connection->buffer, parser, as_result);
    if (read_error) co_return failure(cause_of(read_error), read_error.message());
    const bool again = parser.get().keep_alive();
    HttpResponse response = to_response(parser.release());
    if (again) keep(target.key(), std::move(connection));
    co_return response;
  }

  static net::awaitable<Answer> send(std::shared_ptr<Impl> self, Request wanted) {
    const auto target = parse_target(wanted.url);
    if (!target) co_return failure(Cause::no_connection, target.error().message);
    if (const auto named = self->guard.check_host(target->host); !named) {
      co_return failure(Cause::refused_by_guard, named.error().message);
    }
    const auto deadline = std::chrono::steady_clock::now() + wanted.timeout;
    // A request is never sent twice: a connection that breaks may have delivered it, and a mock's
    // ledger would show a retry that the caller never decided on.
    auto connection = self->take_idle(target->key());
    const bool kept = connection != nullptr;
    if (!kept) connection = std::make_unique<Kept>(self->io);
    connection->stream.expires_at(deadline);
    Kept* const raw = connection.get();
    self->busy.insert(raw);
    std::optional<HttpFailure> unconnected;
    if (!kept) unconnected = co_await self->connect(*connection, *target);
    Answer answer = HttpFailure{};
    if (unconnected) {
      answer = *unconnected;
    } else {
      answer = co_await self->exchange(std::move(connection), *target, wanted);
    }
    self->busy.erase(raw);
    co_return answer;
  }
};

HttpClient::HttpClient(net::io_context& io, const EgressGuard& guard, Options options)
    : impl_{std::make_shared<Impl>(io, guard, options)} {}

HttpClient::~HttpClient() { close(); }

net::awaitable<HttpClient::Answer> HttpClient::send(Request request) {
  return Impl::send(impl_, std::move(request));
}

void HttpClient::close() {
  impl_->closed = true;
  impl_->idle.clear();
  for (Kept* connection : impl_->busy) connection->stream.cancel();
}

}  // namespace firedrill
