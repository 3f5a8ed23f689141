#include "harness/aio/tls_stream.hpp"

#include "harness/base/assert.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kRecord = 16 * 1024;
/// Encrypted bytes that may wait for the socket before no more are taken.
constexpr std::size_t kUnsentMax = 4 * kRecord;

int as_int(std::size_t size) {
  return static_cast<int>(
      std::min<std::size_t>(size, static_cast<std::size_t>(std::numeric_limits<int>::max())));
}

std::shared_ptr<SSL_CTX> make_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(method), SSL_CTX_free};
  if (context) SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

bool use(SSL_CTX* context, const Identity& identity) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate{
      BIO_new_mem_buf(identity.certificate.data(), as_int(identity.certificate.size())), BIO_free};
  const std::unique_ptr<BIO, decltype(&BIO_free)> key{
      BIO_new_mem_buf(identity.key.data(), as_int(identity.key.size())), BIO_free};
  const std::unique_ptr<X509, decltype(&X509_free)> shown{
      PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr), X509_free};
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> secret{
      PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  return shown && secret && SSL_CTX_use_certificate(context, shown.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, secret.get()) == 1;
}

bool speak_old(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, 0);
  return SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1;
}

}  // namespace

Result<TlsContext> TlsContext::server(const Identity& identity, Age age) {
  TlsContext made;
  made.server_ = true;
  made.context_ = make_context(TLS_server_method());
  if (!made.context_ || !use(made.context_.get(), identity) ||
      (age == Age::old && !speak_old(made.context_.get()))) {
    ERR_clear_error();
    return Error{"OpenSSL does not take the certificate and key for a TLS server"};
  }
  SSL_CTX_set_options(made.context_.get(), SSL_OP_NO_TICKET);
  return made;
}

Result<TlsContext> TlsContext::trusting_client() {
  TlsContext made;
  made.context_ = make_context(TLS_client_method());
  if (!made.context_) return Error{"OpenSSL cannot make a TLS client"};
  SSL_CTX_set_verify(made.context_.get(), SSL_VERIFY_NONE, nullptr);
  return made;
}

/// The state of OpenSSL, between two buffers in memory: it never sees the socket, so that none of
/// its calls can block, be interrupted or raise a signal.
struct TlsStream::Ssl {
  explicit Ssl(SSL_CTX* context) : ssl{SSL_new(context)} {
    FD_ASSERT(ssl != nullptr);
    in = BIO_new(BIO_s_mem());
    out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, out);  // owns them now
  }
  ~Ssl() { SSL_free(ssl); }
  Ssl(const Ssl&) = delete;
  Ssl& operator=(const Ssl&) = delete;

  SSL* ssl;
  BIO* in = nullptr;
  BIO* out = nullptr;
};

TlsStream::TlsStream(boost::asio::ip::tcp::socket socket, const TlsContext& context,
                     const std::string& host)
    : ByteStream{std::move(socket)}, ssl_{std::make_unique<Ssl>(context.get())} {
  if (context.is_server()) {
    SSL_set_accept_state(ssl_->ssl);
  } else {
    SSL_set_connect_state(ssl_->ssl);
    if (!host.empty()) {
      std::string name = host;
      SSL_ctrl(ssl_->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
  }
}

TlsStream::~TlsStream() = default;

/// What has arrived, decrypted or not, goes to OpenSSL.
ByteStream::Status TlsStream::take_in() {
  std::array<char, kRecord> bytes{};
  const Moved got = receive(bytes);
  if (got.status == Status::done) BIO_write(ssl_->in, bytes.data(), as_int(got.bytes));
  return got.status;
}

ByteStream::Status TlsStream::handshake() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_->ssl);
    const int problem = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_->ssl, result);
    const bool sent = flush();  // an alert too
    if (result == 1) return sent ? Status::done : Status::want_write;
    if (problem != SSL_ERROR_WANT_READ) return Status::broken;
    if (!sent) return Status::want_write;
    const Status got = take_in();
    if (got == Status::end) return Status::broken;
    if (got != Status::done) return got;
  }
}

ByteStream::Moved TlsStream::read_some(std::span<char> into) {
  for (;;) {
    ERR_clear_error();
    const int got = SSL_read(ssl_->ssl, into.data(), as_int(into.size()));
    may_have_more_ = got > 0;
    if (got > 0) return {Status::done, static_cast<std::size_t>(got)};
    const int problem = SSL_get_error(ssl_->ssl, got);
    flush();  // it may have something to say of its own
    if (problem == SSL_ERROR_ZERO_RETURN) return {Status::end, 0};
    if (problem != SSL_ERROR_WANT_READ) return {Status::broken, 0};
    const Status more = take_in();  // an end without farewell is an end: many clients are rude
    if (more != Status::done) return {more, 0};
  }
}

ByteStream::Moved TlsStream::write_some(std::string_view from) {
  if (!flush() && unsent_.size() >= kUnsentMax) return {Status::want_write, 0};
  ERR_clear_error();
  const int taken = SSL_write(ssl_->ssl, from.data(), as_int(std::min(from.size(), kRecord)));
  if (taken <= 0) return {Status::broken, 0};
  flush();
  return {Status::done, static_cast<std::size_t>(taken)};
}

bool TlsStream::flush() {
  std::array<char, kRecord> bytes{};
  for (int got = 0; (got = BIO_read(ssl_->out, bytes.data(), as_int(bytes.size()))) > 0;) {
    unsent_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  std::size_t sent = 0;
  while (sent < unsent_.size()) {
    const Moved moved = send(std::string_view{unsent_}.substr(sent));
    if (moved.status == Status::broken) sent = unsent_.size();  // nobody is there to read it
    if (moved.status != Status::done) break;
    sent += moved.bytes;
  }
  unsent_.erase(0, sent);
  if (!unsent_.empty()) return false;
  if (std::exchange(ending_, false)) shut_down_sending();
  return true;
}

void TlsStream::end_writing() {
  ERR_clear_error();
  SSL_shutdown(ssl_->ssl);
  ending_ = true;
  flush();
}

/// Whole records may still lie before OpenSSL; what is left after it wanted more is part of one.
bool TlsStream::has_unread() const {
  return SSL_has_pending(ssl_->ssl) == 1 || (may_have_more_ && BIO_ctrl_pending(ssl_->in) > 0);
}

}  // namespace firedrill
