#include "faults/proxy/port.hpp"

#include "harness/base/strings.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

bool is_want_of_descriptors(const error_code& ec) {
  return ec.value() == EMFILE || ec.value() == ENFILE || ec == net::error::no_buffer_space;
}

/// What the kernel has dropped on its way to this socket.
std::uint64_t drops_of(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return 0;
  return memory.at(SK_MEMINFO_DROPS);
}

std::string lower_first(std::string text) {
  if (!text.empty()) text.replace(0, 1, to_lower(text.substr(0, 1)));
  return text;
}

}  // namespace

struct Port::Impl : std::enable_shared_from_this<Port::Impl> {
  Impl(net::io_context& io, Accepted accepted_, std::function<void()> starved_)
      : acceptor{io}, pause{io}, accepted{std::move(accepted_)}, starved{std::move(starved_)} {
    take_spare();
  }
  ~Impl() {
    if (spare >= 0) ::close(spare);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  tcp::acceptor acceptor;
  net::steady_timer pause;
  Accepted accepted;
  std::function<void()> starved;
  int spare = -1;                // given up for a moment when there is no other descriptor
  std::uint64_t generation = 0;  // of the acceptor; an answer of an earlier one is stale

  void take_spare() {
    if (spare < 0) spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

  void accept_next() {
    const std::uint64_t mine = generation;
    acceptor.async_accept(
        [self = shared_from_this(), mine](const error_code& ec, tcp::socket socket) {
          if (mine != self->generation || ec == net::error::operation_aborted) return;
          if (!ec) {
            self->accepted(std::move(socket));
          } else if (is_want_of_descriptors(ec) && !self->turn_away()) {
            return self->accept_later();
          }
          // Whoever took the connection may have shut the port.
          if (mine == self->generation) self->accept_next();
        });
  }

  /// Without this a connection that cannot be taken would wait in the kernel's queue for ever, and
  /// the loop would spin on it.
  /// False when there was none: the kernel says so of an empty queue too.
  bool turn_away() {
    if (spare < 0) return false;
    ::close(std::exchange(spare, -1));
    const int client = ::accept(acceptor.native_handle(), nullptr, nullptr);
    if (client >= 0) {
      const linger at_once{1, 0};
      ::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      ::close(client);
      starved();
    }
    take_spare();
    return client >= 0;
  }

  void accept_later() {
    const std::uint64_t mine = generation;
    pause.expires_after(std::chrono::milliseconds{10});
    pause.async_wait([self = shared_from_this(), mine](const error_code& ec) {
      if (!ec && mine == self->generation) self->accept_next();
    });
  }
};

Port::Port(net::io_context& io, Accepted accepted, std::function<void()> starved)
    : impl_{std::make_shared<Impl>(io, std::move(accepted), std::move(starved))}, holder_{io} {}

Port::~Port() { release(); }

Error Port::cannot(const error_code& why, std::string_view what) const {
  return Error{"listen tcp " + to_text(endpoint_) + ": " + std::string{what} + ": " +
               lower_first(why.message())};
}

Result<void> Port::bind(const tcp::endpoint& endpoint) {
  release();
  endpoint_ = endpoint;
  // A second socket, which never listens, holds the address: whoever connects while the other is
  // shut is refused, and nobody can take the port.
  error_code ec;
  holder_.open(endpoint.protocol(), ec);
  if (!ec) holder_.set_option(net::socket_base::reuse_address{true}, ec);
  if (!ec) holder_.bind(endpoint, ec);
  if (!ec) endpoint_ = holder_.local_endpoint(ec);
  if (!ec) return {};
  release();
  return cannot(ec, "bind");
}

Result<void> Port::open() {
  tcp::acceptor& acceptor = impl_->acceptor;
  if (acceptor.is_open()) return {};
  error_code ec;
  acceptor.open(endpoint_.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address{true}, ec);
  if (!ec) acceptor.bind(endpoint_, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (!ec) acceptor.non_blocking(true, ec);
  if (ec) {
    shut();
    return cannot(ec, "bind");
  }
  impl_->accept_next();
  return {};
}

void Port::shut() {
  ++impl_->generation;
  error_code ignored;
  impl_->acceptor.close(ignored);
}

bool Port::silence(bool silent) {
  if (!impl_->acceptor.is_open()) return false;
  const int fd = impl_->acceptor.native_handle();
  if (!silent) {
    const int unused = 0;
    return ::setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0;
  }
  dropped_before_ = drops_of(fd);
  // A packet filter on a listening socket sees what is sent to connect; this one keeps nothing.
  sock_filter drop_all{BPF_RET | BPF_K, 0, 0, 0};
  const sock_fprog program{1, &drop_all};
  return ::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

void Port::release() {
  shut();
  error_code ignored;
  holder_.close(ignored);
}

std::uint64_t Port::dropped() const {
  if (!impl_->acceptor.is_open()) return 0;
  return drops_of(impl_->acceptor.native_handle()) - dropped_before_;
}

Result<HostPort> split_address(std::string_view address) {
  const std::size_t mark = address.rfind(':');
  if (mark == std::string_view::npos) {
    return Error{"address " + std::string{address} + ": missing port in address"};
  }
  std::string_view host = address.substr(0, mark);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostPort{std::string{host}, std::string{address.substr(mark + 1)}};
}

Result<tcp::endpoint> parse_listen(std::string_view address) {
  const auto parts = split_address(address);
  if (!parts) return Error{"listen tcp: " + parts.error().message};
  std::uint16_t port = 0;
  const char* const end = parts->port.data() + parts->port.size();
  const auto [stopped, error] = std::from_chars(parts->port.data(), end, port);
  if (error != std::errc{} || stopped != end) {
    return Error{"listen tcp: address " + parts->port + ": invalid port"};
  }
  const bool loopback = parts->host.empty() || equals_ignoring_case(parts->host, "localhost");
  error_code ec;
  const auto ip = net::ip::make_address(loopback ? "127.0.0.1" : parts->host, ec);
  if (ec) return Error{"listen tcp: lookup " + parts->host + ": not an IP address of this machine"};
  return tcp::endpoint{ip, port};
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string ip = endpoint.address().to_string();
  const std::string host = endpoint.address().is_v6() ? "[" + ip + "]" : ip;
  return host + ":" + std::to_string(endpoint.port());
}

}  // namespace firedrill
