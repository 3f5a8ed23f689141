#include "tests/support/loopback.hpp"

#include "harness/base/assert.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace firedrill::test {

LoopbackServer::LoopbackServer(HttpServer::Handler handler, HttpServer::Options options) {
  thread_.call([&] {
    server_ = std::make_unique<HttpServer>(thread_.io(), std::move(options), std::move(handler));
    const auto started = server_->start();
    FD_ASSERT(started.has_value());
    port_ = server_->port();
  });
}

LoopbackServer::~LoopbackServer() {
  thread_.call([this] { server_.reset(); });
}

void LoopbackServer::stop() {
  thread_.call([this] { server_->stop(); });
}

std::string exchange_raw(std::uint16_t port, const std::string& bytes, Duration patience) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  void* const raw = &address;
  FD_ASSERT(::connect(fd, static_cast<sockaddr*>(raw), sizeof address) == 0);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t wrote = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (wrote <= 0) break;
    sent += static_cast<std::size_t>(wrote);
  }
  std::string answer;
  std::array<char, 16384> chunk{};
  pollfd waiting{fd, POLLIN, 0};
  const auto patience_ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  while (::poll(&waiting, 1, static_cast<int>(patience_ms)) == 1) {
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got <= 0) break;
    answer.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

}  // namespace firedrill::test
