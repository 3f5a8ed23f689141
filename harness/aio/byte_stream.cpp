#include "harness/aio/byte_stream.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace firedrill {
namespace {

using boost::system::error_code;

bool is_full_or_empty(int error) { return error == EAGAIN; }

}  // namespace

ByteStream::ByteStream(boost::asio::ip::tcp::socket socket) : socket_{std::move(socket)} {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
}

ByteStream::Moved ByteStream::receive(std::span<char> into) {
  for (;;) {
    const ssize_t got = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
    if (got > 0) return {Status::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Status::end, 0};
    if (errno == EINTR) continue;
    return {is_full_or_empty(errno) ? Status::want_read : Status::broken, 0};
  }
}

ByteStream::Moved ByteStream::send(std::string_view from) {
  for (;;) {
    const ssize_t sent = ::send(socket_.native_handle(), from.data(), from.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {Status::done, static_cast<std::size_t>(sent)};
    if (errno == EINTR) continue;
    return {is_full_or_empty(errno) ? Status::want_write : Status::broken, 0};
  }
}

void ByteStream::shut_down_sending() {
  error_code ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
}

void ByteStream::reset() {
  error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

void ByteStream::close() {
  // Closing with something unread would be a reset, and take from the peer what it was sent last.
  constexpr std::size_t kUnreadMax = 16 * 1024 * 1024;
  if (socket_.is_open()) {
    ::recv(socket_.native_handle(), nullptr, kUnreadMax, MSG_TRUNC | MSG_DONTWAIT);
  }
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace firedrill
