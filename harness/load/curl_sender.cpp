#include "harness/load/curl_sender.hpp"

#include "harness/base/assert.hpp"
#include "harness/load/curl_codes.hpp"
#include "harness/load/socket_pump.hpp"

#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Bodies are kept up to this size for checks; the rest is read and thrown away.
constexpr std::size_t kBodyKeptMax = 4 * 1024 * 1024;

using Kind = SendResult::Kind;

template <typename... Args>
void set(CURL* easy, CURLoption option, Args... args) {
  const CURLcode code = curl_easy_setopt(easy, option, args...);
  FD_ASSERT(code == CURLE_OK);
}

}  // namespace

struct CurlLoop::Impl final : SocketPump::Owner {
  /// Something that finished transfers are handed back to.
  class Transfer {
   public:
    virtual void finished(CURLcode code) = 0;

   protected:
    ~Transfer() = default;
  };

  Impl(net::io_context& io_, const EgressGuard& guard_)
      : io{io_}, guard{guard_}, pump{io_, *this}, multi{curl_multi_init()} {
    FD_ASSERT(multi != nullptr);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }

  ~Impl() { curl_multi_cleanup(multi); }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void raise_connections_max(std::uint32_t count) {
    connections_max += count;
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_max));
  }

  /// curl_socket_t opened here, so that the guard sees every address and Asio every descriptor.
  curl_socket_t open_socket(const curl_sockaddr* address, Kind& local_failure) {
    if (!guard.permits(&address->addr)) {
      local_failure = Kind::guard_refused;
      return CURL_SOCKET_BAD;
    }
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                            address->protocol);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) local_failure = Kind::no_descriptor;
      return CURL_SOCKET_BAD;
    }
    pump.add(fd);
    return fd;
  }

  static int close_socket(void* self_pointer, curl_socket_t fd) {
    auto* self = static_cast<Impl*>(self_pointer);
    if (self->pump.knows(fd)) self->pump.forget(fd);
    return ::close(fd);
  }

  static int on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self_pointer,
                       void* /*unused*/) {
    auto* self = static_cast<Impl*>(self_pointer);
    if (!self->pump.knows(fd)) return 0;
    self->pump.want(fd, what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                    what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    return 0;
  }

  static int on_timer(CURLM* /*multi*/, long timeout_ms, void* self_pointer) {
    auto* self = static_cast<Impl*>(self_pointer);
    std::optional<Duration> delay;
    if (timeout_ms >= 0) delay = std::chrono::milliseconds{timeout_ms};
    self->pump.set_deadline(delay);
    return 0;
  }

  void on_ready(int fd, bool can_read, bool can_write) override {
    int running = 0;
    curl_multi_socket_action(
        multi, fd, (can_read ? CURL_CSELECT_IN : 0) | (can_write ? CURL_CSELECT_OUT : 0), &running);
  }

  void on_deadline() override {
    int running = 0;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }

  void on_turn_end() override { collect(); }

  void collect() {
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

  net::io_context& io;
  const EgressGuard& guard;
  SocketPump pump;
  CURLM* multi;
  std::uint32_t connections_max = 0;
};

namespace {

/// The requests of one stream.
class CurlSender final : public Sender {
 public:
  CurlSender(CurlLoop::Impl& loop, SenderOptions options)
      : loop_{loop}, options_{std::move(options)} {
    for (const std::string& line : options_.headers) append_header(line);
    append_header("Expect:");
    append_header("Accept: */*");
    loop_.raise_connections_max(options_.connections_max);
  }

  ~CurlSender() override {
    cancel_all();
    for (auto& slot : idle_) curl_easy_cleanup(slot->easy);
    curl_slist_free_all(headers_);
  }

  CurlSender(const CurlSender&) = delete;
  CurlSender& operator=(const CurlSender&) = delete;

  void send(OutgoingRequest request, Done done) override {
    std::unique_ptr<Slot> slot = take_slot();
    slot->request = std::move(request);
    slot->done = std::move(done);
    slot->body.clear();
    slot->header_lines.clear();
    slot->local_failure = Kind::answered;
    slot->on_the_wire = false;
    slot->body_sent = slot->body_allowed = 0;
    prepare(*slot);
    Slot* const raw = slot.get();
    busy_.emplace(raw, std::move(slot));
    const CURLMcode code = curl_multi_add_handle(loop_.multi, raw->easy);
    FD_ASSERT(code == CURLM_OK);
  }

  void cancel_all() override {
    while (!busy_.empty()) {
      Slot* const slot = busy_.begin()->first;
      slot->local_failure = Kind::cancelled;
      slot->finished(CURLE_ABORTED_BY_CALLBACK);
    }
  }

 private:
  /// One easy handle with what its request needs while it is under way.
  struct Slot final : CurlLoop::Impl::Transfer {
    explicit Slot(CurlSender& owner_) : owner{owner_}, easy{curl_easy_init()} {
      FD_ASSERT(easy != nullptr);
    }

    void finished(CURLcode code) override { owner.finish(*this, code); }

    CurlSender& owner;
    CURL* easy;
    OutgoingRequest request;
    Done done;
    std::string url;
    std::vector<curl_slist> varying;  // nodes that lead into the sender's constant list
    std::string body;
    std::vector<std::string> header_lines;
    Kind local_failure = Kind::answered;
    bool on_the_wire = false;
    // Of a slow body: how much was read, and how much may be by now.
    std::size_t body_sent = 0;
    std::size_t body_allowed = 0;
    std::shared_ptr<net::steady_timer> next_piece;  // unset while none is waited for
  };

  void append_header(const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_, line.c_str());
    FD_ASSERT(longer != nullptr);
    headers_ = longer;
  }

  std::unique_ptr<Slot> take_slot() {
    if (!idle_.empty()) {
      auto slot = std::move(idle_.back());
      idle_.pop_back();
      return slot;
    }
    auto slot = std::make_unique<Slot>(*this);
    configure(*slot);
    return slot;
  }

  /// Settings that stay for the life of the handle.
  void configure(Slot& slot) {
    CURL* const easy = slot.easy;
    set(easy, CURLOPT_PRIVATE, static_cast<CurlLoop::Impl::Transfer*>(&slot));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NOPROXY, "*");
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    const auto timeout_ms = std::chrono::ceil<std::chrono::milliseconds>(options_.timeout).count();
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout_ms));
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlSender::on_open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, &slot);
    set(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlLoop::Impl::close_socket);
    set(easy, CURLOPT_CLOSESOCKETDATA, &loop_);
    set(easy, CURLOPT_PREREQFUNCTION, &CurlSender::on_request);
    set(easy, CURLOPT_PREREQDATA, &slot);
    set(easy, CURLOPT_WRITEFUNCTION, &CurlSender::on_body);
    set(easy, CURLOPT_WRITEDATA, &slot);
    if (options_.keep_headers) {
      set(easy, CURLOPT_HEADERFUNCTION, &CurlSender::on_header);
      set(easy, CURLOPT_HEADERDATA, &slot);
    }
    if (options_.method == "HEAD") {
      set(easy, CURLOPT_NOBODY, 1L);
    } else if (options_.sends_body) {
      set(easy, CURLOPT_POST, 1L);
      set(easy, CURLOPT_READFUNCTION, &CurlSender::on_read);
      set(easy, CURLOPT_READDATA, &slot);
      set(easy, CURLOPT_CUSTOMREQUEST, options_.method.c_str());
    } else if (options_.method != "GET") {
      set(easy, CURLOPT_CUSTOMREQUEST, options_.method.c_str());
    }
  }

  /// Settings of this one request. Nothing is copied: slot.request lives until the transfer is
  /// done.
  void prepare(Slot& slot) {
    slot.url = options_.base_url + slot.request.path;
    set(slot.easy, CURLOPT_URL, slot.url.c_str());
    if (options_.sends_body) {
      set(slot.easy, CURLOPT_POSTFIELDSIZE_LARGE,
          static_cast<curl_off_t>(slot.request.body.size()));
      // Without a body of its own, libcurl asks on_read for it.
      const bool slow = slot.request.body_over > Duration{0};
      set(slot.easy, CURLOPT_POSTFIELDS, slow ? nullptr : slot.request.body.data());
    }
    slot.varying.resize(slot.request.headers.size());
    curl_slist* next = headers_;
    for (std::size_t i = slot.varying.size(); i-- > 0;) {
      slot.varying[i].data = slot.request.headers[i].data();
      slot.varying[i].next = next;
      next = &slot.varying[i];
    }
    set(slot.easy, CURLOPT_HTTPHEADER, next);
  }

  void finish(Slot& slot, CURLcode code) {
    long status = 0;
    long os_error = 0;
    curl_easy_getinfo(slot.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(slot.easy, CURLINFO_OS_ERRNO, &os_error);
    SendResult result;
    result.exchange = exchange_of_curl(slot.easy);
    curl_multi_remove_handle(loop_.multi, slot.easy);
    result.kind = slot.local_failure != Kind::answered && code != CURLE_OK
                      ? slot.local_failure
                      : kind_of_curl(code, os_error);
    result.status = result.kind == Kind::answered ? static_cast<int>(status) : 0;
    result.body = options_.keep_body ? &slot.body : nullptr;
    result.header_lines = options_.keep_headers ? &slot.header_lines : nullptr;

    if (slot.next_piece) slot.next_piece->cancel();
    slot.next_piece.reset();
    auto node = busy_.extract(&slot);
    const Done done = std::move(slot.done);
    done(result);
    idle_.push_back(std::move(node.mapped()));
  }

  static curl_socket_t on_open_socket(void* slot_pointer, curlsocktype /*purpose*/,
                                      curl_sockaddr* address) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    return slot->owner.loop_.open_socket(address, slot->local_failure);
  }

  /// libcurl sends a request again when a kept connection breaks before the first byte of the
  /// answer. That would hide the break, and the system would see a request that nobody planned.
  static int on_request(void* slot_pointer, char* /*to_ip*/, char* /*from_ip*/, int /*to_port*/,
                        int /*from_port*/) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    if (!std::exchange(slot->on_the_wire, true)) return CURL_PREREQFUNC_OK;
    slot->local_failure = Kind::reset;
    return CURL_PREREQFUNC_ABORT;
  }

  /// The next bytes of a slow body, or a pause until there are any.
  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* slot_pointer) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    const std::string& body = slot->request.body;
    if (slot->body_sent == body.size()) return 0;
    const std::size_t bytes = std::min(slot->body_allowed - slot->body_sent, size * count);
    if (bytes == 0) {
      slot->owner.allow_next_piece(*slot);
      return CURL_READFUNC_PAUSE;
    }
    std::copy_n(body.data() + slot->body_sent, bytes, to);
    slot->body_sent += bytes;
    return bytes;
  }

  void allow_next_piece(Slot& slot) {
    constexpr std::size_t kPieces = 20;
    if (slot.next_piece) return;
    slot.next_piece =
        std::make_shared<net::steady_timer>(loop_.io, slot.request.body_over / kPieces);
    slot.next_piece->async_wait([&slot, timer = std::weak_ptr<net::steady_timer>{slot.next_piece}](
                                    const boost::system::error_code& ec) {
      if (ec || timer.expired()) return;  // the request is over
      slot.next_piece.reset();
      const std::size_t piece = slot.request.body.size() / kPieces + 1;
      slot.body_allowed = std::min(slot.body_allowed + piece, slot.request.body.size());
      curl_easy_pause(slot.easy, CURLPAUSE_CONT);
    });
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* slot_pointer) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    const std::size_t bytes = size * count;
    if (slot->owner.options_.keep_body && slot->body.size() + bytes <= kBodyKeptMax) {
      slot->body.append(data, bytes);
    }
    return bytes;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* slot_pointer) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    slot->header_lines.emplace_back(data, size * count);
    return size * count;
  }

  CurlLoop::Impl& loop_;
  SenderOptions options_;
  curl_slist* headers_ = nullptr;
  std::unordered_map<Slot*, std::unique_ptr<Slot>> busy_;
  std::vector<std::unique_ptr<Slot>> idle_;
};

}  // namespace

CurlLoop::CurlLoop(net::io_context& io, const EgressGuard& guard)
    : impl_{std::make_unique<Impl>(io, guard)} {}

CurlLoop::~CurlLoop() = default;

std::size_t CurlLoop::connections() const { return impl_->pump.sockets(); }

std::unique_ptr<Sender> CurlLoop::make_sender(SenderOptions options) {
  return std::make_unique<CurlSender>(*impl_, std::move(options));
}

}  // namespace firedrill
