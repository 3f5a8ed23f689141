#include "harness/load/curl_sender.hpp"

#include "harness/base/assert.hpp"
#include "harness/load/body_reader.hpp"
#include "harness/load/curl_codes.hpp"
#include "harness/load/curl_loop.hpp"
#include "harness/text/event_stream.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstdio>
#include <unordered_map>
#include <utility>

namespace firedrill {
namespace {

/// Bodies are kept up to this size for checks; the rest is read and thrown away.
constexpr std::size_t kBodyKeptMax = 4 * 1024 * 1024;

using Kind = SendResult::Kind;

template <typename... Args>
void set(CURL* easy, CURLoption option, Args... args) {
  const CURLcode code = curl_easy_setopt(easy, option, args...);
  FD_ASSERT(code == CURLE_OK);
}

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
    slot->body_lost = 0;
    slot->header_lines.clear();
    slot->local_failure = Kind::answered;
    slot->on_the_wire = 0;
    slot->body_sent = slot->body_allowed = 0;
    slot->event_times.clear();
    slot->events = EventStreamParser{};
    slot->has_all_events = false;
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

    void finished(int code) override { owner.finish(*this, static_cast<CURLcode>(code)); }

    CurlSender& owner;
    CURL* easy;
    OutgoingRequest request;
    Done done;
    std::string url;
    std::vector<curl_slist> varying;  // nodes that lead into the sender's constant list
    std::string body;
    std::uint64_t body_lost = 0;
    std::vector<std::string> header_lines;
    Kind local_failure = Kind::answered;
    long on_the_wire = 0;  // times that a request was about to be sent
    BodyReader reader;
    // Of a slow body: how much was read, and how much may be by now.
    std::size_t body_sent = 0;
    std::size_t body_allowed = 0;
    bool has_cookies_on = false;
    std::shared_ptr<boost::asio::steady_timer> next_piece;  // unset while none is waited for
    EventStreamParser events;
    std::vector<TimePoint> event_times;
    bool has_all_events = false;
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
    configure_protocol(easy);
    set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set(easy, CURLOPT_FOLLOWLOCATION, options_.redirects_max > 0 ? 1L : 0L);
    set(easy, CURLOPT_MAXREDIRS, static_cast<long>(options_.redirects_max));
    set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
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
      set(easy, CURLOPT_SEEKFUNCTION, &CurlSender::on_seek);
      set(easy, CURLOPT_SEEKDATA, &slot);
      // A method of our own would be kept through a redirect that asks for GET.
      if (options_.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, options_.method.c_str());
    } else if (options_.method != "GET") {
      set(easy, CURLOPT_CUSTOMREQUEST, options_.method.c_str());
    }
  }

  void configure_protocol(CURL* easy) {
    set(easy, CURLOPT_HTTP_VERSION,
        static_cast<long>(options_.http2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                                         : CURL_HTTP_VERSION_1_1));
    if (options_.http2) set(easy, CURLOPT_PIPEWAIT, 1L);
    if (options_.compressed) set(easy, CURLOPT_ACCEPT_ENCODING, "");
    const TlsOptions& tls = options_.tls;
    if (!tls.ca_file.empty()) set(easy, CURLOPT_CAINFO, tls.ca_file.c_str());
    if (!tls.certificate_file.empty()) set(easy, CURLOPT_SSLCERT, tls.certificate_file.c_str());
    if (!tls.key_file.empty()) set(easy, CURLOPT_SSLKEY, tls.key_file.c_str());
  }

  /// Settings of this one request. Nothing is copied: slot.request lives until the transfer is
  /// done.
  void prepare(Slot& slot) {
    slot.url = options_.base_url + slot.request.path;
    set(slot.easy, CURLOPT_URL, slot.url.c_str());
    if (options_.sends_body) prepare_body(slot);
    const std::string& cookies = slot.request.cookies;
    set(slot.easy, CURLOPT_COOKIE, cookies.empty() ? nullptr : cookies.c_str());
    if (auto* const jar = static_cast<CurlCookies*>(slot.request.jar)) {
      set(slot.easy, CURLOPT_SHARE, jar->share);
      // A share alone is only looked at: this is what switches libcurl's cookies on.
      if (!std::exchange(slot.has_cookies_on, true)) set(slot.easy, CURLOPT_COOKIEFILE, "");
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

  void prepare_body(Slot& slot) {
    const OutgoingRequest& request = slot.request;
    if (request.pieces.empty()) {
      set(slot.easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      // Without a body of its own, libcurl asks on_read for it.
      const bool slow = request.body_over > Duration{0};
      set(slot.easy, CURLOPT_POSTFIELDS, slow ? nullptr : request.body.data());
      return;
    }
    slot.reader.start(request.pieces, loop_.filler);
    set(slot.easy, CURLOPT_POSTFIELDS, nullptr);  // asks on_read instead
    set(slot.easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(size_of(request.pieces)));
  }

  /// The answer of a stream of events is whole once all that were asked for are there.
  [[nodiscard]] Kind kind_of_end(const Slot& slot, CURLcode code, long os_error) const {
    if (code != CURLE_OK && slot.local_failure != Kind::answered) return slot.local_failure;
    if (code == CURLE_WRITE_ERROR && slot.has_all_events) return Kind::answered;
    const Kind kind = kind_of_curl(code, os_error);
    if (kind != Kind::answered || !options_.http2) return kind;
    long version = 0;
    curl_easy_getinfo(slot.easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_2_0 ? kind : Kind::garbled;
  }

  void finish(Slot& slot, CURLcode code) {
    long status = 0;
    long os_error = 0;
    curl_easy_getinfo(slot.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(slot.easy, CURLINFO_OS_ERRNO, &os_error);
    SendResult result;
    result.exchange = exchange_of_curl(slot.easy);
    curl_header* mark = nullptr;
    result.injected =
        curl_easy_header(slot.easy, kInjectedHeader, 0, CURLH_HEADER, -1, &mark) == CURLHE_OK;
    curl_multi_remove_handle(loop_.multi, slot.easy);
    result.kind = kind_of_end(slot, code, os_error);
    result.status = result.kind == Kind::answered ? static_cast<int>(status) : 0;
    result.body = options_.keep_body ? &slot.body : nullptr;
    result.body_lost = slot.body_lost;
    result.header_lines = options_.keep_headers ? &slot.header_lines : nullptr;
    result.events = options_.events ? &slot.event_times : nullptr;
    // The jar may go with its owner once the outcome is known.
    if (slot.request.jar != nullptr) set(slot.easy, CURLOPT_SHARE, nullptr);

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
    long redirects = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_REDIRECT_COUNT, &redirects);
    if (slot->on_the_wire++ <= redirects) return CURL_PREREQFUNC_OK;
    slot->local_failure = Kind::reset;
    return CURL_PREREQFUNC_ABORT;
  }

  void allow_next_piece(Slot& slot) {
    constexpr std::size_t kPieces = 20;
    if (slot.next_piece) return;
    slot.next_piece =
        std::make_shared<boost::asio::steady_timer>(loop_.io, slot.request.body_over / kPieces);
    slot.next_piece->async_wait([&slot, timer = std::weak_ptr<boost::asio::steady_timer>{
                                            slot.next_piece}](const boost::system::error_code& ec) {
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
    if (slot->owner.options_.events && !slot->owner.take_events(*slot, {data, bytes})) {
      return CURL_WRITEFUNC_ERROR;
    }
    if (!slot->owner.options_.keep_body) return bytes;
    if (slot->body.size() + bytes <= kBodyKeptMax) {
      slot->body.append(data, bytes);
    } else {
      slot->body_lost += bytes;
    }
    return bytes;
  }

  /// False when the last event that was asked for is there.
  bool take_events(Slot& slot, std::string_view bytes) const {
    const spec::EventStream& wanted = *options_.events;
    const TimePoint now = std::chrono::steady_clock::now();
    const bool goes_on = slot.events.feed(bytes, [&](std::string_view data) {
      if (!wanted.until.empty() && data == wanted.until) return false;
      if (slot.event_times.size() < kEventTimesMax) slot.event_times.push_back(now);
      return wanted.at_most == 0 || slot.event_times.size() < wanted.at_most;
    });
    slot.has_all_events = !goes_on;
    return goes_on;
  }

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* slot_pointer) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    if (slot->request.body_over > Duration{0})
      return slot->owner.read_slowly(*slot, to, size * count);
    return slot->reader.read(to, size * count);
  }

  /// The next bytes of a slow body, or a pause until there are any.
  std::size_t read_slowly(Slot& slot, char* to, std::size_t size) {
    const std::string& body = slot.request.body;
    if (slot.body_sent == body.size()) return 0;
    const std::size_t bytes = std::min(slot.body_allowed - slot.body_sent, size);
    if (bytes == 0) {
      allow_next_piece(slot);
      return CURL_READFUNC_PAUSE;
    }
    std::copy_n(body.data() + slot.body_sent, bytes, to);
    slot.body_sent += bytes;
    return bytes;
  }

  /// A redirect that keeps the method sends the body again.
  static int on_seek(void* slot_pointer, curl_off_t offset, int origin) {
    if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Slot*>(slot_pointer)->reader.rewind();
    return CURL_SEEKFUNC_OK;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* slot_pointer) {
    auto* slot = static_cast<Slot*>(slot_pointer);
    const std::string_view line{data, size * count};
    if (line.starts_with("HTTP/")) slot->header_lines.clear();  // those of the last answer count
    slot->header_lines.emplace_back(line);
    return size * count;
  }

  CurlLoop::Impl& loop_;
  SenderOptions options_;
  curl_slist* headers_ = nullptr;
  std::unordered_map<Slot*, std::unique_ptr<Slot>> busy_;
  std::vector<std::unique_ptr<Slot>> idle_;
};

}  // namespace

std::unique_ptr<Sender> CurlLoop::make_sender(SenderOptions options) {
  return std::make_unique<CurlSender>(*impl_, std::move(options));
}

}  // namespace firedrill
