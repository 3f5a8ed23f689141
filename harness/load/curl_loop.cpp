#include "harness/load/curl_loop.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/rng.hpp"

#include <curl/curl.h>

#include <cerrno>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Bytes that no compression makes much smaller, the same in every run.
std::string make_filler() {
  constexpr std::size_t size = 64 * 1024;
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Rng rng{1};
  std::string filler;
  filler.reserve(size);
  while (filler.size() < size) filler += letters[rng.next() >> 26U];
  return filler;
}

}  // namespace

CurlLoop::Impl::Impl(net::io_context& io_, const EgressGuard& guard_)
    : io{io_}, guard{guard_}, pump{io_, *this}, multi{curl_multi_init()}, filler{make_filler()} {
  FD_ASSERT(multi != nullptr);
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  // Requests share a connection only where HTTP/2 was asked for.
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
}

CurlLoop::Impl::~Impl() { curl_multi_cleanup(multi); }

void CurlLoop::Impl::raise_connections_max(std::uint32_t count) {
  connections_max += count;
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_max));
}

int CurlLoop::Impl::open_socket(const curl_sockaddr* address, SendResult::Kind& local_failure) {
  if (!guard.permits(&address->addr)) {
    local_failure = SendResult::Kind::guard_refused;
    return CURL_SOCKET_BAD;
  }
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                          address->protocol);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE) local_failure = SendResult::Kind::no_descriptor;
    return CURL_SOCKET_BAD;
  }
  pump.add(fd);
  return fd;
}

int CurlLoop::Impl::close_socket(void* self_pointer, int fd) {
  auto* self = static_cast<Impl*>(self_pointer);
  if (self->pump.knows(fd)) self->pump.forget(fd);
  return ::close(fd);
}

int CurlLoop::Impl::on_socket(void* /*easy*/, int fd, int what, void* self_pointer,
                              void* /*unused*/) {
  auto* self = static_cast<Impl*>(self_pointer);
  if (!self->pump.knows(fd)) return 0;
  self->pump.want(fd, what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                  what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
  return 0;
}

int CurlLoop::Impl::on_timer(void* /*multi*/, long timeout_ms, void* self_pointer) {
  auto* self = static_cast<Impl*>(self_pointer);
  std::optional<Duration> delay;
  if (timeout_ms >= 0) delay = std::chrono::milliseconds{timeout_ms};
  self->pump.set_deadline(delay);
  return 0;
}

void CurlLoop::Impl::on_ready(int fd, bool can_read, bool can_write) {
  int running = 0;
  curl_multi_socket_action(
      multi, fd, (can_read ? CURL_CSELECT_IN : 0) | (can_write ? CURL_CSELECT_OUT : 0), &running);
}

void CurlLoop::Impl::on_deadline() {
  int running = 0;
  curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlLoop::Impl::on_turn_end() { collect(); }

void CurlLoop::Impl::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    transfer->finished(code);
  }
}

CurlCookies::CurlCookies() : share{curl_share_init()} {
  FD_ASSERT(share != nullptr);
  curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);  // one thread: no locks
}

CurlCookies::~CurlCookies() { curl_share_cleanup(share); }

CurlLoop::CurlLoop(net::io_context& io, const EgressGuard& guard)
    : impl_{std::make_unique<Impl>(io, guard)} {}

CurlLoop::~CurlLoop() = default;

std::size_t CurlLoop::connections() const { return impl_->pump.sockets(); }

std::unique_ptr<CookieJar> CurlLoop::make_cookie_jar() { return std::make_unique<CurlCookies>(); }

}  // namespace firedrill
