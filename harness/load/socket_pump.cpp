#include "harness/load/socket_pump.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/base/assert.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <sys/epoll.h>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Sockets in one turn of the loop; timers get their turn in between.
constexpr std::size_t kReadyMax = 256;

}  // namespace

SocketPump::SocketPump(net::io_context& io, Owner& owner)
    : io_{io}, owner_{owner}, epoll_{io, ::epoll_create1(EPOLL_CLOEXEC)}, timer_{io} {
  wait();
}

SocketPump::~SocketPump() { *alive_ = false; }

void SocketPump::add(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= known_.size()) known_.resize(index + 1);
  // libcurl closes some sockets that never connected without a word; the number comes back.
  if (!known_[index].known) ++sockets_;
  known_[index] = {.known = true};
}

void SocketPump::forget(int fd) {
  FD_ASSERT(knows(fd));
  register_as(fd, 0);
  known_[static_cast<std::size_t>(fd)] = {};
  --sockets_;
}

bool SocketPump::knows(int fd) const {
  const auto index = static_cast<std::size_t>(fd);
  return index < known_.size() && known_[index].known;
}

void SocketPump::want(int fd, bool read, bool write) {
  FD_ASSERT(knows(fd));
  Socket& socket = known_[static_cast<std::size_t>(fd)];
  socket.wanted = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
  // A kept connection that waits for nothing stays registered: its next request wants the same.
  // Should it become readable meanwhile, drain() takes it off.
  const bool too_little = (socket.wanted & ~socket.registered) != 0;
  const bool too_much = socket.wanted != 0 && (socket.registered & ~socket.wanted) != 0;
  if (too_little || too_much) register_as(fd, socket.wanted);
}

void SocketPump::register_as(int fd, std::uint32_t events) {
  Socket& socket = known_[static_cast<std::size_t>(fd)];
  if (socket.registered == events) return;
  const int operation = events == 0              ? EPOLL_CTL_DEL
                        : socket.registered == 0 ? EPOLL_CTL_ADD
                                                 : EPOLL_CTL_MOD;
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  const int code = ::epoll_ctl(epoll_.native_handle(), operation, fd, &event);
  // A socket that libcurl closed without a word is off the epoll already.
  FD_ASSERT(code == 0 || events == 0);
  socket.registered = events;
}

void SocketPump::wait() {
  epoll_.async_wait(net::posix::stream_descriptor::wait_read,
                    [this, living = alive_](const boost::system::error_code& ec) {
                      if (ec || !*living) return;
                      drain();
                      if (*living) wait();
                    });
}

void SocketPump::drain() {
  std::array<epoll_event, kReadyMax> ready{};
  const int count =
      ::epoll_wait(epoll_.native_handle(), ready.data(), static_cast<int>(ready.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    const int fd = event.data.fd;
    if (!knows(fd)) continue;  // closed by an earlier one of this turn
    const std::uint32_t wanted = known_[static_cast<std::size_t>(fd)].wanted;
    if (wanted == 0) {
      register_as(fd, 0);
      continue;
    }
    // An error or a hang-up is found out by reading or writing, whichever is waited for.
    const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    const bool can_read = (wanted & EPOLLIN) != 0 && (broken || (event.events & EPOLLIN) != 0);
    const bool can_write = (wanted & EPOLLOUT) != 0 && (broken || (event.events & EPOLLOUT) != 0);
    if (can_read || can_write) owner_.on_ready(fd, can_read, can_write);
  }
  owner_.on_turn_end();
}

void SocketPump::set_deadline(std::optional<Duration> delay) {
  if (!delay) {
    deadline_.reset();  // the timer may fire for nothing: cheaper than to cancel it
    return;
  }
  const TimePoint now = steady_now();
  deadline_ = now + *delay;
  if (*delay > Duration{0}) {
    if (!armed_ || *deadline_ < *armed_) arm(*deadline_);
    return;
  }
  if (turn_posted_) return;
  turn_posted_ = true;
  net::post(io_, [this, living = alive_] {
    if (!*living) return;
    turn_posted_ = false;
    deadline_passed();
  });
}

void SocketPump::arm(TimePoint at) {
  armed_ = at;
  timer_.expires_at(at);
  timer_.async_wait([this, living = alive_](const boost::system::error_code& ec) {
    if (ec || !*living) return;
    armed_.reset();
    deadline_passed();
  });
}

void SocketPump::deadline_passed() {
  if (!deadline_) return;
  if (steady_now() < *deadline_) {
    if (!armed_ || *deadline_ < *armed_) arm(*deadline_);
    return;
  }
  deadline_.reset();
  owner_.on_deadline();
  owner_.on_turn_end();
}

}  // namespace firedrill
