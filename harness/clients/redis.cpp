#include "harness/clients/redis.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <hiredis/hiredis.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

constexpr std::size_t kAnswerMax = std::size_t{64} * 1024 * 1024;

struct FreeReader {
  void operator()(redisReader* reader) const { redisReaderFree(reader); }
};
using Reader = std::unique_ptr<redisReader, FreeReader>;

RedisReply reply_of(const redisReply& raw) {
  RedisReply reply;
  switch (raw.type) {
    case REDIS_REPLY_INTEGER:
      reply.kind = RedisReply::Kind::integer;
      reply.integer = raw.integer;
      break;
    case REDIS_REPLY_NIL:
      break;
    case REDIS_REPLY_ERROR:
      reply.kind = RedisReply::Kind::error;
      reply.text.assign(raw.str, raw.len);
      break;
    case REDIS_REPLY_ARRAY:
      reply.kind = RedisReply::Kind::list;
      for (std::size_t i = 0; i < raw.elements; ++i)
        reply.items.push_back(reply_of(*raw.element[i]));
      break;
    default:
      reply.kind = RedisReply::Kind::text;
      if (raw.str) reply.text.assign(raw.str, raw.len);
      break;
  }
  return reply;
}

std::string wire_of(const std::vector<std::string>& command) {
  std::string wire = "*" + std::to_string(command.size()) + "\r\n";
  for (const std::string& word : command)
    wire += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return wire;
}

}  // namespace

struct RedisSession::Impl : std::enable_shared_from_this<RedisSession::Impl> {
  Impl(net::any_io_executor executor, const EgressGuard& guard_)
      : guard{guard_}, socket{executor}, timer{executor} {}

  void close() {
    boost::system::error_code ignored;
    socket.close(ignored);
    timer.cancel();
    reader.reset();
  }

  /// From now on what is under way is cut when the time is over.
  void bound(TimePoint deadline) {
    timer.expires_at(deadline);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
      if (!ec) self->close();
    });
  }

  Error lost(const std::string& message) {
    close();
    return Error{message};
  }

  const EgressGuard& guard;
  net::ip::tcp::socket socket;
  net::steady_timer timer;
  Reader reader;
};

RedisSession::RedisSession(net::any_io_executor executor, const EgressGuard& guard)
    : impl_{std::make_shared<Impl>(std::move(executor), guard)} {}
RedisSession::RedisSession(RedisSession&&) noexcept = default;
RedisSession& RedisSession::operator=(RedisSession&& other) noexcept {
  if (impl_) impl_->close();
  impl_ = std::move(other.impl_);
  return *this;
}
RedisSession::~RedisSession() {
  if (impl_) impl_->close();
}

net::awaitable<Result<void>> RedisSession::connect(Endpoint endpoint, Duration within) {
  const auto impl = impl_;
  const TimePoint deadline = steady_now() + within;
  impl->close();
  const auto address = co_await resolve(endpoint, impl->guard);
  if (!address) co_return address.error();
  impl->bound(deadline);
  const auto [ec] = co_await impl->socket.async_connect(*address, as_result);
  if (ec) {
    const bool late = steady_now() >= deadline;
    co_return impl->lost(endpoint.address() + ": " + (late ? "no answer in time" : ec.message()));
  }
  impl->timer.cancel();
  impl->reader.reset(redisReaderCreate());
  std::vector<std::vector<std::string>> greetings;
  if (!endpoint.password.empty()) {
    greetings.push_back({"AUTH"});
    if (!endpoint.user.empty()) greetings.back().push_back(endpoint.user);
    greetings.back().push_back(endpoint.password);
  }
  if (!endpoint.database.empty() && endpoint.database != "0")
    greetings.push_back({"SELECT", endpoint.database});
  for (std::vector<std::string>& greeting : greetings) {
    const std::string name = greeting.front();
    const auto answer = co_await run(std::move(greeting), deadline - steady_now());
    if (!answer) co_return answer.error();
    if (answer->is_error())
      co_return impl->lost(endpoint.address() + " refuses " + name + ": " + answer->text);
  }
  co_return Result<void>{};
}

net::awaitable<Result<RedisReply>> RedisSession::run(std::vector<std::string> command,
                                                     Duration within) {
  const TimePoint deadline = steady_now() + within;
  const auto sent = co_await send(std::move(command), within);
  if (!sent) co_return sent.error();
  auto answer = co_await receive(deadline - steady_now());
  co_return answer;
}

net::awaitable<Result<void>> RedisSession::send(std::vector<std::string> command, Duration within) {
  const auto impl = impl_;
  if (!impl->reader) co_return Error{"there is no connection"};
  impl->bound(steady_now() + within);
  const std::string wire = wire_of(command);
  const auto [failed, written] =
      co_await net::async_write(impl->socket, net::buffer(wire), as_result);
  impl->timer.cancel();
  if (!failed) co_return Result<void>{};
  co_return impl->lost(impl->reader ? failed.message() : "no answer in time");
}

net::awaitable<Result<RedisReply>> RedisSession::receive(Duration within) {
  const auto impl = impl_;
  const TimePoint deadline = steady_now() + within;
  if (!impl->reader) co_return Error{"there is no connection"};
  impl->bound(deadline);
  std::string reason;
  std::size_t taken = 0;
  std::array<char, 16384> chunk{};
  while (reason.empty() && impl->reader) {
    void* raw = nullptr;
    if (redisReaderGetReply(impl->reader.get(), &raw) != REDIS_OK) {
      reason = impl->reader->errstr;
      break;
    }
    if (raw) {
      RedisReply reply = reply_of(*static_cast<redisReply*>(raw));
      freeReplyObject(raw);
      impl->timer.cancel();
      co_return reply;
    }
    const auto [ec, bytes] = co_await impl->socket.async_read_some(net::buffer(chunk), as_result);
    if (ec) reason = ec.message();
    taken += bytes;
    if (taken > kAnswerMax) reason = "an answer of more than 64 MiB";
    if (impl->reader && bytes > 0) redisReaderFeed(impl->reader.get(), chunk.data(), bytes);
  }
  const bool late = steady_now() >= deadline;
  co_return impl->lost(late || reason.empty() ? "no answer in time" : reason);
}

bool RedisSession::open() const { return impl_->reader != nullptr; }

void RedisSession::close() { impl_->close(); }

}  // namespace firedrill
