#include "tests/support/wire_relay.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

constexpr std::size_t kConnectionsMax = 64;
constexpr int kPollMs = 1;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

/// Sends all of it; false when the peer is gone.
bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

struct WireRelay::Impl {
  Impl(WireProtocol protocol, std::uint16_t server_) : faults{protocol, 1}, server{server_} {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener, 64);
    socklen_t length = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    acceptor = std::thread{[this] { accept_all(); }};
  }

  ~Impl() {
    over = true;
    acceptor.join();
    for (std::thread& connection : connections) connection.join();
    ::close(listener);
  }

  void accept_all() {
    while (!over && connections.size() < kConnectionsMax) {
      pollfd waiting{listener, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (client >= 0) connections.emplace_back([this, client] { serve(client); });
    }
  }

  void serve(int client) {
    const int upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(server);
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(upstream, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(upstream, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
      relay(client, upstream);
    ::close(client);
    ::close(upstream);
  }

  void relay(int client, int upstream) {
    std::unique_ptr<Conversation> conversation;
    {
      const std::lock_guard lock{mutex};
      conversation = faults.converse();
    }
    std::deque<ProxyAct> queues[2];
    bool open[2] = {true, true};  // whose end has not been read
    int ended = 0;
    while (!over && ended < 2) {
      pollfd waiting[2] = {{open[0] ? client : -1, POLLIN, 0},
                           {open[1] ? upstream : -1, POLLIN, 0}};
      ::poll(waiting, 2, kPollMs);
      std::vector<ProxyAct> acts;
      for (int side = 0; side < 2; ++side) {
        if ((waiting[side].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
        read_side(side == 0 ? client : upstream, side, open[side], *conversation, acts);
      }
      for (ProxyAct& act : acts)
        queues[act.direction == Direction::upstream ? 0 : 1].push_back(std::move(act));
      for (int way = 0; way < 2; ++way) {
        if (!perform(queues[way], way == 0 ? upstream : client, client, ended)) return;
      }
    }
  }

  void read_side(int socket, int side, bool& open, Conversation& conversation,
                 std::vector<ProxyAct>& acts) {
    char buffer[16384];
    const ssize_t length = ::recv(socket, buffer, sizeof buffer, 0);
    const Direction direction = side == 0 ? Direction::upstream : Direction::downstream;
    const std::lock_guard lock{mutex};
    if (length > 0) {
      conversation.received(direction, {buffer, static_cast<std::size_t>(length)}, steady_now(),
                            acts);
    } else {
      open = false;
      conversation.ended(direction, steady_now(), acts);
    }
  }

  /// What is due; false when the connection is over.
  static bool perform(std::deque<ProxyAct>& queue, int to, int client, int& ended) {
    while (!queue.empty() && queue.front().at <= steady_now()) {
      const ProxyAct act = std::move(queue.front());
      queue.pop_front();
      if (act.kind == ProxyAct::Kind::close) return false;
      if (act.kind == ProxyAct::Kind::reset) {
        const linger now{1, 0};
        ::setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
      }
      if (act.kind == ProxyAct::Kind::end) {
        ::shutdown(to, SHUT_WR);
        ++ended;
      } else if (!send_all(to, act.bytes)) {
        return false;
      }
    }
    return true;
  }

  std::mutex mutex;  // of faults, and of the conversations that look at them
  WireFaults faults;
  std::uint16_t server;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<bool> over = false;
  std::vector<std::thread> connections;  // the acceptor's
  std::thread acceptor;
};

WireRelay::WireRelay(WireProtocol protocol, std::uint16_t server)
    : impl_{std::make_unique<Impl>(protocol, server)} {}
WireRelay::~WireRelay() = default;

std::uint16_t WireRelay::port() const { return impl_->port; }

void WireRelay::inject(const std::string& name, const spec::WireFault& fault) {
  const std::lock_guard lock{impl_->mutex};
  impl_->faults.inject(name, fault, {});
}

WireFaultCounts WireRelay::heal(const std::string& name) {
  const std::lock_guard lock{impl_->mutex};
  return impl_->faults.heal(name);
}

}  // namespace firedrill
