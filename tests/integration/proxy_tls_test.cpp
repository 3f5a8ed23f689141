// TLS at the proxy, judged by OpenSSL as a client that verifies.
#include "tests/support/proof.hpp"
#include "tests/support/proxy_bench.hpp"

#include <catch2/catch.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

/// A client that trusts one authority and verifies what it is shown.
class TlsClient {
 public:
  explicit TlsClient(const std::string& authority_pem, bool verifies = true)
      : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free} {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own writes raise it
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio{
        BIO_new_mem_buf(authority_pem.data(), static_cast<int>(authority_pem.size())), BIO_free};
    const std::unique_ptr<X509, decltype(&X509_free)> authority{
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
    if (authority) X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
    SSL_CTX_set_verify(context_.get(), verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  }

  /// "" when the handshake succeeded; otherwise what the client did not like.
  std::string handshake(std::uint16_t port, std::chrono::milliseconds patience = 5s) {
    if (tcp_.connect(port) != Seen::bytes) return "not connected";
    const timeval wait{patience.count() / 1000, (patience.count() % 1000) * 1000};
    ::setsockopt(tcp_.fd(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::fcntl(tcp_.fd(), F_SETFL, 0);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), tcp_.fd());
    SSL_set1_host(ssl_.get(), "localhost");
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return "";
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
    const unsigned long error = ERR_get_error();
    const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    return reason == nullptr ? "no answer" : reason;
  }

  bool echoes(const std::string& bytes) {
    if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) return false;
    std::string got(bytes.size(), '\0');
    std::size_t have = 0;
    while (have < got.size()) {
      const int more = SSL_read(ssl_.get(), got.data() + have, static_cast<int>(got.size() - have));
      if (more <= 0) return false;
      have += static_cast<std::size_t>(more);
    }
    return got == bytes;
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  TcpClient tcp_;
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<SSL, Free> ssl_;
};

FaultProxy::Options terminating() {
  FaultProxy::Options options;
  options.tls.terminate = true;
  return options;
}

std::string authority(ProxyBench& bench) {
  return bench.with_proxy([](FaultProxy& proxy) { return proxy.authority_pem(); });
}

}  // namespace

