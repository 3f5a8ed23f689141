#pragma once

#include "harness/aio/byte_stream.hpp"
#include "harness/aio/certificates.hpp"
#include "harness/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>

struct ssl_ctx_st;  // OpenSSL's

namespace firedrill {

/// How TLS is spoken; shared by connections. Immutable.
class TlsContext {
 public:
  enum class Age : std::uint8_t {
    current,
    old,  ///< Nothing newer than TLS 1.1.
  };
  /// As a server that shows `identity`. No session is ever resumed: each client sees it.
  [[nodiscard]] static Result<TlsContext> server(const Identity& identity, Age age = Age::current);
  /// As a client that believes every certificate: for connections that a guard has let pass.
  [[nodiscard]] static Result<TlsContext> trusting_client();

  [[nodiscard]] ssl_ctx_st* get() const { return context_.get(); }
  [[nodiscard]] bool is_server() const { return server_; }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  bool server_ = false;
};

/// TLS over a TCP connection. Drive handshake() to `done` before anything else.
class TlsStream final : public ByteStream {
 public:
  /// `host` is the name that a client asks for; "" for none.
  TlsStream(boost::asio::ip::tcp::socket socket, const TlsContext& context,
            const std::string& host = "");
  ~TlsStream() override;

  /// `broken` when it failed: the peer did not like what it saw, or speaks something else.
  Status handshake();

  Moved read_some(std::span<char> into) override;
  Moved write_some(std::string_view from) override;
  bool flush() override;
  void end_writing() override;
  [[nodiscard]] bool has_unread() const override;

 private:
  struct Ssl;
  Status take_in();

  std::unique_ptr<Ssl> ssl_;
  std::string unsent_;  // encrypted, and not yet the socket's
  bool ending_ = false;
  bool may_have_more_ = false;  // records that OpenSSL has not looked at yet
};

}  // namespace firedrill
