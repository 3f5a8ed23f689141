#include "tests/support/tcp_peer.hpp"

#include "harness/base/assert.hpp"

#include <array>
#include <cerrno>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace firedrill::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int left(TimePoint deadline) {
  const auto time = deadline - std::chrono::steady_clock::now();
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(time).count()));
}

bool wait(int fd, short events, TimePoint deadline) {
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, left(deadline)) == 1;
}

}  // namespace

TcpClient::~TcpClient() { close(); }

TcpClient::TcpClient(TcpClient&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      reset_{other.reset_},
      received_{std::move(other.received_)} {}

Seen TcpClient::connect(std::uint16_t port, Duration patience) {
  close();
  received_.clear();
  const TimePoint deadline = std::chrono::steady_clock::now() + patience;
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  FD_ASSERT(fd_ >= 0);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  const void* const raw = &address;
  int error = 0;
  if (::connect(fd_, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      if (!wait(fd_, POLLOUT, deadline)) return Seen::nothing;
      socklen_t size = sizeof error;
      ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    }
  }
  // Connected and reset before we looked: what comes of reading is the reset.
  reset_ = error == ECONNRESET || error == EPIPE;
  if (error == 0 || reset_) return Seen::bytes;
  return error == ECONNREFUSED ? Seen::refused : Seen::reset;
}

bool TcpClient::send(const std::string& bytes) {
  const TimePoint deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t wrote = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (wrote > 0) {
      sent += static_cast<std::size_t>(wrote);
    } else if (errno != EAGAIN || !wait(fd_, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

void TcpClient::end() { ::shutdown(fd_, SHUT_WR); }

void TcpClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void TcpClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Seen TcpClient::read(std::size_t count, Duration patience) {
  const TimePoint deadline = std::chrono::steady_clock::now() + patience;
  std::array<char, 16384> chunk{};
  if (reset_) return Seen::reset;
  while (received_.size() < count) {
    const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), 0);
    if (got > 0) {
      received_.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      return Seen::end;
    } else if (errno != EAGAIN) {
      return Seen::reset;
    } else if (!wait(fd_, POLLIN, deadline)) {
      return Seen::nothing;
    }
  }
  return Seen::bytes;
}

Seen TcpClient::read_all(Duration patience) { return read(SIZE_MAX, patience); }

bool TcpClient::echoes(const std::string& bytes, Duration patience) {
  received_.clear();
  return send(bytes) && read(bytes.size(), patience) == Seen::bytes && received_ == bytes;
}

EchoServer::EchoServer() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address = loopback(0);
  void* const raw = &address;
  FD_ASSERT(::bind(listener_, static_cast<sockaddr*>(raw), sizeof address) == 0);
  FD_ASSERT(::listen(listener_, 4096) == 0);
  socklen_t size = sizeof address;
  FD_ASSERT(::getsockname(listener_, static_cast<sockaddr*>(raw), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

EchoServer::~EchoServer() {
  const std::uint64_t one = 1;
  FD_ASSERT(::write(wake_, &one, sizeof one) == sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(wake_);
}

void EchoServer::run() {
  std::map<int, std::string> clients;  // with what is still to be sent back
  std::array<char, 65536> chunk{};
  for (;;) {
    std::vector<pollfd> waiting{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [fd, unsent] : clients) {
      waiting.push_back({fd, static_cast<short>(unsent.empty() ? POLLIN : POLLOUT), 0});
    }
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[0].revents != 0) break;
    if (waiting[1].revents != 0) {
      for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        clients[fd];
        ++connections_;
      }
    }
    for (std::size_t i = 2; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      const int fd = waiting[i].fd;
      std::string& unsent = clients[fd];
      bool gone = false;
      if (unsent.empty()) {
        const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
        if (got > 0) {
          unsent.assign(chunk.data(), static_cast<std::size_t>(got));
          bytes_ += static_cast<std::uint64_t>(got);
        } else if (got == 0 || errno != EAGAIN) {
          ++(got == 0 ? ends_ : resets_);
          gone = true;
        }
      }
      while (!gone && !unsent.empty()) {
        const ssize_t sent = ::send(fd, unsent.data(), unsent.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) break;
        if (sent < 0) {
          ++resets_;
          gone = true;
        } else {
          unsent.erase(0, static_cast<std::size_t>(sent));
        }
      }
      if (!gone) continue;
      ::close(fd);
      clients.erase(fd);
    }
  }
  for (const auto& [fd, unsent] : clients) ::close(fd);
}

}  // namespace firedrill::test