TEST_CASE("proxy tls: a good certificate is accepted by a client that verifies, and bytes pass",
          "[proxy][tls]") {
  ProxyBench bench{terminating()};
  TlsClient client{authority(bench)};
  REQUIRE(client.handshake(bench.port) == "");
  REQUIRE(client.echoes("hello"));
  // In pieces: a client that writes on without reading is held back, as it should be.
  for (int i = 0; i < 20; ++i) REQUIRE(client.echoes(std::string(50'000, 'x')));
  TlsClient stranger{""};
  REQUIRE(stranger.handshake(bench.port) != "");
  REQUIRE(bench.eventually([&] { return bench.counts().handshakes_failed == 1; }));
}

TEST_CASE("proxy tls: each wrong certificate is refused for its own reason, until it is healed",
          "[proxy][tls][faults]") {
  using Wrong = spec::ProxyCertificate::Wrong;
  ProxyBench bench{terminating()};
  const std::string trusted = authority(bench);
  const std::vector<std::pair<Wrong, std::string>> all{
      {Wrong::expired, "certificate has expired"},
      {Wrong::not_yet_valid, "certificate is not yet valid"},
      {Wrong::wrong_host, "hostname mismatch"},
      {Wrong::self_signed, "self-signed certificate"}};
  for (const auto& [wrong, complaint] : all) {
    bench.inject("certificate", spec::ProxyCertificate{wrong});
    REQUIRE(TlsClient{trusted}.handshake(bench.port) == complaint);
    REQUIRE(bench.eventually([&] { return bench.fault("certificate").hits == 1; }));
    REQUIRE(bench.fault("certificate").tls_tolerated == 0);
    bench.heal("certificate");
    TlsClient after{trusted};
    REQUIRE(after.handshake(bench.port) == "");
    REQUIRE(after.echoes("as before"));
  }
  proved("proxy: certificate", {"injected", "counted", "healed"},
         "each wrong certificate is refused");
}

TEST_CASE("proxy tls: a client that does not verify is found out", "[proxy][tls][faults]") {
  ProxyBench bench{terminating()};
  bench.inject("certificate", spec::ProxyCertificate{});
  TlsClient careless{"", false};
  REQUIRE(careless.handshake(bench.port) == "");
  REQUIRE(careless.echoes("hello"));
  REQUIRE(bench.fault("certificate").tls_tolerated == 1);
}

TEST_CASE("proxy tls: a protocol that is too old is refused", "[proxy][tls][faults]") {
  ProxyBench bench{terminating()};
  bench.inject("old", spec::ProxyOldProtocol{});
  REQUIRE(TlsClient{authority(bench)}.handshake(bench.port) != "");
  REQUIRE(bench.eventually([&] { return bench.fault("old").hits == 1; }));
  REQUIRE(bench.fault("old").tls_tolerated == 0);
  bench.heal("old");
  REQUIRE(TlsClient{authority(bench)}.handshake(bench.port) == "");
  proved("proxy: old_protocol", {"injected", "counted", "healed"},
         "a protocol that is too old is refused");
}

TEST_CASE("proxy tls: a handshake that hangs, late or until it is healed", "[proxy][tls][faults]") {
  ProxyBench bench{terminating()};
  const std::string trusted = authority(bench);
  bench.inject("hang", spec::ProxyHandshakeHang{});
  REQUIRE(TlsClient{trusted}.handshake(bench.port, 100ms) != "");
  REQUIRE(bench.heal("hang").hits == 1);
  bench.inject("late", spec::ProxyHandshakeHang{100ms});
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(TlsClient{trusted}.handshake(bench.port) == "");
  REQUIRE(std::chrono::steady_clock::now() - began >= 100ms);
  bench.heal("late");
  REQUIRE(TlsClient{trusted}.handshake(bench.port) == "");
  proved("proxy: handshake_hang", {"injected", "counted", "healed"}, "a handshake that hangs");
}

TEST_CASE("proxy tls: TLS passes through as it is, and is met by us only under a fault",
          "[proxy][tls][faults]") {
  ProxyBench terminates{terminating()};
  FaultProxy::Options options;
  options.upstream = "127.0.0.1:" + std::to_string(terminates.port);
  options.tls.upstream = true;
  ProxyBench bench{options};
  const std::string trusted = authority(terminates);
  TlsClient through{trusted};
  REQUIRE(through.handshake(bench.port) == "");
  REQUIRE(through.echoes("hello"));
  bench.inject("certificate", spec::ProxyCertificate{spec::ProxyCertificate::Wrong::self_signed});
  REQUIRE(through.echoes("open ones go on"));
  REQUIRE(TlsClient{trusted}.handshake(bench.port) != "");
  // Decrypted here and encrypted again, so that a careless client does reach the server.
  TlsClient careless{"", false};
  REQUIRE(careless.handshake(bench.port) == "");
  REQUIRE(careless.echoes("hello"));
  REQUIRE(bench.fault("certificate").tls_tolerated == 1);
  bench.heal("certificate");
  REQUIRE(TlsClient{trusted}.handshake(bench.port) == "");
}

TEST_CASE("proxy tls: latency works on what is decrypted", "[proxy][tls][faults]") {
  ProxyBench bench{terminating()};
  TlsClient client{authority(bench)};
  REQUIRE(client.handshake(bench.port) == "");
  bench.inject("slow", spec::ProxyLatency{{spec::Delay::Kind::fixed, 50ms, 0ns}});
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(client.echoes("x"));
  REQUIRE(std::chrono::steady_clock::now() - began >= 50ms);
  REQUIRE(bench.heal("slow").hits == 1);
  REQUIRE(client.echoes("x"));
}
