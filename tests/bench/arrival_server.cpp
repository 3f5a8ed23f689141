// A fast HTTP/1.1 server that notes when each request arrived: the far end of the load bench.
//
//   arrival_server FILE    prints its port, serves until SIGTERM, then writes FILE: one line for
//                          each request, "PATH NANOSECONDS" on the wall clock
//
// One thread, epoll, kept connections; requests without a body, or with a Content-Length.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kKeptMax = 4'000'000;
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

volatile std::sig_atomic_t ended = 0;
void on_signal(int /*number*/) { ended = 1; }

std::int64_t now() {
  const auto time = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

struct Arrival {
  std::string path;
  std::int64_t at;
};

/// Bytes of the first whole request in `text`; 0 when there is none yet.
std::size_t request_length(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  std::size_t body = 0;
  const std::size_t length = text.substr(0, end).find("\r\nContent-Length: ");
  if (length != std::string_view::npos) {
    body = std::strtoul(std::string{text.substr(length + 18, 12)}.c_str(), nullptr, 10);
  }
  return end + 4 + body <= text.size() ? end + 4 + body : 0;
}

std::string path_of(std::string_view request) {
  const std::size_t from = request.find(' ') + 1;
  return std::string{request.substr(from, request.find(' ', from) - from)};
}

class Server {
 public:
  int open() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0) return 0;
    ::getsockname(listener_, generic, &size);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    watch(listener_);
    arrivals_.reserve(kKeptMax);
    return ntohs(address.sin_port);
  }

  void run() {
    std::array<epoll_event, 256> events{};
    while (ended == 0) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        fd == listener_ ? accept_all() : serve(fd);
      }
    }
  }

  bool write(const char* file) const {
    std::FILE* const out = std::fopen(file, "w");
    if (!out) return false;
    for (const Arrival& arrival : arrivals_) {
      std::fprintf(out, "%s %lld\n", arrival.path.c_str(), static_cast<long long>(arrival.at));
    }
    return std::fclose(out) == 0;
  }

 private:
  void watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    int fd = 0;
    while ((fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(fd);
    }
  }

  void serve(int fd) {
    std::array<char, 16384> buffer{};
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      partial_.erase(fd);
      ::close(fd);
      return;
    }
    std::string& text = partial_[fd];
    text.append(buffer.data(), static_cast<std::size_t>(got));
    while (const std::size_t length = request_length(text)) {
      if (arrivals_.size() < kKeptMax) arrivals_.push_back({path_of(text), now()});
      text.erase(0, length);
      if (::send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  int listener_ = -1;
  int epoll_ = -1;
  std::map<int, std::string> partial_;
  std::vector<Arrival> arrivals_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  Server server;
  const int port = server.open();
  if (port == 0) return 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  server.run();
  return server.write(argv[1]) ? 0 : 1;
}
