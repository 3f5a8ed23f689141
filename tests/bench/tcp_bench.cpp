// Load on a TCP echo service, and the service. Usage:
//   tcp_bench echo                              serves until it is killed; prints its port
//   tcp_bench closed PORT CONNECTIONS COUNT     COUNT exchanges, each connection one after the
//   other tcp_bench paced PORT CONNECTIONS RATE COUNT COUNT exchanges, due at RATE a second in all
// Prints one line: exchanges, failures, and quantiles of the time from sending to the whole answer,
// in microseconds. Built by proxy.sh; one thread, so that what is measured has the other core.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kSize = 512;  // bytes of a request and of its answer
constexpr std::chrono::nanoseconds kPatience = std::chrono::seconds{30};

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "tcp_bench: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void watch(int epoll, int fd, std::uint64_t data) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = data;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

int serve_echo() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, raw, size) != 0 || ::listen(listener, 4096) != 0) die("listen");
  ::getsockname(listener, raw, &size);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener, static_cast<std::uint64_t>(listener));
  std::vector<epoll_event> events(1024);
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    const int ready = ::epoll_wait(epoll, events.data(), 1024, -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = static_cast<int>(events[static_cast<std::size_t>(i)].data.u64);
      if (fd == listener) {
        for (int client = 0;
             (client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          no_delay(client);
          watch(epoll, client, static_cast<std::uint64_t>(client));
        }
        continue;
      }
      const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
      // Exchanges are small: what was received fits into the socket again.
      if (got > 0) ::send(fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
      if (got == 0 || (got < 0 && errno != EAGAIN)) ::close(fd);
    }
  }
}

struct Connection {
  int fd = -1;
  std::size_t missing = 0;  // of the answer
  Clock::time_point sent;
  bool failed = false;
};

class Load {
 public:
  Load(std::uint16_t port, std::size_t connections) : epoll_{::epoll_create1(0)} {
    const sockaddr_in address = loopback(port);
    for (std::size_t i = 0; i < connections; ++i) {
      Connection connection;
      connection.fd = ::socket(AF_INET, SOCK_STREAM, 0);
      if (connection.fd < 0) die("socket");
      if (::connect(connection.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0) {
        die("connect");
      }
      no_delay(connection.fd);
      watch(epoll_, connection.fd, i);
      connections_.push_back(connection);
    }
  }

  void closed(std::size_t count) {
    left_ = count;
    for (Connection& connection : connections_) send_next(connection);
    while (in_flight_ > 0) receive(kPatience, true);
  }

  void paced(double rate, std::size_t count) {
    left_ = count;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < count; ++i) {
      const auto due = began + std::chrono::nanoseconds{
                                   static_cast<std::int64_t>(static_cast<double>(i) / rate * 1e9)};
      // Asleep until then: a load that spins takes a processor from the proxy that it measures.
      for (auto now = Clock::now(); now < due; now = Clock::now()) receive(due - now, false);
      Connection& connection = connections_[i % connections_.size()];
      if (connection.missing > 0 || connection.failed) {
        ++failures_;  // still waits for its last answer, or is gone
        --left_;
      } else {
        send_next(connection);
      }
    }
    while (in_flight_ > 0) receive(kPatience, false);
  }

  void print() {
    std::sort(times_.begin(), times_.end());
    const auto quantile = [&](double q) {
      if (times_.empty()) return 0.0;
      const auto at = static_cast<std::size_t>(q * static_cast<double>(times_.size() - 1));
      return times_[at];
    };
    std::printf("exchanges=%zu failures=%zu min=%.1f p50=%.1f p90=%.1f p99=%.1f max=%.1f\n",
                times_.size(), failures_, quantile(0), quantile(0.5), quantile(0.9), quantile(0.99),
                quantile(1));
  }

 private:
  void send_next(Connection& connection) {
    if (left_ == 0) return;
    --left_;
    connection.missing = kSize;
    connection.sent = Clock::now();
    ++in_flight_;
    if (::send(connection.fd, bytes_.data(), kSize, MSG_NOSIGNAL) != static_cast<ssize_t>(kSize)) {
      fail(connection);
    }
  }

  void fail(Connection& connection) {
    ++failures_;
    --in_flight_;
    connection.missing = 0;
    connection.failed = true;
    ::close(connection.fd);
  }

  void receive(std::chrono::nanoseconds wait, bool next) {
    const timespec limit{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
    const int ready =
        ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &limit, nullptr);
    if (ready == 0 && wait == kPatience) die("no answer in 30 s");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = connections_[events_[static_cast<std::size_t>(i)].data.u64];
      const ssize_t got = ::recv(connection.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      const auto now = Clock::now();
      if (got <= 0) {
        if (got < 0 && errno == EAGAIN) continue;
        if (connection.missing > 0) {
          fail(connection);
        } else if (!connection.failed) {
          connection.failed = true;
          ::close(connection.fd);
        }
        continue;
      }
      connection.missing -= std::min(connection.missing, static_cast<std::size_t>(got));
      if (connection.missing > 0) continue;
      --in_flight_;
      times_.push_back(std::chrono::duration<double, std::micro>(now - connection.sent).count());
      if (next) send_next(connection);
    }
  }

  int epoll_;
  std::vector<Connection> connections_;
  std::vector<epoll_event> events_{1024};
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
  std::string bytes_ = std::string(kSize, 'x');
  std::vector<double> times_;
  std::size_t left_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::string_view mode = argc > 1 ? argv[1] : "";
  const auto number = [&](int at) { return std::strtoull(argv[at], nullptr, 10); };
  if (mode == "echo") return serve_echo();
  if ((mode != "closed" || argc != 5) && (mode != "paced" || argc != 6)) {
    std::fprintf(stderr,
                 "usage: tcp_bench echo | closed PORT CONNECTIONS COUNT | "
                 "paced PORT CONNECTIONS RATE COUNT\n");
    return 2;
  }
  Load load{static_cast<std::uint16_t>(number(2)), number(3)};
  if (mode == "closed") {
    load.closed(number(4));
  } else {
    load.paced(std::strtod(argv[4], nullptr), number(5));
  }
  load.print();
  return 0;
}
